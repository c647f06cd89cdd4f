// Mail with more events than an outcome holds inside: whatever people and machines do to it, its items stay below
// DynamoDB's 400 KB, nothing is lost, counted twice or left out of the lists without saying so.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { toMessageView } from "../../../lambdas/events/view.ts";
import type { SesEvent } from "../../../shared/domain/event.ts";
import type { EventPosition, EventQuery } from "../../../shared/store/ledger/ledger.ts";
import { nowMs, startProjectedLedger, tenantId, type ProjectedLedger } from "../../support/projected-ledger.ts";
import { fixtureMessageId, parseEvents, sesEvent, sesJson, type Json } from "../../support/ses-events.ts";

let started: ProjectedLedger;
afterEach(() => started.stop());

/** Of one item, names included (DynamoDB limits). */
const maxItemBytes = 400 * 1024;
/** Of a function's answer (Lambda quotas). */
const maxAnswerBytes = 6_000_000;

const deliveredMs = Date.parse("2026-11-23T08:00:03Z");

const iso = (ms: number) => new Date(ms).toISOString();

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

async function largestItemBytes(): Promise<number> {
  let largest = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { client } = started.db;
    const page = await client.send(new ScanCommand({ TableName: started.ledgerTable, ExclusiveStartKey }));
    for (const item of page.Items ?? []) largest = Math.max(largest, bytesOf(item));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return largest;
}

/** Every event of a list, page after page. */
async function listIds(query: Partial<EventQuery>): Promise<string[]> {
  const ids: string[] = [];
  let position: EventPosition | undefined;
  do {
    const range = { fromMs: nowMs - 30 * 86_400_000, toMs: nowMs, limit: 1000 };
    const page = await started.ledger.listEvents(tenantId, { ...range, ...query, position });
    expect(page.searchedTo).toBeUndefined();
    ids.push(...page.events.map(({ eventId }) => eventId));
    position = page.position;
  } while (position);
  return ids;
}

/** As they may arrive: in no order, every tenth twice. */
const shuffled = (events: readonly SesEvent[]): SesEvent[] => {
  const placed = events.flatMap((event, index) => {
    const place = (index * 7919) % 10_007;
    return index % 10 === 0
      ? [
          { event, place },
          { event, place: (place * 31) % 10_007 },
        ]
      : [{ event, place }];
  });
  return placed.toSorted((a, b) => a.place - b.place).map(({ event }) => event);
};

async function storeInBatches(events: readonly SesEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += 700) await started.store(events.slice(start, start + 700));
}

const openCounts = async () => {
  const counts = await started.ledger.dayCounts(tenantId, { fromDay: "2026-11-23", toDay: "2026-11-23" });
  return counts[0]?.counts;
};

describe("a list address whose 5,000 readers open the mail", () => {
  const list = "everybody@lists.example";
  const mail = { "mail.destination": [list] };
  const opens = Array.from({ length: 5000 }, (_, index) =>
    sesEvent("open", {
      ...mail,
      "open.timestamp": iso(deliveredMs + 60_000 + index * 2000),
      "open.ipAddress": `198.51.${index % 200}.7`,
    }),
  );
  const delivery = sesEvent("delivery", { ...mail, "delivery.recipients": [list] });
  const events = [sesEvent("send", mail), delivery, ...opens];

  it("has each of them stored, counted and listed once, in small items", async () => {
    started = await startProjectedLedger();

    await storeInBatches(shuffled(events));

    const { outcomes } = await started.ledger.getRecipientOutcomes(tenantId, list, { limit: 1 });
    expect(outcomes).toMatchObject([
      { status: "opened", opens: { total: 5000 }, overflowCount: 4962, events: { length: 40 } },
    ]);
    expect(await openCounts()).toMatchObject({ open: 5000, opened: 1, delivered: 1, sent: 1 });
    const listed = await listIds({ types: ["open"] });
    const ofMessage = await listIds({ messageId: fixtureMessageId });
    expect([listed.length, new Set(listed).size]).toEqual([5000, 5000]);
    expect([ofMessage.length, new Set(ofMessage).size]).toEqual([5002, 5002]);
    expect(await largestItemBytes()).toBeLessThan(maxItemBytes);

    const message = toMessageView(
      fixtureMessageId,
      await started.ledger.getMessageOutcomes(tenantId, fixtureMessageId),
    );
    expect(message.recipients).toMatchObject([
      { opens: { total: 5000 }, events: { length: 1040 }, furtherEvents: 3962 },
    ]);
    expect(bytesOf(message)).toBeLessThan(maxAnswerBytes);
  });
});

describe.each([1, 50])("a mail with 250 long links to %i recipients", (recipients) => {
  const destination = Array.from({ length: recipients }, (_, index) => `reader${index}@example.com`);
  /** As long as browsers take an address. */
  const linkOf = (index: number) => `https://shop.example/${index}/${"ä".repeat(2000)}`;
  const mail: Json = {
    "mail.destination": destination,
    "mail.commonHeaders.subject": "s".repeat(900),
    "mail.tags": { campaign: ["autumn"] },
  };
  const clicks = Array.from({ length: 250 }, (_, index) =>
    sesEvent("click", {
      ...mail,
      "click.link": linkOf(index),
      "click.timestamp": iso(deliveredMs + 60_000 + index * 30_000),
    }),
  );
  const events = [
    ...parseEvents(sesJson("send", mail)),
    ...parseEvents(sesJson("delivery", { ...mail, "delivery.recipients": destination })),
    ...clicks,
  ];

  it("has each click stored, counted and listed once, in items and an answer that fit", async () => {
    started = await startProjectedLedger();

    await storeInBatches(shuffled(events));

    const outcomes = await started.ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    const clicked = outcomes.filter(({ clicks: { total } }) => total > 0);
    expect(clicked).toMatchObject([{ clicks: { total: 250 } }]);
    expect(Object.keys(clicked[0]!.links)).toHaveLength(51);
    expect(Object.values(clicked[0]!.links).reduce((sum, { total }) => sum + total, 0)).toBe(250);
    expect(await openCounts()).toMatchObject({ click: 250, sent: recipients, delivered: recipients });
    const ofMessage = await listIds({ messageId: fixtureMessageId });
    expect([ofMessage.length, new Set(ofMessage).size]).toEqual([events.length, events.length]);
    expect(await largestItemBytes()).toBeLessThan(maxItemBytes);
    expect(bytesOf(toMessageView(fixtureMessageId, outcomes))).toBeLessThan(maxAnswerBytes);
  });
});
