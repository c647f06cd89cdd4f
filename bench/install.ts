// `npm ci` of a machine that has none of the packages: everything comes from the registry.
import { cpSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../local/start/build.ts";
import { secondsSince, type Benchmark } from "./benchmark.ts";
import { startProgram } from "./program.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const limitMs = 600_000;
const neededFiles = ["package.json", "package-lock.json", ".npmrc", "scripts/preflight.mjs"];

/** What the folder takes on the disk, in megabytes of 1,000,000 bytes; a block of `stat` has 512 bytes (POSIX). */
function megabytesOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.reduce((sum, entry) => sum + lstatSync(join(folder, entry)).blocks * 512, 0) / 1e6;
}

export const install: Benchmark = {
  name: "install",
  summary: "seconds and MB of npm ci with an empty cache; needs the registry",
  run: () =>
    withTemporaryFolder(async (folder) => {
      const checkout = join(folder, "checkout");
      const cache = join(folder, "cache");
      for (const file of neededFiles) cpSync(join(projectRoot, file), join(checkout, file));
      const startedAtMs = performance.now();
      const program = startProgram("npm", ["ci", "--cache", cache], checkout);
      try {
        const exitCode = await program.end(limitMs);
        if (exitCode !== 0) throw new Error(`npm ci ended with ${exitCode}:\n${program.output()}`);
      } finally {
        program.kill();
      }
      const seconds = secondsSince(startedAtMs);
      return [
        { figure: "npm ci, nothing cached", value: seconds, unit: "s" },
        { figure: "downloaded (npm's cache)", value: megabytesOf(cache), unit: "MB" },
        { figure: "node_modules on the disk", value: megabytesOf(join(checkout, "node_modules")), unit: "MB" },
      ];
    }),
};
