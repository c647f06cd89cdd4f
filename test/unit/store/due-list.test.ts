// What is due and has not begun, as the sweep finds it: over the laptop's DynamoDB.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createBulks } from "../../../shared/store/bulk/bulks.ts";
import { createDueList } from "../../../shared/store/bulk/due-list.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

const nowMs = Date.parse("2026-11-23T08:00:00Z");
const hourMs = 3_600_000;

let dynamodb: LocalDynamoDb;
let table: { client: LocalDynamoDb["client"]; tableName: string };
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  table = {
    client: dynamodb.client,
    tableName: await dynamodb.createDirectoryTable(`DueList${(tables += 1)}`),
  };
});

const schedule = async (tenantId: string, bulkId: string, scheduledAtMs: number) => {
  const bulk = { bulkId, kind: "mail", connectionId: "con_a", createdAtMs: nowMs, from: "a@b.example" } as const;
  const content = { content: {}, recipients: ["ada@people.example"] };
  const created = await createBulks(table).createBulk(tenantId, { ...bulk, scheduledAtMs, subject: "" }, content);
  return "claimed" in created ? expect.fail("nobody has claimed it") : created;
};

const letters = "abcdefghijklmnopqrstuvwxyz0123456789".split("");
const ids = (due: { bulkId: string }[]) => due.map(({ bulkId }) => bulkId).toSorted();

test("it has those of all tenants whose time is over, whatever their ids end with, and no others", async () => {
  for (const [index, letter] of letters.entries()) {
    await schedule(`ten_${index % 3}`, `blk_over${letter}`, nowMs + index);
    await schedule(`ten_${index % 3}`, `blk_later${letter}`, nowMs + hourMs);
  }

  const due = await createDueList(table).listDue(nowMs + hourMs, { nowMs: nowMs + hourMs, limit: 1000 });

  expect(ids(due)).toEqual(letters.map((letter) => `blk_over${letter}`).toSorted());
  expect(due).toContainEqual({ tenantId: "ten_1", bulkId: "blk_overb" });
});

test("what has begun, was cancelled, or was put off is on it no more", async () => {
  const bulks = createBulks(table);
  const [begun, cancelled, later, open] = [
    await schedule("ten_ada", "blk_a", nowMs),
    await schedule("ten_ada", "blk_b", nowMs),
    await schedule("ten_ada", "blk_c", nowMs),
    await schedule("ten_ada", "blk_d", nowMs),
  ];
  await bulks.changeState("ten_ada", begun, ["scheduled"], "active", { nowMs });
  await bulks.changeState("ten_ada", cancelled, ["scheduled"], "cancelled", { nowMs });
  await bulks.reschedule("ten_ada", later, nowMs + hourMs);

  const due = await createDueList(table).listDue(nowMs + 1, { nowMs, limit: 1000 });

  expect(ids(due)).toEqual([open.bulkId]);
});

test("it has some of many, and nothing that has expired and is still there", async () => {
  for (const letter of letters) await schedule("ten_ada", `blk_${letter}`, nowMs);
  const { listDue } = createDueList(table);

  const some = await listDue(nowMs + 1, { nowMs, limit: 16 });
  const afterwards = await listDue(nowMs + 1, { nowMs: nowMs + 31 * 24 * hourMs, limit: 1000 });

  expect(some.length).toBeGreaterThan(0);
  expect(some.length).toBeLessThanOrEqual(16);
  expect(afterwards).toEqual([]);
});
