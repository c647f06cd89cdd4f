// Where the bundles of this synthesis are: built once per app, on first use, inside its output folder.
import { join } from "node:path";
import { App, Stage } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { FunctionName } from "../../shared/contract/env.ts";
import { bundleFunctions } from "../bundle.ts";

const built = new WeakMap<App, string>();

/** The folder of one function's bundle. */
export function bundledFunctions(scope: IConstruct, name: FunctionName): string {
  const app = Stage.of(scope);
  if (!App.isApp(app)) throw new Error("Functions belong to an app.");
  let folder = built.get(app);
  if (folder === undefined) {
    folder = join(app.outdir, "functions");
    bundleFunctions(folder);
    built.set(app, folder);
  }
  return join(folder, name);
}
