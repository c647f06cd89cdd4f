import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../local/protocol.ts";
import { eventTypes, type SesEvent } from "../../../shared/domain/event.ts";
import { createLedger } from "../../../shared/store/ledger/ledger.ts";
import { parseLedgerChange, type LedgerRecord } from "../../../shared/store/ledger/stream.ts";
import {
  nowMs,
  shardId,
  startProjectedLedger,
  tenantId,
  waiting,
  type ProjectedLedger,
} from "../../support/projected-ledger.ts";
import { fixtureRecipient, legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";

let started: ProjectedLedger;
afterEach(() => started.stop());

const dayMs = 86_400_000;
const firstMs = Date.parse("2026-11-01T00:30:00Z");

const sendAt = (messageId: string, atMs: number): SesEvent =>
  sesEvent("send", { "mail.messageId": messageId, "mail.timestamp": new Date(atMs).toISOString() });

const changesOf = (records: readonly LedgerRecord[]) =>
  records.map(parseLedgerChange).filter((change) => change !== undefined);

/** Sends on this many days of November, an open of each a day later. */
const mailOfDays = (days: number): SesEvent[] =>
  Array.from({ length: days }, (_, day) => {
    const messageId = `message-${day}`;
    const openedAt = new Date(firstMs + (day + 1) * dayMs).toISOString();
    return [
      sendAt(messageId, firstMs + day * dayMs),
      sesEvent("open", { "mail.messageId": messageId, "open.timestamp": openedAt }),
    ];
  }).flat();

/** What the counters must say, counted from the events themselves. */
async function expectCountsOf(events: readonly SesEvent[]): Promise<void> {
  const counted = await started.ledger.dailyCounts(tenantId, "2026-11-01", "2026-12-31");
  const expected = new Map<string, number>();
  for (const { type, occurredAt } of events) {
    const name = `${occurredAt.slice(0, 10)} ${type}`;
    expected.set(name, (expected.get(name) ?? 0) + 1);
  }
  const found = counted.flatMap(({ day, counts }) =>
    eventTypes.filter((type) => counts[type] !== 0).map((type) => [`${day} ${type}`, counts[type]]),
  );
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
}

const listed = async (types?: SesEvent["type"][]) => {
  const { events } = await started.ledger.listEvents(tenantId, {
    fromMs: Date.parse("2026-11-01"),
    toMs: Date.parse("2027-01-01"),
    limit: 200,
    types,
  });
  return events;
};

describe("projecting the ledger's stream", () => {
  it("counts every event on the day it happened, on days that none happened zero", async () => {
    started = await startProjectedLedger();
    const events = mailOfDays(3);

    await started.store(events);

    await expectCountsOf(events);
    const [first] = await started.ledger.dailyCounts(tenantId, "2026-10-31", "2026-11-01");
    expect(first).toMatchObject({ day: "2026-10-31", counts: { send: 0, open: 0 } });
  });

  it("adds nothing when a batch comes again", async () => {
    started = await startProjectedLedger();
    const events = mailOfDays(3);
    await started.ledger.recordEvents(tenantId, events);
    const changes = changesOf(started.takeRecords());

    await started.ledger.applyProjection({ shardId, changes });
    await started.ledger.applyProjection({ shardId, changes });

    await expectCountsOf(events);
  });

  it("adds nothing twice when a batch comes again split in other ways, or longer", async () => {
    started = await startProjectedLedger();
    const events = mailOfDays(4);
    for (const event of events) await started.ledger.recordEvents(tenantId, [event]);
    const changes = changesOf(started.takeRecords());

    await started.ledger.applyProjection({ shardId, changes: changes.slice(0, 5) });
    await started.ledger.applyProjection({ shardId, changes: changes.slice(0, 2) });
    await started.ledger.applyProjection({ shardId, changes: changes.slice(2, 7) });
    await started.ledger.applyProjection({ shardId, changes });

    await expectCountsOf(events);
    expect(await listed()).toHaveLength(events.length);
  });

  it("compares places within a shard only: another shard's lower numbers are new", async () => {
    started = await startProjectedLedger();
    const events = mailOfDays(2);
    for (const event of events) await started.ledger.recordEvents(tenantId, [event]);
    const changes = changesOf(started.takeRecords());

    await started.ledger.applyProjection({ shardId: "shard-b", changes: changes.slice(2) });
    await started.ledger.applyProjection({ shardId: "shard-a", changes: changes.slice(0, 2) });

    await expectCountsOf(events);
  });

  it("counts once when two projectors work on one batch at the same time", async () => {
    started = await startProjectedLedger();
    const events = mailOfDays(3);
    await started.ledger.recordEvents(tenantId, events);
    const changes = changesOf(started.takeRecords());

    await Promise.all([1, 2].map(() => started.ledger.applyProjection({ shardId, changes })));

    await expectCountsOf(events);
  });

  it("takes more buckets than one transaction holds, and goes on where a throttled one ended", async () => {
    let transactions = 0;
    started = await startProjectedLedger({
      faults: (operation) => {
        if (operation === "TransactWriteItems" && transactions++ === 1)
          throw new AwsError("ThrottlingException", "Throughput exceeds the current capacity.");
      },
    });
    // 60 messages touch two days each: more than 120 half hours and days.
    const events = mailOfDays(60);
    await started.ledger.recordEvents(tenantId, events);
    const changes = changesOf(started.takeRecords());

    const first = started.ledger.applyProjection({ shardId, changes });
    await expect(first).rejects.toMatchObject({ code: "unavailable" });
    await started.ledger.applyProjection({ shardId, changes });

    await expectCountsOf(events);
  });

  it("counts once when the answer to a transaction is lost", async () => {
    let lost = 1;
    started = await startProjectedLedger({
      faults: (operation) => {
        if (operation === "TransactWriteItems:done" && lost-- > 0)
          throw new AwsError("InternalServerError", "The answer was lost.", { status: 500 });
      },
    });
    const events = mailOfDays(2);
    await started.ledger.recordEvents(tenantId, events);
    const changes = changesOf(started.takeRecords());

    await expect(started.ledger.applyProjection({ shardId, changes })).rejects.toMatchObject({ code: "unavailable" });
    await started.ledger.applyProjection({ shardId, changes });

    await expectCountsOf(events);
  });

  it.each(["2026-11-23T08:40:00.000Z", "2026-11-24T00:10:00.000Z"])(
    "moves the row and the count of an event that was thought to have happened at %s",
    async (thoughtAt) => {
      started = await startProjectedLedger();
      await started.store(parseEvents(legacySesJson("bounce", { "bounce.timestamp": thoughtAt })));
      expect((await listed()).map(({ occurredAt }) => occurredAt)).toEqual([thoughtAt]);
      const published = sesEvent("bounce");

      await started.store([published]);

      expect((await listed()).map(({ occurredAt }) => occurredAt)).toEqual([published.occurredAt]);
      await expectCountsOf([published]);
    },
  );

  it("writes an event's row again when its message turns out to have a subject", async () => {
    started = await startProjectedLedger();
    await started.store(parseEvents(legacySesJson("delivery", { "mail.commonHeaders": undefined })));
    expect((await listed())[0]?.subject).toBeUndefined();
    const sent = sesEvent("send");

    await started.store([sent]);

    expect((await listed()).map(({ subject }) => subject)).toEqual([sent.message.subject, sent.message.subject]);
  });

  it("counts and lists the events that an outcome has no room for", async () => {
    started = await startProjectedLedger();
    const opens = Array.from({ length: 60 }, (_, minute) =>
      sesEvent("open", { "open.timestamp": new Date(firstMs + minute * 60_000).toISOString() }),
    );

    await started.store(opens.slice(30));
    await started.store(opens.slice(0, 30));

    await expectCountsOf(opens);
    expect((await listed(["open"])).map(({ occurredAt }) => occurredAt)).toEqual(
      opens.map(({ occurredAt }) => occurredAt).toReversed(),
    );
  });

  it("takes nothing back when an outcome expires", async () => {
    let clockMs = nowMs;
    started = await startProjectedLedger({ clock: () => clockMs });
    const event = sesEvent("send");
    await started.store([event]);
    clockMs = nowMs + 401 * dayMs;

    await started.db.service.sweepExpired();
    const removals = started.takeRecords();
    await started.ledger.applyProjection({ shardId, changes: changesOf(removals) });

    expect(removals.map(({ eventName }) => eventName)).toContain("REMOVE");
    await expectCountsOf([event]);
    expect(await listed()).toEqual([]);
  });

  it("sees no change in what it writes itself", async () => {
    started = await startProjectedLedger();
    await started.store(mailOfDays(2));

    const own = started.takeRecords();

    expect(own.length).toBeGreaterThan(0);
    expect(changesOf(own)).toEqual([]);
  });

  it("stores, lists and counts an event for less than three write units", async () => {
    started = await startProjectedLedger();
    const events = Array.from({ length: 50 }, (_, index) => {
      const mail = { "mail.messageId": `message-${index}`, "mail.destination": [`reader-${index}@example.com`] };
      const delivery = { ...mail, "delivery.recipients": [`reader-${index}@example.com`] };
      return [sesEvent("send", mail), sesEvent("delivery", delivery)];
    }).flat();

    await started.store(events);

    const units = started.db.service.consumed().writeUnits;
    expect(units / events.length).toBeLessThan(3);
    expect(await listed()).toHaveLength(100);
  });

  it("records suppressions of hard bounces and complaints", async () => {
    started = await startProjectedLedger();

    await started.store([sesEvent("bounce"), sesEvent("complaint")]);

    const found = await started.suppressions.findSuppressions(tenantId, [fixtureRecipient, "grace@example.com"]);
    expect([...found.keys()]).toEqual([fixtureRecipient]);
    expect(found.get(fixtureRecipient)?.reasons).toMatchObject([
      { reason: "complaint", since: "2026-11-23T09:30:00.000Z" },
      { reason: "bounce", since: "2026-11-23T08:00:02.500Z" },
    ]);
  });
});

describe("projections of several tenants", () => {
  it("are kept apart", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("send")], "ten_other");
    const ledger = createLedger({
      client: started.db.client,
      tableName: started.ledgerTable,
      clock: () => nowMs,
      waiting,
    });

    const counts = await ledger.dailyCounts(tenantId, "2026-11-23", "2026-11-23");

    expect(counts[0]?.counts.send).toBe(0);
    expect(await listed()).toEqual([]);
  });
});
