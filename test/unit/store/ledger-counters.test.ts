// Counters by half hour, day and dimension, and what they say after odd changes. How batches are applied:
// ledger-projection.test.ts.
import { DeleteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import type { Counts, CountsAt } from "../../../shared/store/ledger/ledger.ts";
import { parseLedgerChange } from "../../../shared/store/ledger/stream.ts";
import { AwsError } from "../../../local/protocol.ts";
import {
  nowMs,
  shardId,
  startProjectedLedger,
  tenantId,
  type ProjectedLedger,
} from "../../support/projected-ledger.ts";
import { sesEvent, type Json } from "../../support/ses-events.ts";

let started: ProjectedLedger;
afterEach(() => started.stop());

const november = { fromDay: "2026-11-01", toDay: "2026-11-30" };
const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

const tagged = (messageId: string, tags: Record<string, string>, changes: Json = {}): SesEvent =>
  sesEvent("send", {
    "mail.messageId": messageId,
    "mail.tags": Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    ...changes,
  });

const totalOf = (days: readonly CountsAt[], counter: keyof Counts): number =>
  days.reduce((sum, { counts }) => sum + (counts[counter] ?? 0), 0);

const split = async (name: string, counter: keyof Counts = "sent") => {
  const { values, isFull } = await started.ledger.splitCounts(tenantId, name, november);
  const counts = values.map(({ value, days }) => [value ?? "(the rest)", totalOf(days, counter)] as const);
  return { counts: Object.fromEntries(counts) as Record<string, number>, isFull };
};

const changesIn = (records: ReturnType<ProjectedLedger["takeRecords"]>) =>
  records.map(parseLedgerChange).filter((change) => change !== undefined);

describe("counters of half hours and days", () => {
  it("count events by when they happened, and mail by when it was sent", async () => {
    started = await startProjectedLedger();
    const sent = { "mail.timestamp": "2026-11-21T08:29:59.999Z" };

    await started.store([
      sesEvent("send", sent),
      sesEvent("delivery", { ...sent, "delivery.timestamp": "2026-11-21T08:30:00.000Z" }),
      sesEvent("open", { ...sent, "open.timestamp": "2026-11-23T10:00:00.000Z" }),
    ]);

    const halfHours = await started.ledger.halfHourCounts(tenantId, {
      fromMs: Date.parse("2026-11-21"),
      toMs: Date.parse("2026-11-24"),
    });
    const days = await started.ledger.dayCounts(tenantId, november);
    const brief = (found: CountsAt[]) =>
      found.map(({ atMs, counts: { send, delivery, open, sent: mails, delivered, opened } }) => [
        iso(atMs).slice(0, 16),
        { send, delivery, open, mails, delivered, opened },
      ]);
    expect(brief(halfHours)).toEqual([
      ["2026-11-21T08:00", { send: 1, mails: 1, delivered: 1, opened: 1 }],
      ["2026-11-21T08:30", { delivery: 1 }],
      ["2026-11-23T10:00", { open: 1 }],
    ]);
    expect(brief(days)).toEqual([
      ["2026-11-21T00:00", { send: 1, delivery: 1, mails: 1, delivered: 1, opened: 1 }],
      ["2026-11-23T00:00", { open: 1 }],
    ]);
  });

  it("go on over the end of a month", async () => {
    started = await startProjectedLedger({ clock: () => Date.parse("2026-12-02") });
    for (const at of ["2026-11-30T23:45:00.000Z", "2026-12-01T00:15:00.000Z"])
      await started.store([sesEvent("send", { "mail.messageId": at, "mail.timestamp": at })]);

    const found = await started.ledger.halfHourCounts(tenantId, {
      fromMs: Date.parse("2026-11-30T23:30:00Z"),
      toMs: Date.parse("2026-12-01T00:30:00Z"),
    });

    expect(found.map(({ atMs }) => iso(atMs))).toEqual(["2026-11-30T23:30:00.000Z", "2026-12-01T00:00:00.000Z"]);
  });

  it("count a change with more counters than a transaction takes once, however often it fails on the way", async () => {
    let transactions = 0;
    started = await startProjectedLedger({
      faults: (operation) => {
        if (operation === "TransactWriteItems:done" && transactions++ % 2 === 0)
          throw new AwsError("ThrottlingException", "Rate exceeded.");
      },
    });
    // Forty events on forty days, counted by day for each of a hundred tags: above 400 items.
    const tags = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`tag${index}`, "x"]));
    const firstMs = Date.parse("2026-10-15T12:00:00Z");
    const opens = Array.from({ length: 40 }, (_, day) =>
      sesEvent("open", {
        "mail.timestamp": iso(firstMs),
        "mail.tags": Object.fromEntries(Object.keys(tags).map((name) => [name, ["x"]])),
        "open.timestamp": iso(firstMs + day * dayMs),
      }),
    );
    await started.ledger.recordEvents(tenantId, opens);
    const changes = changesIn(started.takeRecords());

    let failures = 0;
    for (;;)
      try {
        await started.ledger.applyProjection({ shardId, changes });
        break;
      } catch {
        failures += 1;
      }

    const { values } = await started.ledger.splitCounts(tenantId, "tag:tag7", {
      fromDay: "2026-10-01",
      toDay: "2026-11-30",
    });
    expect(changes).toHaveLength(1);
    expect(failures).toBeGreaterThan(2);
    expect(values.map(({ value, days }) => [value, days.length, totalOf(days, "open"), totalOf(days, "sent")])).toEqual(
      [["x", 40, 40, 1]],
    );
    const days = await started.ledger.dayCounts(tenantId, { fromDay: "2026-10-01", toDay: "2026-11-30" });
    expect([totalOf(days, "open"), totalOf(days, "sent")]).toEqual([40, 1]);
  });

  it("keep what an expired outcome counted, and take back what was removed on purpose", async () => {
    let clockMs = nowMs;
    started = await startProjectedLedger({ clock: () => clockMs });
    await started.store([tagged("kept", { campaign: "autumn" }), tagged("removed", { campaign: "autumn" })]);
    const { Items = [] } = await started.db.client.send(new ScanCommand({ TableName: started.ledgerTable }));
    const { pk, sk } = Items.find((item) => item["sk"] === "M#removed") ?? {};

    await started.db.client.send(new DeleteCommand({ TableName: started.ledgerTable, Key: { pk, sk } }));
    await started.store([]);
    clockMs = nowMs + 401 * dayMs;
    await started.db.service.sweepExpired();
    await started.ledger.applyProjection({ shardId, changes: changesIn(started.takeRecords()) });

    const days = await started.ledger.dayCounts(tenantId, november);
    expect([totalOf(days, "send"), totalOf(days, "sent")]).toEqual([1, 1]);
    expect((await split("tag:campaign")).counts).toEqual({ autumn: 1 });
  });
});

