// GET /suppression-list: a tenant's own list, by page or by address.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exportSuppressions, listSuppressions } from "../../lambdas/suppressions/operations.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import type { SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { adasKey, apiEvent, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { getDigest } from "../support/keyed-digest.ts";

let dynamodb: LocalDynamoDb;
let handler: HttpHandler;

const since = "2026-11-01T08:00:00.000Z";
const address = (index: number) => `person${String(index).padStart(3, "0")}@example.com`;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const suppressions = createSuppressions({
    client: dynamodb.client,
    tableName: await dynamodb.createDirectoryTable(),
    getDigest,
  });
  const deps = { suppressions, cursors: createCursors(async () => "a secret"), clock: () => Date.parse(since) };
  handler = httpHandler({
    "GET /suppression-list": listSuppressions(deps),
    "GET /suppression-list/export": exportSuppressions(deps, { maxBytes: 5000, maxMs: 1000 }),
  });
  const evidence = { messageId: "m1", eventId: "e1" };
  for (let index = 0; index < 105; index++)
    await suppressions.recordSuppression("ten_ada", { address: address(index), reason: "bounce", since, evidence });
  await suppressions.recordSuppression("ten_ada", {
    address: "z@example.com",
    reason: "complaint",
    since,
    possible: true,
  });
  await suppressions.recordSuppression("ten_bob", { address: "bobs@example.com", reason: "manual", since });
});
afterAll(() => dynamodb.stop());
beforeEach(() => void captureOutput());

const list = (query: Record<string, string> = {}, actor = adasKey) =>
  call<SuppressionPage>(handler, "GET /suppression-list", { actor, query });

test("gives every address once over its pages, with reason, time and evidence", async () => {
  const first = await list();
  const second = await list({ cursor: first.body.cursor ?? "" });

  const all = [...first.body.items, ...second.body.items];
  expect(first.body.items).toHaveLength(100);
  expect(second.body.cursor).toBeUndefined();
  expect(all.map((item) => item.address)).toEqual([
    ...Array.from({ length: 105 }, (_, i) => address(i)),
    "z@example.com",
  ]);
  expect(all[0]).toEqual({
    address: address(0),
    reason: "bounce",
    since,
    evidence: { messageId: "m1", eventId: "e1" },
    reasons: [{ reason: "bounce", since, evidence: { messageId: "m1", eventId: "e1" } }],
  });
  const complaint = { reason: "complaint", since, possible: true };
  expect(all.at(-1)).toEqual({ address: "z@example.com", ...complaint, reasons: [complaint] });
});

test("finds one address, however it is written, or none", async () => {
  const found = await list({ address: "Person <PERSON007@example.com>" });
  const none = await list({ address: "somebody@example.com" });

  expect(found.body.items).toMatchObject([{ address: address(7), reason: "bounce" }]);
  expect(none.body).toEqual({ items: [] });
});

test("shows another tenant their own list alone, and takes no cursor from them", async () => {
  const { cursor = "" } = (await list()).body;

  const own = await list({}, bob);
  const byAddress = await list({ address: address(7) }, bob);
  const byCursor = await list({ cursor }, bob);

  expect(own.body.items).toMatchObject([{ address: "bobs@example.com", reason: "manual", since }]);
  expect(byAddress.body).toEqual({ items: [] });
  expect(byCursor).toMatchObject({ status: 400, body: { error: { details: [{ path: "query.cursor" }] } } });
});

test("refuses what is no address", async () => {
  expect(await list({ address: "nobody" })).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_request", details: [{ path: "query.address" }] } },
  });
});

const download = (query: Record<string, string>, actor = adasKey) =>
  handler(apiEvent("GET /suppression-list/export", { actor, query }));

test("is exported whole, over as many answers as it takes", async () => {
  const first = await download({ format: "csv" });
  const second = await download({ format: "csv", cursor: first.headers["x-next-cursor"] ?? "" });

  const lines = `${first.body}${second.body}`.trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + 105 + 1);
  expect(lines[0]).toBe("address,reason,list,since,possible,messageId,eventId");
  expect(lines[1]).toBe(`${address(0)},bounce,,${since},,m1,e1`);
  expect(lines.at(-1)).toBe(`z@example.com,complaint,,${since},true,,`);
  expect(first.headers["link"]).toMatch(/\/suppression-list\/export\?format=csv&cursor=[\w.-]+>; rel="next"$/);
  expect(second.headers).toMatchObject({ "content-disposition": 'attachment; filename="suppression-list.csv"' });
  expect(second.headers["x-next-cursor"]).toBeUndefined();
});

test("exports to another tenant their own alone, and nothing by a cursor that is not theirs", async () => {
  const own = await download({ format: "ndjson" }, bob);
  const { headers } = await download({ format: "ndjson" });
  const cursor = headers["x-next-cursor"] ?? "";

  expect(JSON.parse(own.body)).toEqual({ address: "bobs@example.com", reason: "manual", since });
  expect(cursor).not.toBe("");
  expect((await download({ format: "ndjson", cursor }, bob)).statusCode).toBe(400);
  expect((await download({ format: "csv", cursor })).statusCode).toBe(400);
  expect((await download({ format: "xlsx" })).statusCode).toBe(400);
});
