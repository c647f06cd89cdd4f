// Runs a program of ours as its users do: a process of its own, its output, its exit code.
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

export interface ProgramRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** @param file below the project's folder; @param env beside this process's own */
export const runProgram = (
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ProgramRun> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, file), ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
