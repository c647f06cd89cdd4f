// Bundles the functions as they are uploaded: one ES module each, the AWS SDK inside.
// The laptop runs the same files. As a program (`node infra/bundle.ts NAME FOLDER`) it rebuilds one in place.
import { join } from "node:path";
import { buildSync, type BuildOptions } from "esbuild";
import { folderOfFunction, functionEnv, type FunctionName } from "../shared/contract/env.ts";

const root = join(import.meta.dirname, "..");

/** The Node profile: CommonJS inside (nodemailer) still finds `require`. */
export const nodeProfile: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  keepNames: true,
  sourcemap: "linked",
  sourcesContent: false,
  outExtension: { ".js": ".mjs" },
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: root,
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
};

/** Functions with a part that is loaded only where it is used (`await import`): it becomes a file of its own beside them. */
const inParts: ReadonlySet<FunctionName> = new Set<FunctionName>(["connections", "mail"]);

const entryOf = (name: FunctionName): string => `lambdas/${folderOfFunction(name)}/handler.ts`;

/** Writes `<folder>/index.mjs`, and its parts beside it. */
function bundleFunction(name: FunctionName, folder: string): void {
  const parts = { splitting: true, chunkNames: "[name]-[hash]" };
  buildSync({
    ...nodeProfile,
    ...(inParts.has(name) ? parts : {}),
    entryPoints: { index: entryOf(name) },
    outdir: folder,
  });
}

/** Writes `<folder>/<name>/index.mjs` for every function: in one pass those that are one file. */
export function bundleFunctions(folder: string): void {
  const names = Object.keys(functionEnv) as FunctionName[];
  buildSync({
    ...nodeProfile,
    entryPoints: Object.fromEntries(
      names.filter((name) => !inParts.has(name)).map((name) => [`${name}/index`, entryOf(name)]),
    ),
    outdir: folder,
  });
  for (const name of inParts) bundleFunction(name, join(folder, name));
}

if (import.meta.main) {
  const [name, folder] = process.argv.slice(2);
  if (name === undefined || folder === undefined || !(name in functionEnv)) {
    console.error(`usage: node infra/bundle.ts NAME FOLDER   (NAME: ${Object.keys(functionEnv).join(", ")})`);
    process.exit(2);
  }
  bundleFunction(name as FunctionName, folder);
}
