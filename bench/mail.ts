// What POST /mail adds to the call of SES that it is for: network steps on the way there, and our own processor time, held
// against a handler that does nothing but that call. Every mail goes to another address.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { nodeProfile } from "../infra/bundle.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import type { HandlerCost } from "./mail/call-handler.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const calls = 3000;
/** Ours and the bare one in turns: what else the machine does meets both. */
const rounds = 3;

/** Runs a program of bench/mail and reads what it prints. */
async function run<Result>(program: string, ...args: string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--enable-source-maps",
    join(import.meta.dirname, "mail", program),
    ...args,
  ]);
  return JSON.parse(stdout) as Result;
}

function bundle(folder: string): Record<"ours" | "bare" | "authorizer", string> {
  const root = join(import.meta.dirname, "..");
  buildSync({
    ...nodeProfile,
    splitting: true,
    entryPoints: {
      ours: join(root, "lambdas/mail/handler.ts"),
      bare: join(root, "bench/mail/bare-handler.ts"),
      authorizer: join(root, "lambdas/authorizer/handler.ts"),
    },
    outdir: folder,
  });
  const fileOf = (name: string) => join(folder, `${name}.mjs`);
  return { ours: fileOf("ours"), bare: fileOf("bare"), authorizer: fileOf("authorizer") };
}

const quantile = (sorted: readonly number[], share: number): number => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("There is no quantile of nothing.");
  return value;
};

/** The round least disturbed by others. */
const best = (costs: readonly HandlerCost[]): HandlerCost =>
  costs.reduce((one, other) => (other.callsPerCpuSecond > one.callsPerCpuSecond ? other : one));

function stepFigure(what: string, steps: readonly string[][]): Figure {
  const before = steps.slice(
    0,
    steps.findIndex((step) => step.includes("ses")),
  );
  const names = before.map((step) => step.join(" with ")).join(", then ");
  return {
    figure: `network steps before SES, ${what}${names && `: ${names}`}`,
    value: before.length,
    unit: "steps",
    aim: "1",
  };
}

function toFigures(ours: HandlerCost, bare: HandlerCost, authorizer: string[][]): Figure[] {
  const cpuFigures = ([50, 99] as const).flatMap((percent): Figure[] => {
    const [all, ses] = [quantile(ours.cpuMs, percent / 100), quantile(bare.cpuMs, percent / 100)];
    const aim = percent === 50 ? "< 1" : "< 5";
    return [
      {
        figure: `our own processor time of a call, p${percent}: all in all less the bare handler`,
        value: all - ses,
        unit: "ms",
        aim,
      },
      { figure: `  all in all, p${percent}`, value: all, unit: "ms" },
      { figure: `  a bare handler, the AWS SDK calling SES alone, p${percent}`, value: ses, unit: "ms" },
    ];
  });
  return [
    stepFigure("warm", ours.steps),
    stepFigure("warm, with an idempotency key", ours.keyedSteps),
    {
      figure: `  apart: of the authorizer, once a minute for a key: ${authorizer.flat().join(", ")}`,
      value: authorizer.length,
      unit: "steps",
    },
    ...cpuFigures,
    { figure: "calls a core does in a second", value: ours.callsPerCpuSecond, unit: "calls" },
    { figure: "calls of the bare handler", value: bare.callsPerCpuSecond, unit: "calls" },
    {
      figure: "ours against the bare handler",
      value: ours.callsPerCpuSecond / bare.callsPerCpuSecond,
      unit: "×",
      aim: ">= 0.6",
    },
  ];
}

export const mail: Benchmark = {
  name: "mail",
  summary: `what POST /mail adds to its call of SES: steps and processor time; ${calls} calls, best of ${rounds}`,
  run: () =>
    withTemporaryFolder(async (folder) => {
      const { ours, bare, authorizer } = bundle(folder);
      const costs: Record<"ours" | "bare", HandlerCost[]> = { ours: [], bare: [] };
      for (let round = 0; round < rounds; round += 1) {
        costs.ours.push(await run<HandlerCost>("call-handler.ts", ours, String(calls)));
        costs.bare.push(await run<HandlerCost>("call-handler.ts", bare, String(calls)));
      }
      const { steps } = await run<{ steps: string[][] }>("call-authorizer.ts", authorizer);
      return toFigures(best(costs.ours), best(costs.bare), steps);
    }),
};
