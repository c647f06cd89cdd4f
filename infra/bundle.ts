// Bundles the functions as they are uploaded: one ES module each, the AWS SDK inside.
// The laptop runs the same files. As a program (`node infra/bundle.ts NAME FOLDER`) it rebuilds one in place.
import { join } from "node:path";
import { buildSync, type BuildOptions } from "esbuild";
import { functionEnv, type FunctionName } from "../shared/contract/env.ts";

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

const entryOf = (name: FunctionName): string => `lambdas/${name}/handler.ts`;

/** Writes `<folder>/<name>/index.mjs` for every function, in one pass. */
export function bundleFunctions(folder: string): void {
  const names = Object.keys(functionEnv) as FunctionName[];
  buildSync({
    ...nodeProfile,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, entryOf(name)])),
    outdir: folder,
  });
}

if (import.meta.main) {
  const [name, folder] = process.argv.slice(2);
  if (name === undefined || folder === undefined || !(name in functionEnv)) {
    console.error(`usage: node infra/bundle.ts NAME FOLDER   (NAME: ${Object.keys(functionEnv).join(", ")})`);
    process.exit(2);
  }
  buildSync({ ...nodeProfile, entryPoints: { index: entryOf(name as FunctionName) }, outdir: folder });
}
