// Builds what is stale before a start: the cloud assembly (through the CDK CLI) and the dashboard.
// Stale means that a hash over the sources differs from the one written beside the last build.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

export const projectRoot = join(import.meta.dirname, "../..");

export interface Built {
  /** The cloud assembly: templates and assets. */
  assemblyFolder: string;
  /** The dashboard's files. */
  dashboardFolder: string;
}

const pins = ["package-lock.json"];
const assemblySources = ["infra", "lambdas", "shared", "cdk.json", "tsconfig.json", ...pins];
const dashboardSources = ["web", "shared", ...pins];
const notSources = new Set(["node_modules", "dist", ".build", "cdk.out"]);

function filesBelow(path: string): string[] {
  const absolute = join(projectRoot, path);
  if (!existsSync(absolute)) return [];
  if (path.includes(".")) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !file
          .slice(projectRoot.length)
          .split("/")
          .some((part) => notSources.has(part)),
    )
    .sort();
}

function hashOf(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const source of sources)
    for (const file of filesBelow(source)) {
      const absolute = file.startsWith(projectRoot) ? file : join(projectRoot, file);
      hash.update(absolute.slice(projectRoot.length)).update("\0").update(readFileSync(absolute)).update("\0");
    }
  return hash.digest("hex");
}

/** Runs a program of node_modules on this Node, and hands over all it printed when it fails. */
function run(name: string, script: string, args: readonly string[], cwd: string): Promise<void> {
  const path = [dirname(process.execPath), join(projectRoot, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(process.execPath, [join(projectRoot, "node_modules", script), ...args], {
    cwd,
    env: { ...process.env, PATH: path, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} failed with exit code ${code}:\n${Buffer.concat(output).toString()}`));
    });
  });
}

async function buildIfStale(
  what: { name: string; sources: readonly string[]; stamp: string; result: string },
  log: (line: string) => void,
  build: () => Promise<void>,
): Promise<void> {
  const hash = hashOf(what.sources);
  const isFresh = existsSync(what.result) && existsSync(what.stamp) && readFileSync(what.stamp, "utf8") === hash;
  if (isFresh) return;
  log(`building ${what.name}`);
  rmSync(what.stamp, { force: true });
  await build();
  mkdirSync(dirname(what.stamp), { recursive: true });
  writeFileSync(what.stamp, hash);
}

/** Without the dashboard, which is built apart; and nobody waits for a laptop's events to share a transaction. */
const contextOfLaptop = ["web=false", "cache=momento", "projectorWindowSeconds=0"].flatMap((given) => ["-c", given]);

/**
 * Brings both builds up to date, at the same time. `folder` holds the assembly, so that a test and `npm start`
 * can each have their own.
 */
export async function buildWhatIsStale(folder: string, log: (line: string) => void): Promise<Built> {
  const assemblyFolder = join(folder, "cdk.out");
  const dashboardFolder = join(projectRoot, "web/dist/client");
  const assembly = {
    name: "the stacks",
    sources: assemblySources,
    stamp: join(folder, "stacks.hash"),
    result: join(assemblyFolder, "manifest.json"),
  };
  const dashboard = {
    name: "the dashboard",
    sources: dashboardSources,
    stamp: join(projectRoot, "web/dist/dashboard.hash"),
    result: join(dashboardFolder, "index.html"),
  };
  const builds = await Promise.allSettled([
    buildIfStale(assembly, log, () => {
      // A reloaded function was rebuilt inside its asset folder: never reuse that for another hash.
      rmSync(assemblyFolder, { recursive: true, force: true });
      return run(
        "cdk synth",
        "aws-cdk/bin/cdk",
        ["synth", "--quiet", "--no-notices", ...contextOfLaptop, "-o", assemblyFolder],
        projectRoot,
      );
    }),
    buildIfStale(dashboard, log, () =>
      run("vite build", "vite/bin/vite.js", ["build", "--logLevel", "warn"], join(projectRoot, "web")),
    ),
  ]);
  // Both have ended before either's failure is told: nothing goes on writing behind it.
  for (const build of builds) if (build.status === "rejected") throw build.reason;
  return { assemblyFolder, dashboardFolder };
}
