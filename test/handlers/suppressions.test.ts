// GET /suppression-list: a tenant's own list, by page or by address.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listSuppressions } from "../../lambdas/suppressions/operations.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import type { SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { adasKey, bob, call } from "../support/api-request.ts";
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
  handler = httpHandler({
    "GET /suppression-list": listSuppressions({ suppressions, cursors: createCursors(async () => "a secret") }),
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
  });
  expect(all.at(-1)).toEqual({ address: "z@example.com", reason: "complaint", since, possible: true });
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

  expect(own.body.items).toEqual([{ address: "bobs@example.com", reason: "manual", since }]);
  expect(byAddress.body).toEqual({ items: [] });
  expect(byCursor).toMatchObject({ status: 400, body: { error: { details: [{ path: "query.cursor" }] } } });
});

test("refuses what is no address", async () => {
  expect(await list({ address: "nobody" })).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_request", details: [{ path: "query.address" }] } },
  });
});
