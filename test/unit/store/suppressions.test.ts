import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSuppressions, type SuppressionRecord, type Suppressions } from "../../../shared/store/suppressions.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";
import { waiting } from "../../support/projected-ledger.ts";
import { getDigest } from "../../support/keyed-digest.ts";

const tenantId = "ten_alpha";
const address = "ada@example.com";

let db: LocalDynamoDb;
let suppressions: Suppressions;
beforeEach(async () => {
  db = await startDynamoDb();
  suppressions = createSuppressions({
    client: db.client,
    tableName: await db.createDirectoryTable(),
    getDigest,
    waiting,
  });
});
afterEach(() => db.stop());

const bounceAt = (since: string, eventId = "event-1"): SuppressionRecord => ({
  address,
  reason: "bounce",
  since,
  evidence: { messageId: "message-1", eventId },
});

const complaintAt = (since: string, possible?: true): SuppressionRecord => ({
  ...bounceAt(since, `complaint-${since}`),
  reason: "complaint",
  ...(possible && { possible }),
});

const findOne = async (forTenantId = tenantId) =>
  (await suppressions.findSuppressions(forTenantId, [address])).get(address);

describe("suppressions", () => {
  it("finds the addresses that are suppressed among those that are asked for", async () => {
    await suppressions.recordSuppression(tenantId, bounceAt("2026-11-23T08:00:00.000Z"));

    const found = await suppressions.findSuppressions(tenantId, [address, "grace@example.com", address]);

    expect([...found.entries()]).toEqual([
      [
        address,
        {
          address,
          reason: "bounce",
          since: "2026-11-23T08:00:00.000Z",
          evidence: { messageId: "message-1", eventId: "event-1" },
          reasons: [bounceAt("2026-11-23T08:00:00.000Z")],
        },
      ],
    ]);
  });

  it("keeps the earliest evidence of each reason in any order, and certain evidence before possible", async () => {
    const records = [
      bounceAt("2026-11-23T08:00:00.000Z"),
      bounceAt("2026-11-22T08:00:00.000Z", "event-0"),
      bounceAt("2026-11-24T08:00:00.000Z", "event-2"),
      complaintAt("2026-11-20T08:00:00.000Z", true),
      complaintAt("2026-11-25T08:00:00.000Z"),
    ];
    let run = 0;

    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...records, ...records], { minLength: 2 * records.length }),
        async (shuffled) => {
          const shuffledTenantId = `ten_${run++}`;
          for (const record of shuffled) await suppressions.recordSuppression(shuffledTenantId, record);
          const found = await findOne(shuffledTenantId);
          expect(found?.reasons).toEqual([
            complaintAt("2026-11-25T08:00:00.000Z"),
            bounceAt("2026-11-22T08:00:00.000Z", "event-0"),
          ]);
        },
      ),
      { numRuns: 10, seed: 20_261_123 },
    );
  });

  it("says of one event what was said last, even if that is a later time", async () => {
    await suppressions.recordSuppression(tenantId, bounceAt("2026-11-23T08:00:00.000Z"));

    await suppressions.recordSuppression(tenantId, bounceAt("2026-11-23T08:00:02.000Z"));
    await suppressions.recordSuppression(tenantId, bounceAt("2026-11-23T08:00:04.000Z", "event-2"));

    expect((await findOne())?.reasons).toEqual([bounceAt("2026-11-23T08:00:02.000Z")]);
  });

  it("names a complaint before a bounce", async () => {
    await suppressions.recordSuppression(tenantId, bounceAt("2026-11-22T08:00:00.000Z"));
    await suppressions.recordSuppression(tenantId, complaintAt("2026-11-23T08:00:00.000Z"));

    expect(await findOne()).toMatchObject({ reason: "complaint", since: "2026-11-23T08:00:00.000Z" });
  });

  it("asks for more addresses than one batch read takes", async () => {
    const addresses = Array.from({ length: 130 }, (_, index) => `reader-${index}@example.com`);
    for (const suppressed of [addresses[0]!, addresses[129]!])
      await suppressions.recordSuppression(tenantId, { ...bounceAt("2026-11-23T08:00:00.000Z"), address: suppressed });

    const found = await suppressions.findSuppressions(tenantId, addresses);

    expect([...found.keys()].toSorted()).toEqual(["reader-0@example.com", "reader-129@example.com"]);
  });

  it("lists them in pages, and nothing behind the last", async () => {
    const addresses = ["ada@example.com", "grace@example.com", "mary@example.com"];
    for (const suppressed of addresses)
      await suppressions.recordSuppression(tenantId, { ...bounceAt("2026-11-23T08:00:00.000Z"), address: suppressed });

    const first = await suppressions.listSuppressions(tenantId, { limit: 2 });
    const second = await suppressions.listSuppressions(tenantId, { limit: 2, position: first.position });

    expect([...first.items, ...second.items].map((item) => item.address)).toEqual(addresses);
    expect(first.position).toEqual({ after: "grace@example.com" });
    expect(second.position).toBeUndefined();
  });

  it("suppresses for one tenant alone", async () => {
    await suppressions.recordSuppression("ten_other", bounceAt("2026-11-23T08:00:00.000Z"));

    expect(await findOne()).toBeUndefined();
    expect(await suppressions.listSuppressions(tenantId, { limit: 10 })).toEqual({ items: [] });
  });
});
