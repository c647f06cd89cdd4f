// A busy tenant's suppressions are kept for three seconds, as a whole: who is suppressed now is refused by every process
// within five.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { batchWrite } from "../../../shared/store/dynamo-batch.ts";
import { createSuppressionCache } from "../../../shared/store/suppression-cache.ts";
import { createSuppressions } from "../../../shared/store/suppressions.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";
import { getDigest } from "../../support/keyed-digest.ts";
import { waiting } from "../../support/projected-ledger.ts";

const tenantId = "ten_ada";

let dynamodb: LocalDynamoDb;
let directory: { client: LocalDynamoDb["client"]; tableName: string };
let tables = 0;
let nowMs: number;
let operations: string[] = [];
let fault: ((operation: string) => void) | undefined;

beforeAll(async () => {
  dynamodb = await startDynamoDb({
    faults: (operation) => {
      if (!operation.includes(":")) operations.push(operation);
      fault?.(operation);
    },
  });
});

afterAll(() => dynamodb.stop());

beforeEach(async () => {
  fault = undefined;
  nowMs = Date.parse("2026-11-23T08:00:00Z");
  const tableName = await dynamodb.createDirectoryTable(`SuppressionCache${(tables += 1)}`);
  directory = { client: dynamodb.client, tableName };
  operations = [];
});

/** What one process of the mail function has. */
const newProcess = () =>
  createSuppressions({
    ...directory,
    getDigest,
    waiting,
    cache: createSuppressionCache({ ...directory, clock: () => nowMs }),
  });

type Process = ReturnType<typeof newProcess>;

const record = (address: string) => ({
  address,
  reason: "bounce" as const,
  since: "2026-11-01T08:00:00.000Z",
  evidence: { messageId: "m1", eventId: "e1" },
});

const suppress = (address: string, tenant = tenantId) => newProcess().recordSuppression(tenant, record(address));

const isRefused = async (process: Process, address: string, tenant = tenantId): Promise<boolean> =>
  (await process.findSuppressions(tenant, [address])).has(address);

/** So many lookups that the tenant's suppressions are read as a whole, and until they have been. */
async function makeBusy(process: Process): Promise<void> {
  for (let lookup = 0; lookup < 5; lookup += 1) await isRefused(process, `person${lookup}@example.com`);
  await expect
    .poll(async () => {
      operations = [];
      await isRefused(process, "anyone@example.com");
      return operations;
    })
    .not.toContain("BatchGetItem");
}

test("a tenant that seldom mails is looked up each time", async () => {
  const process = newProcess();

  for (let mail = 0; mail < 6; mail += 1) {
    await isRefused(process, `person${mail}@example.com`);
    nowMs += 1000;
  }

  expect(operations).toEqual(Array.from({ length: 6 }, () => "BatchGetItem"));
});

test("a busy tenant's suppressions answer for every address, erased ones among them, without a read", async () => {
  await suppress("bounced@example.com");
  await suppress("erased@example.com");
  await newProcess().eraseSuppression(tenantId, "erased@example.com");
  const process = newProcess();
  await makeBusy(process);
  operations = [];

  const found = await process.findSuppressions(tenantId, [
    "bounced@example.com",
    "erased@example.com",
    "ada@example.com",
  ]);

  expect([...found.keys()]).toEqual(["bounced@example.com", "erased@example.com"]);
  expect(found.get("bounced@example.com")).toMatchObject({ reason: "bounce", since: "2026-11-01T08:00:00.000Z" });
  expect(operations).toEqual([]);
});

test("who is suppressed now is refused by every process within five seconds, busy or not", async () => {
  const busy = [newProcess(), newProcess()];
  for (const process of busy) await makeBusy(process);
  const quiet = newProcess();

  await suppress("ada@example.com");
  nowMs += 4000;

  for (const process of [...busy, quiet]) expect(await isRefused(process, "ada@example.com")).toBe(true);
});

test("who mails all the time never waits: what is known is read anew beside a mail", async () => {
  const process = newProcess();
  await makeBusy(process);
  await suppress("ada@example.com");
  operations = [];

  nowMs += 1600;
  for (let mail = 0; mail < 5; mail += 1) await isRefused(process, `person${mail}@example.com`);

  await expect.poll(() => isRefused(process, "ada@example.com")).toBe(true);
  expect(operations).not.toContain("BatchGetItem");
  expect(operations.filter((operation) => operation === "Query")).toHaveLength(2);
});

test("what one tenant suppresses is nothing to another", async () => {
  await suppress("ada@example.com", "ten_bob");
  const process = newProcess();
  await makeBusy(process);

  expect(await isRefused(process, "ada@example.com")).toBe(false);
  expect(await isRefused(process, "ada@example.com", "ten_bob")).toBe(true);
});

test("a tenant that suppresses more than five hundred is looked up address by address", async () => {
  const items = Array.from({ length: 600 }, (_, index) => ({
    pk: `S#${tenantId}`,
    sk: `person${index}@example.com`,
    bounce: { since: "2026-11-01T08:00:00.000Z", rank: "0" },
  }));
  await batchWrite(
    directory,
    items.map((put) => ({ put })),
    waiting,
  );
  const process = newProcess();
  for (let mail = 0; mail < 5; mail += 1) await isRefused(process, `somebody${mail}@example.com`);
  await expect.poll(() => operations.filter((operation) => operation === "Query")).toHaveLength(2);

  await expect
    .poll(async () => {
      operations = [];
      // The last in the order of a partition's items: it is in no first page.
      return [
        await isRefused(process, "person99@example.com"),
        await isRefused(process, "ada@example.com"),
        operations,
      ];
    })
    .toEqual([true, false, ["BatchGetItem", "BatchGetItem"]]);
});

test("suppressions that cannot be read as a whole are looked up, and the mail is none the worse", async () => {
  await suppress("ada@example.com");
  const process = newProcess();
  fault = (operation) => {
    if (operation === "Query") throw new Error("out of order");
  };

  for (let mail = 0; mail < 10; mail += 1) expect(await isRefused(process, "ada@example.com")).toBe(true);
});
