// Reloads functions on save: rebuilds each bundle in place, then replaces its workers. No new synthesis.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { folderOfFunction } from "../../shared/contract/env.ts";
import { projectRoot } from "./build.ts";

/** A function that runs in the laptop cloud, and the folder its bundle was taken from. */
export interface RunningFunction {
  /** As in shared/contract/env.ts. */
  name: string;
  functionArn: string;
  bundleFolder: string;
}

export interface ReloadOptions {
  functions: readonly RunningFunction[];
  reload: (functionArn: string) => Promise<void>;
  log: (line: string) => void;
}

/** Editors write a file in several steps; one save is one rebuild. */
const settleMs = 100;

const rebuild = (target: RunningFunction): Promise<string | undefined> =>
  new Promise((resolve) => {
    const script = join(projectRoot, "infra/bundle.ts");
    const child = spawn(process.execPath, [script, target.name, target.bundleFolder], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("close", (code) => resolve(code === 0 ? undefined : errors));
  });

/** Watches lambdas/ and shared/. Returns a function that stops it. */
export function reloadOnSave({ functions, reload, log }: ReloadOptions): () => void {
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const reloadChanged = async () => {
    const files = [...changed];
    changed = new Set();
    const isOf = ({ name }: RunningFunction, file: string) => {
      const [folder = ""] = folderOfFunction(name).split("/");
      return file.startsWith(join("lambdas", folder, "/"));
    };
    const isShared = files.some((file) => !functions.some((each) => isOf(each, file)));
    const stale = isShared ? functions : functions.filter((each) => files.some((file) => isOf(each, file)));
    const failures = await Promise.all(stale.map(rebuild));
    const failure = failures.find((errors) => errors !== undefined);
    if (failure !== undefined) return log(`not reloaded:\n${failure}`);
    await Promise.all(stale.map(({ functionArn }) => reload(functionArn)));
    log(`reloaded ${stale.map(({ name }) => name).join(", ")}`);
  };

  const watchers = ["lambdas", "shared"].map((folder) =>
    watch(join(projectRoot, folder), { recursive: true }, (_, file) => {
      if (!file?.endsWith(".ts")) return;
      changed.add(join(folder, file));
      clearTimeout(timer);
      timer = setTimeout(() => void reloadChanged(), settleMs);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
