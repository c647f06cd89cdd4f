// What POST /mail adds to the call of SES that it is for: network steps on the way there, and our own processor time.
// The authorizer, which API Gateway asks once in a minute for each key, is not in it.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { nodeProfile } from "../infra/bundle.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import type { HandlerCost } from "./mail/call-handler.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const calls = 2000;
/** Ours and the bare one in turns: what else the machine does meets both. */
const rounds = 3;

async function measure(bundle: string): Promise<HandlerCost> {
  const program = join(import.meta.dirname, "mail/call-handler.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--enable-source-maps",
    program,
    bundle,
    String(calls),
  ]);
  return JSON.parse(stdout) as HandlerCost;
}

function bundle(folder: string): { ours: string; bare: string } {
  const root = join(import.meta.dirname, "..");
  buildSync({
    ...nodeProfile,
    entryPoints: { ours: join(root, "lambdas/mail/handler.ts"), bare: join(root, "bench/mail/bare-handler.ts") },
    outdir: folder,
  });
  return { ours: join(folder, "ours.mjs"), bare: join(folder, "bare.mjs") };
}

const quantile = (sorted: readonly number[], share: number): number => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("There is no quantile of nothing.");
  return value;
};

/** The round least disturbed by others. */
const best = (costs: readonly HandlerCost[]): HandlerCost =>
  costs.reduce((one, other) => (other.callsPerCpuSecond > one.callsPerCpuSecond ? other : one));

function toFigures(ours: HandlerCost, bare: HandlerCost): Figure[] {
  const beforeSes = ours.steps.findIndex((step) => step.includes("ses"));
  return [
    {
      figure: `network steps before SES, warm (${ours.steps.slice(0, beforeSes).flat().join(" with ")})`,
      value: beforeSes,
      unit: "steps",
      aim: "1",
    },
    { figure: "processor time of a call, all in all, p50", value: quantile(ours.cpuMs, 0.5), unit: "ms", aim: "< 1" },
    { figure: "processor time of a call, all in all, p99", value: quantile(ours.cpuMs, 0.99), unit: "ms", aim: "< 5" },
    { figure: "of that the one call of SES, by the AWS SDK, p50", value: quantile(bare.cpuMs, 0.5), unit: "ms" },
    { figure: "calls a core does in a second", value: ours.callsPerCpuSecond, unit: "calls" },
    { figure: "calls of a bare handler that only calls SES", value: bare.callsPerCpuSecond, unit: "calls" },
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
      const { ours, bare } = bundle(folder);
      const costs: Record<"ours" | "bare", HandlerCost[]> = { ours: [], bare: [] };
      for (let round = 0; round < rounds; round += 1) {
        costs.ours.push(await measure(ours));
        costs.bare.push(await measure(bare));
      }
      return toFigures(best(costs.ours), best(costs.bare));
    }),
};
