// What reading costs, and how little that depends on what else is in the table.
import { getMessage, getRecipient, listEvents } from "../lambdas/events/operations.ts";
import { getStats } from "../lambdas/events/stats.ts";
import { createCursors } from "../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../lambdas/runtime/http.ts";
import { createLedger } from "../shared/store/ledger/ledger.ts";
import { createSettings } from "../shared/store/settings.ts";
import { apiEvent, type RequestParts } from "../test/support/api-request.ts";
import { median, secondsSince, type Benchmark, type Figure } from "./benchmark.ts";
import { busyTenant, fillTable, nowMs, steadyTenant, type FilledTable } from "./read/tables.ts";

const few = 10_000;
const many = 1_000_000;
const rounds = 41;

interface Question {
  name: string;
  route: string;
  tenantId: string;
  parts: RequestParts;
}

const messageId = "0100000000000100-ten_busy-4000-8000-000000";
const recipient = "reader-100@mail.example.com";

const questions: readonly Question[] = [
  { name: "a page of events, dense", route: "GET /events", tenantId: busyTenant, parts: { query: { limit: "50" } } },
  {
    name: "a page of events, sparse in a year",
    route: "GET /events",
    tenantId: steadyTenant,
    parts: { query: { limit: "50", period: "12mo", status: "complaint" } },
  },
  {
    name: "a page of events, by a rare tag in 90 days",
    route: "GET /events",
    tenantId: steadyTenant,
    parts: { query: { limit: "50", period: "90d", tag: "campaign:rare" } },
  },
  {
    name: "a recipient",
    route: "GET /recipients/{address}",
    tenantId: busyTenant,
    parts: { path: { address: recipient } },
  },
  { name: "a message", route: "GET /messages/{messageId}", tenantId: busyTenant, parts: { path: { messageId } } },
  { name: "a chart of 12 months", route: "GET /stats", tenantId: steadyTenant, parts: { query: { period: "12mo" } } },
];

interface Reader extends FilledTable {
  handler: HttpHandler;
}

function openReader({ client, service }: FilledTable): Reader {
  const { getSettings } = createSettings({ client, tableName: "Directory" });
  const deps = {
    ledger: createLedger({ client, tableName: "Ledger", getKeeping: getSettings }),
    cursors: createCursors(async () => "a secret of the benchmark"),
    clock: () => nowMs,
  };
  const handler = httpHandler({
    "GET /events": listEvents(deps),
    "GET /messages/{messageId}": getMessage(deps),
    "GET /recipients/{address}": getRecipient(deps),
    "GET /stats": getStats(deps),
  });
  return { client, service, handler };
}

async function ask({ handler }: Reader, { route, tenantId, parts }: Question): Promise<number> {
  const event = apiEvent(route, { ...parts, actor: { tenantId, kind: "key", id: "key_benchmark" } });
  const startedAtMs = performance.now();
  const { statusCode, body } = await handler(event);
  const ms = performance.now() - startedAtMs;
  if (statusCode !== 200) throw new Error(`${route} was answered ${statusCode}: ${body}`);
  return ms;
}

async function costOf(reader: Reader, question: Question): Promise<{ queries: number; readUnits: number }> {
  reader.service.resetConsumed();
  await ask(reader, question);
  const { calls, readUnits } = reader.service.consumed();
  return { queries: Object.values(calls).reduce((sum, count) => sum + count, 0), readUnits };
}

/** The fastest tenth: whatever else a machine does makes nothing faster. */
const undisturbed = (ms: readonly number[]): number =>
  ms.toSorted((one, other) => one - other)[Math.floor(ms.length / 10)]!;

async function measure(question: Question, small: Reader, large: Reader): Promise<Figure[]> {
  const [ofSmall, ofLarge] = [await costOf(small, question), await costOf(large, question)];
  const times: [smallMs: number[], largeMs: number[]] = [[], []];
  // In turns: what else the machine does meets both.
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(await ask(small, question));
    times[1].push(await ask(large, question));
  }
  const [smallMs, largeMs] = [median(times[0]), median(times[1])];
  const [undisturbedSmallMs, undisturbedLargeMs] = [undisturbed(times[0]), undisturbed(times[1])];
  const { name } = question;
  return [
    { figure: `${name}: calls of DynamoDB`, value: ofLarge.queries, unit: "queries" },
    { figure: "  the same in the small table", value: ofSmall.queries, unit: "queries", aim: `${ofLarge.queries}` },
    { figure: "  read units", value: ofLarge.readUnits, unit: "units" },
    { figure: "  the same in the small table", value: ofSmall.readUnits, unit: "units", aim: "the same" },
    { figure: "  time, median", value: largeMs, unit: "ms" },
    { figure: "  in the small table", value: smallMs, unit: "ms" },
    {
      figure: "  times as long, of the rounds that nothing else disturbed",
      value: undisturbedLargeMs / undisturbedSmallMs,
      unit: "×",
      aim: "< 1.3",
    },
  ];
}

export const read: Benchmark = {
  name: "read",
  summary: "queries, read units and time of pages, a recipient, a message and a chart, of 10,000 and 1,000,000 events",
  run: async ({ events = many }) => {
    const startedAtMs = performance.now();
    const small = openReader(await fillTable(few));
    const large = openReader(await fillTable(events));
    console.error(`read: filled in ${secondsSince(startedAtMs).toFixed(0)} s`);
    const figures: Figure[] = [];
    for (const question of questions) figures.push(...(await measure(question, small, large)));
    await Promise.all([small.service.stop(), large.service.stop()]);
    return [{ figure: "events in the large table", value: events, unit: "events" }, ...figures];
  },
};
