// The Ledger's store on a DynamoDB: the conditions, transactions, streams and expiries that its numbers rest on.
import { DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, expect, test } from "vitest";
import type { SesEvent } from "../../shared/domain/event.ts";
import { createLedger, type Ledger } from "../../shared/store/ledger/ledger.ts";
import { parseLedgerChange } from "../../shared/store/ledger/stream.ts";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";
import { fixtureMessageId, fixtureRecipient, sesEvent } from "../support/ses-events.ts";

const nowMs = Date.parse("2026-11-23T12:00:00Z");
const day = "2026-11-23";
const tenantId = "ten_alpha";
/** As long as can be: an engine with a TTL of its own must not remove what this asks for. */
const retentionDays = 3650;

const openAt = (second: number): SesEvent =>
  sesEvent("open", { "open.timestamp": new Date(Date.parse("2026-11-23T08:10:00Z") + second * 1000).toISOString() });

const opensUpTo = (seconds: number) => Array.from({ length: seconds }, (_, second) => openAt(second));

describeDynamoDb("the Ledger", (engine) => {
  let tables = 0;
  let tableName: string;
  let ledger: Ledger;
  let atMs = nowMs;
  let keptDays = retentionDays;

  const newLedger = () =>
    createLedger({
      client: engine().client,
      tableName,
      clock: () => atMs,
      getKeeping: async () => ({ retentionDays: keptDays, hasErasures: false }),
    });

  beforeEach(async () => {
    tableName = await engine().createLedgerTable(`Ledger-${(tables += 1)}`);
    ledger = newLedger();
    atMs = nowMs;
    keptDays = retentionDays;
  });

  const store = async (events: readonly SesEvent[]) => {
    const recorded = await ledger.recordEvents(tenantId, events);
    return recorded.map(({ result }) => result);
  };

  const takeChanges = async (atLeast: number) => {
    const records = await engine().takeRecords(tableName, atLeast);
    return records.map(parseLedgerChange).filter((change) => change !== undefined);
  };

  const countsOfDay = async () => {
    const [found] = await ledger.dayCounts(tenantId, { fromDay: day, toDay: day });
    return found?.counts;
  };

  const listed = async () => {
    const query = { fromMs: Date.parse(day), toMs: nowMs, limit: 200 };
    const { events } = await ledger.listEvents(tenantId, query);
    return events;
  };

  test("writers who meet at one outcome lose nothing and store nothing twice", async () => {
    const opens = opensUpTo(6);

    const results = await Promise.all([...opens, ...opens].map((open) => store([open])));

    expect(results.flat().filter((result) => result === "stored")).toHaveLength(6);
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.opens.total).toBe(6);
    expect(outcome?.events).toHaveLength(6);
  });

  test("the forty-first event and on are stored with their outcome in one transaction, each once", async () => {
    const opens = opensUpTo(60);
    await store(opens.slice(0, 35));

    const [first, second] = await Promise.all([store(opens.slice(20, 50)), store(opens.slice(30))]);
    const again = await store(opens);

    expect([...first, ...second].filter((result) => result === "stored")).toHaveLength(25);
    expect(new Set(again)).toEqual(new Set(["duplicate"]));
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.opens.total).toBe(60);
    expect(outcome?.events).toHaveLength(60);
  });

  test("what the stream tells, in batches that come again, split and side by side, is counted and listed once", async () => {
    await store([sesEvent("send"), sesEvent("delivery")]);
    for (const open of opensUpTo(5)) await store([open]);
    await store([sesEvent("click")]);
    const changes = await takeChanges(7);

    await ledger.applyProjection({ shardId: "shard", changes: changes.slice(0, 4) });
    await Promise.all([newLedger(), newLedger()].map((other) => other.applyProjection({ shardId: "shard", changes })));
    await ledger.applyProjection({ shardId: "shard", changes: changes.slice(2, 6) });

    expect(await countsOfDay()).toMatchObject({ send: 1, delivery: 1, open: 5, click: 1 });
    expect((await listed()).map(({ type }) => type).toSorted()).toEqual(
      ["send", "delivery", "open", "open", "open", "open", "open", "click"].toSorted(),
    );
  });

  test("every item of a message expires with it, in seconds, by the attribute that the table is told of", async () => {
    await store([sesEvent("send")]);
    const { TimeToLiveDescription } = await engine().rawClient.send(
      new DescribeTimeToLiveCommand({ TableName: tableName }),
    );

    const { Item } = await engine().client.send(
      new GetCommand({
        TableName: tableName,
        Key: { pk: `O#${tenantId}#${fixtureRecipient}`, sk: `M#${fixtureMessageId}` },
      }),
    );

    expect(TimeToLiveDescription?.AttributeName).toBe("expiresAtSeconds");
    // 2026-11-23T08:00:00Z is 1795420800; 3,650 days are 315,360,000 seconds.
    expect(Item?.["expiresAtSeconds"]).toBe(2_110_780_800);
  });

  test("what is past the retention of today is not shown, though no sweep has removed it", async () => {
    await store([sesEvent("send"), sesEvent("open")]);
    await ledger.applyProjection({ shardId: "shard", changes: await takeChanges(1) });
    const before = { events: await listed(), outcomes: await ledger.getMessageOutcomes(tenantId, fixtureMessageId) };
    keptDays = 2;
    atMs = nowMs + 2 * 86_400_000;

    const after = { events: await listed(), outcomes: await ledger.getMessageOutcomes(tenantId, fixtureMessageId) };

    expect([before.events.length, before.outcomes.length]).toEqual([2, 1]);
    expect(after).toEqual({ events: [], outcomes: [] });
    expect(await store([sesEvent("click")])).toEqual(["expired"]);
  });
});
