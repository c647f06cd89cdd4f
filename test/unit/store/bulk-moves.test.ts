// Moves of bulks against the writes of their workers: over the laptop's DynamoDB.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import { createBulkStates } from "../../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../../shared/store/bulk/bulks.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

const nowMs = Date.parse("2026-11-23T08:00:00Z");

let dynamodb: LocalDynamoDb;
let bulks: ReturnType<typeof createBulks>;
let states: ReturnType<typeof createBulkStates>;
let bulk: StoredBulk;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  const table = {
    client: dynamodb.client,
    tableName: await dynamodb.createDirectoryTable(`BulkMoves${(tables += 1)}`),
  };
  bulks = createBulks(table);
  states = createBulkStates(table);
  const made = await bulks.createBulk(
    "ten_ada",
    { bulkId: "blk_1", kind: "mail", connectionId: "con_a", createdAtMs: nowMs, from: "a@shop.example", subject: "" },
    { content: {}, recipients: ["ada@people.example", "grace@people.example"] },
  );
  bulk = "claimed" in made ? expect.fail("nobody has claimed it") : made;
});

const cancel = (read: StoredBulk) =>
  bulks.changeState("ten_ada", read, ["scheduled", "active"], "cancelled", { nowMs, counts: read.counts });

const begin = async () => {
  await states.takeOver("ten_ada", "blk_1", 1);
  const changes = [{ block: 0, changes: [{ place: 0, state: { status: "begun", fence: 1 } as const }] }];
  return states.recordStates("ten_ada", bulk, changes, new Map(), { fence: 1 });
};

test("a move for as long as nobody has been begun comes too late once somebody has", async () => {
  const isBegun = await begin();
  const isCancelled = await cancel(bulk);

  const now = await bulks.findBulk("ten_ada", "blk_1", nowMs);
  expect([isBegun, isCancelled, now?.state, now?.counts.begun]).toEqual([true, false, "active", 1]);
});

test("nobody is begun once it has come first", async () => {
  const isCancelled = await cancel(bulk);
  const isBegun = await begin();

  const now = await bulks.findBulk("ten_ada", "blk_1", nowMs);
  expect([isCancelled, isBegun, now?.state, now?.counts.begun]).toEqual([true, false, "cancelled", 0]);
});
