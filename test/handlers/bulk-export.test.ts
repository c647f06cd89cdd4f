// GET /mail/bulk/{bulkId}/recipients/export: what became of whom, as a file in several answers.
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exportBulkRecipients } from "../../lambdas/mail/bulk/export-results.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import { createBulkStates } from "../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { createLines } from "../../shared/store/bulk/line.ts";
import { adasKey, apiEvent, bob } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { nowMs } from "../support/projected-ledger.ts";

const route = "GET /mail/bulk/{bulkId}/recipients/export";
const people = 1250;

let dynamodb: LocalDynamoDb;
let handler: HttpHandler;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const directory = { client: dynamodb.client, tableName: await dynamodb.createDirectoryTable() };
  const bulks = createBulks(directory);
  const states = createBulkStates(directory);
  const recipients = Array.from({ length: people }, (_, index) => ({
    kind: "to",
    recipient: `p${index}@people.example`,
    address: { mailbox: { address: `p${index}@people.example` } },
  }));
  const bulk = {
    bulkId: "blk_1",
    kind: "bulk",
    connectionId: "con_a",
    createdAtMs: nowMs,
    from: "shop@shop.example",
    subject: "News",
  } as const;
  await bulks.createBulk("ten_ada", bulk, { content: {}, recipients });
  const changes = [
    { place: 0, state: { status: "sent", messageId: "message-0" } },
    { place: 1, state: { status: "suppressed", reason: "bounce", since: "2026-11-01T00:00:00.000Z" } },
    { place: 2, state: { status: "failed", code: "refused_by_ses", message: "=SUM(A1)" } },
  ] as const;
  await states.recordStates("ten_ada", bulk, [{ block: 0, changes }], new Map());
  const cursors = createCursors(async () => "a secret of the test");
  const deps = { bulks, states, lines: createLines(directory), cursors, clock: () => nowMs };
  handler = httpHandler({ [route]: exportBulkRecipients(deps, { maxBytes: 20_000, maxMs: 1000 }) });
});
afterAll(() => dynamodb.stop());
beforeEach(() => {
  captureOutput();
});

const ask = (query: Record<string, string>, actor = adasKey) =>
  handler(apiEvent(route, { actor, query, path: { bulkId: "blk_1" } }));

/** Follows the links, as a caller would. */
async function download(query: Record<string, string>): Promise<string[]> {
  const bodies: string[] = [];
  for (let next: Record<string, string> | undefined = query; next;) {
    const { statusCode, headers, body }: Awaited<ReturnType<HttpHandler>> = await ask(next);
    expect(statusCode).toBe(200);
    bodies.push(body);
    const link: string | undefined = /^<(.+)>; rel="next"$/.exec(headers["link"] ?? "")?.[1];
    if (link !== undefined) expect(new URL(link).pathname).toBe("/mail/bulk/blk_1/recipients/export");
    next = link === undefined ? undefined : Object.fromEntries(new URL(link).searchParams);
  }
  return bodies;
}

describe("the export of a bulk's recipients", () => {
  test("is one CSV of everyone once, in their order, over several answers", async () => {
    const bodies = await download({ format: "csv" });

    const rows = parse(bodies.join(""), { columns: true }) as Record<string, string>[];
    expect(bodies.length).toBeGreaterThan(1);
    expect(rows.map(({ recipient }) => recipient)).toEqual(
      Array.from({ length: people }, (_, index) => `p${index}@people.example`),
    );
    expect(rows.slice(0, 4)).toMatchObject([
      { status: "sent", messageId: "message-0" },
      { status: "suppressed", reason: "bounce", since: "2026-11-01T00:00:00.000Z" },
      { status: "failed", code: "refused_by_ses", message: "'=SUM(A1)" },
      { status: "waiting", messageId: "" },
    ]);
  });

  test("is NDJSON, and of one status, where that is asked for", async () => {
    const bodies = await download({ format: "ndjson", status: "failed" });

    expect(
      bodies
        .join("")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ recipient: "p2@people.example", status: "failed", code: "refused_by_ses", message: "=SUM(A1)" }]);
  });

  test("is nobody else's, and goes on with no cursor of another", async () => {
    const { headers } = await ask({ format: "csv" });
    const cursor = headers["x-next-cursor"] ?? "";

    expect((await ask({ format: "csv" }, bob)).statusCode).toBe(404);
    expect((await ask({ format: "ndjson", cursor })).statusCode).toBe(400);
  });

  test.each([{}, { format: "xlsx" }, { format: "csv", limit: "5" }, { format: "csv", status: "lost" }])(
    "refuses %j",
    async (query) => {
      expect((await ask(query as Record<string, string>)).statusCode).toBe(400);
    },
  );
});