describe("counters by configuration set and tag", () => {
  it("count each value apart, and move a mail whose tag turns out to be another", async () => {
    started = await startProjectedLedger();
    await started.store([
      tagged("a", { campaign: "autumn", kind: "offer" }),
      tagged("b", { campaign: "winter", kind: "offer" }),
    ]);
    expect((await split("tag:campaign")).counts).toEqual({ autumn: 1, winter: 1 });

    // An earlier event of the message knows its tags better.
    await started.store([tagged("a", { campaign: "winter" }, { "mail.timestamp": "2026-11-23T07:59:59.000Z" })]);

    expect((await split("tag:campaign")).counts).toEqual({ autumn: 0, winter: 2 });
    expect((await split("tag:kind")).counts).toEqual({ offer: 1 });
  });

  it("read values with separators of ours, and very long ones, as they were", async () => {
    started = await startProjectedLedger();
    const values = ["50% off #1", "=other", "other", "ö".repeat(128)];

    await started.store(values.map((campaign, index) => tagged(`message-${index}`, { campaign })));

    expect((await split("tag:campaign")).counts).toEqual(Object.fromEntries(values.map((value) => [value, 1])));
  });

  it("count the first 200 keys apart and the rest together, and every mail once", async () => {
    started = await startProjectedLedger();
    const campaigns = Array.from({ length: 230 }, (_, index) => `campaign-${index}`);
    for (let start = 0; start < campaigns.length; start += 30)
      await started.store(
        campaigns
          .slice(start, start + 30)
          .map((campaign, index) =>
            tagged(`message-${start + index}`, { campaign }, { "mail.timestamp": "2026-11-22T08:00:00.000Z" }),
          ),
      );

    const { counts, isFull } = await split("tag:campaign");

    expect(isFull).toBe(true);
    expect(Object.keys(counts)).toHaveLength(201);
    expect(counts["(the rest)"]).toBe(30);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(230);
  });

  it("stay right when what was counted with the rest is taken back", async () => {
    started = await startProjectedLedger();
    const early = { "mail.timestamp": "2026-11-22T08:00:00.000Z" };
    const fill = Array.from({ length: 200 }, (_, index) => tagged(`fill-${index}`, { campaign: `c${index}` }, early));
    for (let start = 0; start < fill.length; start += 50) await started.store(fill.slice(start, start + 50));
    await started.store([tagged("late", { campaign: "unheard-of", "x-tag": "y" })]);
    expect((await split("tag:campaign")).counts["(the rest)"]).toBe(1);
    expect((await split("tag:x-tag")).counts).toEqual({ "(the rest)": 1 });

    await started.store([tagged("late", { campaign: "c7" }, { "mail.timestamp": "2026-11-23T07:00:00.000Z" })]);

    const { counts } = await split("tag:campaign");
    expect([counts["(the rest)"], counts["c7"]]).toEqual([0, 2]);
  });

  it("let in no more than 200 when several projectors meet new keys at once", async () => {
    started = await startProjectedLedger();
    const sends = Array.from({ length: 260 }, (_, index) => tagged(`message-${index}`, { campaign: `c${index}` }));
    for (let start = 0; start < sends.length; start += 65)
      await started.ledger.recordEvents(tenantId, sends.slice(start, start + 65));
    const changes = changesIn(started.takeRecords());

    await Promise.all(
      [0, 1, 2, 3].map((shard) =>
        started.ledger.applyProjection({
          shardId: `shard-${shard}`,
          changes: changes.filter((_, index) => index % 4 === shard),
        }),
      ),
    );

    const { counts } = await split("tag:campaign");
    expect(Object.keys(counts).filter((value) => value !== "(the rest)").length).toBeLessThanOrEqual(200);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(260);
  });
});
