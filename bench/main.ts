// `npm run -s bench -- [NAME…] [--events N] [--json]`: runs benchmarks one after another and prints their figures.
import { arch, availableParallelism, loadavg, platform } from "node:os";
import { parseArgs } from "node:util";
import type { Benchmark, BenchmarkOptions } from "./benchmark.ts";
import { bulk } from "./bulk.ts";
import { bundles } from "./bundles.ts";
import { chaos } from "./chaos.ts";
import { toFigureTable, type NamedFigure } from "./figure-table.ts";
import { ingest } from "./ingest.ts";
import { install } from "./install.ts";
import { mail } from "./mail.ts";
import { read } from "./read.ts";
import { start } from "./start.ts";
import { track } from "./track.ts";

const benchmarks: readonly Benchmark[] = [start, track, install, bundles, mail, bulk, ingest, read, chaos];

const usage = `usage: npm run -s bench -- [NAME…] [--events N] [--json]

Runs the named benchmarks, or all, one after another, and prints figures: an aligned table, or with --json
{"machine", "figures": [{"benchmark", "figure", "value", "unit", "aim"?}]}. Progress goes to stderr.

${benchmarks.map(({ name, summary }) => `  ${name.padEnd(8)}  ${summary}`).join("\n")}

"--events" is how many events chaos and read, and recipients bulk, work with, instead of what is said above.
An aim is there to be read: no figure makes this fail (exit code 0). What could not be measured does (1).
Everything runs on this machine, on free ports and in temporary folders that are removed; only "install" needs
a network. "start" and "install" need a POSIX system, "start" git and bash too. Run it on a quiet machine: the load
at the begin is in what it says about the machine.`;

class UsageError extends Error {}

function parseOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        events: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const events = values.events === undefined ? undefined : Number(values.events);
    if (events !== undefined && !(Number.isInteger(events) && events > 0))
      throw new UsageError("--events takes a whole number above 0");
    const unknown = positionals.find((given) => !benchmarks.some(({ name }) => name === given));
    if (unknown !== undefined) throw new UsageError(`there is no benchmark ${unknown}`);
    return {
      ...values,
      events,
      chosen: benchmarks.filter(({ name }) => !positionals.length || positionals.includes(name)),
    };
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function describeMachine(): string {
  const load = loadavg()[0]?.toFixed(1);
  return `${platform()} ${arch()}, ${availableParallelism()} processors, Node ${process.versions.node}, load ${load}`;
}

async function runAll(chosen: readonly Benchmark[], options: BenchmarkOptions): Promise<NamedFigure[]> {
  const figures: NamedFigure[] = [];
  for (const { name, run } of chosen) {
    console.error(`${name} …`);
    try {
      for (const figure of await run(options)) figures.push({ benchmark: name, ...figure });
    } catch (error) {
      console.error(`${name} could not be measured:`, error);
      process.exitCode = 1;
    }
  }
  return figures;
}

// An exit, unlike a signal, lets benchmarks end their programs and remove their folders.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

try {
  const { help, json, events, chosen } = parseOptions(process.argv.slice(2));
  if (help) {
    console.log(usage);
  } else {
    const machine = describeMachine();
    const figures = await runAll(chosen, { events });
    console.log(json ? JSON.stringify({ machine, figures }, undefined, 2) : `${machine}\n\n${toFigureTable(figures)}`);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
