// `npm run -s replay -- PATH… [--outcomes] [--tenant ten_demo]`: SES events in any envelope through the real categorizer
// and projector into a fresh ledger in memory; what became of them on stdout, one JSON line each.
import { parseArgs } from "node:util";
import { categorize, type CategorizedDelivery } from "../lambdas/categorizer/categorize.ts";
import { project } from "../lambdas/projector/project.ts";
import { parseDelivery, type ParsedDelivery } from "../shared/domain/parse.ts";
import { createLedger, type Ledger } from "../shared/store/ledger/ledger.ts";
import { createKeyedDigest } from "../shared/store/keyed-digest.ts";
import { createSuppressions, type Suppressions } from "../shared/store/suppressions.ts";
import { listFiles, readInputs } from "./input-files.ts";
import { openMemoryTables, type MemoryTables } from "./memory-tables.ts";
import { deliveryLine, invalidFileLine, outcomeLine, suppressionLine, type ReplayLine } from "./replay-lines.ts";

const usage = `usage: npm run -s replay -- PATH… [--outcomes] [--tenant TENANT]

  PATH        a file or folder with SES events: JSON, or one JSON value a line
  --outcomes  also print what became of each message for each recipient, and who is suppressed
  --tenant    whose events they are, whatever account they name (default: ten_demo)`;

/** Three thousand years: old events are as welcome as new ones, even those of a year that is a slip of the pen. */
const retentionDays = 1_100_000;
/** As the deployed queue hands over. */
const batchSize = 100;

interface Options {
  files: string[];
  tenantId: string;
  outcomes: boolean;
}

class UsageError extends Error {}

const optionSpecs = {
  outcomes: { type: "boolean", default: false },
  tenant: { type: "string", default: "ten_demo" },
  help: { type: "boolean", default: false },
} as const;

/** @returns undefined for `--help` */
function parseOptions(args: string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: optionSpecs });
    if (values.help) return undefined;
    if (positionals.length === 0) throw new UsageError("no path given");
    if (!/^ten_\w+$/.test(values.tenant)) throw new UsageError("a tenant is written like ten_demo");
    return { files: listFiles(positionals), tenantId: values.tenant, outcomes: values.outcomes };
  } catch (error) {
    const { code, path = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw new UsageError(`there is no ${path}`, { cause: error });
    if (code?.startsWith("ERR_PARSE_ARGS")) throw new UsageError((error as Error).message, { cause: error });
    throw error;
  }
}

interface Replay {
  options: Options;
  tables: MemoryTables;
  ledger: Ledger;
  suppressions: Suppressions;
  print: (line: ReplayLine) => void;
}

/** Things delivered, in the order they were read; a file that cannot be read stands among them. */
type Read = { file: string; delivery: ParsedDelivery } | { file: string; problem: string };

function* readAll(files: readonly string[]): Generator<Read> {
  for (const file of files)
    for (const input of readInputs(file)) {
      if ("problem" in input) yield input;
      else for (const delivery of parseDelivery(input.value)) yield { file, delivery };
    }
}

/** Stores a batch as the queue's function would, projects it, and prints a line for each thing read. */
async function replayBatch({ options, tables, ledger, suppressions, print }: Replay, batch: Read[]): Promise<void> {
  const deliveries = batch.flatMap((read) => ("delivery" in read ? [read.delivery] : []));
  const results = await categorize({ ledger, findTenant: async () => options.tenantId })(deliveries);
  const setAside = (body: string, { reason }: { reason: string }) =>
    Promise.reject(new Error(`The projector cannot read ${body}: ${reason}`));
  const deps = { ledger, suppressions, deadLetters: { setAside }, count: () => undefined };
  await project(deps)({ shardId: "replay", records: tables.takeRecords() });

  let next = 0;
  for (const read of batch)
    print("delivery" in read ? deliveryLine(read.file, results[next++]!) : invalidFileLine(read.file, read.problem));
  throwFailure(results);
}

function throwFailure(results: CategorizedDelivery[]): void {
  for (const result of results) if (result.result === "failed") throw result.errors[0];
}

async function printOutcomes({ options, ledger, suppressions, print }: Replay, messageIds: Set<string>): Promise<void> {
  for (const messageId of [...messageIds].toSorted())
    for (const outcome of await ledger.getMessageOutcomes(options.tenantId, messageId)) print(outcomeLine(outcome));
  let position: { after: string } | undefined;
  do {
    const page = await suppressions.listSuppressions(options.tenantId, { position, limit: 100 });
    for (const suppression of page.items) print(suppressionLine(suppression));
    position = page.position;
  } while (position);
}

async function run(options: Options): Promise<void> {
  const tables = await openMemoryTables();
  const { client } = tables;
  const counts: Record<string, number> = {};
  const messageIds = new Set<string>();
  const print = (line: ReplayLine) => {
    if ("result" in line) {
      counts[line.result] = (counts[line.result] ?? 0) + 1;
      for (const { messageId } of line.events) messageIds.add(messageId);
    }
    console.log(JSON.stringify(line));
  };
  const replay: Replay = {
    options,
    tables,
    print,
    ledger: createLedger({
      client,
      tableName: tables.ledgerTable,
      getKeeping: async () => ({ retentionDays, hasErasures: false }),
    }),
    suppressions: createSuppressions({
      client,
      tableName: tables.directoryTable,
      // Of tables in memory: nobody is erased from them.
      getDigest: createKeyedDigest(async () => "replay"),
    }),
  };
  try {
    let batch: Read[] = [];
    for (const read of readAll(options.files)) {
      batch.push(read);
      if (batch.length === batchSize) await replayBatch(replay, batch.splice(0));
    }
    await replayBatch(replay, batch);
    if (options.outcomes) await printOutcomes(replay, messageIds);
  } finally {
    await tables.stop();
  }
  const said = Object.entries(counts).map(([result, total]) => `${total} ${result}`);
  const files = options.files.length === 1 ? "1 file" : `${options.files.length} files`;
  console.error(`${files} read: ${said.join(", ") || "nothing in them"}.`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  // Not to stdout: that is for JSON alone.
  if (options) await run(options);
  else console.error(usage);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`replay: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
