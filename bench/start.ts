// `npm start` as a terminal sees it: from the command to the printed address, and Ctrl-C.
// It runs in a copy of the checkout, so that neither builds nor state of the checkout are touched.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../local/start/build.ts";
import { median, secondsSince, type Benchmark } from "./benchmark.ts";
import { startProgram, type Program } from "./program.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const runs = 3;
const startLimitMs = 120_000;
const stopLimitMs = 20_000;

/** All that a clone would hold if everything were committed, and the installed modules. */
function copyCheckout(folder: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  mkdirSync(folder);
  for (const file of listed.split("\0").filter((path) => path !== "" && existsSync(join(projectRoot, path))))
    cpSync(join(projectRoot, file), join(folder, file));
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"), "dir");
}

interface Started {
  seconds: number;
  stopSeconds: number;
  exitCode: number | null;
}

async function startAndStop(folder: string, settle: (program: Program) => Promise<void>): Promise<Started> {
  const startedAtMs = performance.now();
  // Bash hands on the exit code of a program that handled Ctrl-C; other shells say that there was a Ctrl-C.
  const program = startProgram("npm", ["start", "--script-shell=bash"], folder);
  try {
    await program.waitForOutput(/SESami is ready: +http\S+\n/, startLimitMs);
    const seconds = secondsSince(startedAtMs);
    await settle(program);
    const stoppedAtMs = performance.now();
    program.interrupt();
    const exitCode = await program.end(stopLimitMs);
    return { seconds, stopSeconds: secondsSince(stoppedAtMs), exitCode };
  } finally {
    program.kill();
  }
}

const untilDemoMailIsSent = (program: Program) => program.waitForOutput(/demo mail was sent/, startLimitMs);
const atOnce = () => Promise.resolve();

export const start: Benchmark = {
  name: "start",
  summary: `seconds from npm start to the printed address, and how it stops; median of ${runs}`,
  run: () =>
    withTemporaryFolder(async (folder) => {
      const first: Started[] = [];
      const second: Started[] = [];
      for (let run = 0; run < runs; run += 1) {
        const copy = join(folder, `${run}`);
        copyCheckout(copy);
        first.push(await startAndStop(copy, untilDemoMailIsSent));
        second.push(await startAndStop(copy, atOnce));
      }
      const all = [...first, ...second];
      const medianOf = (starts: Started[], value: keyof Omit<Started, "exitCode">) =>
        median(starts.map((each) => each[value]));
      return [
        {
          figure: "address printed, everything stale (a fresh clone)",
          value: medianOf(first, "seconds"),
          unit: "s",
          aim: "< 15",
        },
        {
          figure: "address printed, nothing stale (state kept)",
          value: medianOf(second, "seconds"),
          unit: "s",
          aim: "< 15",
        },
        { figure: "ended after Ctrl-C", value: medianOf(all, "stopSeconds"), unit: "s" },
        {
          figure: `ended with another exit code than 0, of ${all.length}`,
          value: all.filter(({ exitCode }) => exitCode !== 0).length,
          unit: "stops",
          aim: "0",
        },
      ];
    }),
};
