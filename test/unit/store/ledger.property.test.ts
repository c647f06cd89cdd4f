// The promises of the Ledger as a whole, for any events: the real store and projector, told in any order and with any
// repetition, its stream cut and repeated anyhow.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { contributionOf, contributionOfEvent } from "../../../shared/domain/contribution.ts";
import { parseDimensionCounter, parseHalfHourCounter } from "../../../shared/store/ledger/counter-names.ts";
import { createLedger } from "../../../shared/store/ledger/ledger.ts";
import { parseOutcomeItem, parseOverflowItem } from "../../../shared/store/ledger/outcome-item.ts";
import { parseLedgerChange } from "../../../shared/store/ledger/stream.ts";
import { readTable } from "../../support/chaos/damage.ts";
import { nowMs, startProjectedLedger, waiting, type ProjectedLedger } from "../../support/projected-ledger.ts";
import { legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";
import { anyEvent } from "../domain/arbitrary-events.ts";

type Item = Record<string, unknown>;

let started: ProjectedLedger;
beforeEach(async () => {
  started = await startProjectedLedger();
});
afterEach(() => started.stop());

const maxEvents = 40;

const toMail = (event: SesEvent, mail: number): SesEvent => ({
  ...event,
  messageId: `message-${mail}`,
  recipient: `reader-${mail}@example.com`,
});

/** Events of three messages, each with its recipient. */
const story = fc.array(
  fc.tuple(anyEvent, fc.integer({ min: 0, max: 2 })).map(([event, mail]) => toMail(event, mail)),
  { minLength: 1, maxLength: maxEvents },
);

/** All of them in another order, some several times. */
const retold = <Value>(values: readonly Value[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...values, ...values], { minLength: 0 }),
      fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length }),
    )
    .map(([some, all]) => some.concat(all));

const cut = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

interface Telling {
  events: SesEvent[];
  /** Events of a batch from the queue. */
  batch: number;
  /** Records of a batch of the stream, and how far each begins before the end of the one before. */
  records: number;
  overlap: number;
}

const telling = (events: SesEvent[]): fc.Arbitrary<Telling> =>
  fc.record({
    events: retold(events),
    batch: fc.integer({ min: 1, max: 12 }),
    records: fc.integer({ min: 1, max: 9 }),
    overlap: fc.integer({ min: 0, max: 5 }),
  });

async function tell(tenantId: string, { events, batch, records, overlap }: Telling): Promise<void> {
  for (const batchOfEvents of cut(events, batch)) {
    const recorded = await started.ledger.recordEvents(tenantId, batchOfEvents);
    for (const one of recorded) if (one.result === "failed") throw one.error;
  }
  const changes = started
    .takeRecords()
    .map(parseLedgerChange)
    .filter((change) => change !== undefined);
  for (let start = 0; start < changes.length; start += records)
    await started.ledger.applyProjection({
      shardId: `shard-${tenantId}`,
      changes: changes.slice(Math.max(0, start - overlap), start + records),
    });
}

const itemsOf = async (tenantId: string): Promise<Item[]> =>
  (await readTable(started.db, started.ledgerTable)).filter(({ pk }) => String(pk).split("#")[1] === tenantId);

/**
 * All that is stored of a tenant, without its name, and without what tells in which order things came: how often something
 * was written, and the list of the tags that it ever had, by whose places those are counted.
 */
async function contentOf(tenantId: string): Promise<Item[]> {
  const items = await itemsOf(tenantId);
  const keys = (items.find(({ pk }) => String(pk).startsWith("K#"))?.["keys"] ?? []) as string[];
  return items
    .filter(({ pk }) => !String(pk).startsWith("K#"))
    .map(({ version: _version, gsi1pk: _gsi1pk, ...item }) => readable(item, keys))
    .filter((item) => Object.keys(item).length > 2)
    .map((item) => JSON.parse(JSON.stringify(item).replaceAll(tenantId, "tenant")) as Item)
    .toSorted((a, b) => (`${String(a["pk"])} ${String(a["sk"])}` < `${String(b["pk"])} ${String(b["sk"])}` ? -1 : 1));
}

/** Counters of a tag by its name, and none that came to nothing: those may be there or not. */
function readable(item: Item, keys: readonly string[]): Item {
  if (!String(item["pk"]).startsWith("C#")) return item;
  const named = Object.entries(item).map(([name, value]): [string, unknown] => {
    const dimension = String(item["sk"]).startsWith("X#") ? parseDimensionCounter(name) : undefined;
    return [dimension ? `${keys[Number(dimension.id)]} ${dimension.counter}` : name, value];
  });
  return Object.fromEntries(named.filter(([, value]) => value !== 0));
}

let tenants = 0;
const newTenant = (): string => `ten_${(tenants += 1)}`;

describe("any events", () => {
  it("make the same outcomes, rows and counters in any order, repetition and batches", async () => {
    await fc.assert(
      fc.asyncProperty(
        story.chain((events) => fc.tuple(fc.constant(events), telling(events))),
        async ([events, retelling]) => {
          const [inOrder, anyhow] = [newTenant(), newTenant()];

          await tell(inOrder, { events, batch: maxEvents, records: maxEvents, overlap: 0 });
          await tell(anyhow, retelling);

          expect(await contentOf(anyhow)).toEqual(await contentOf(inOrder));
        },
      ),
      { numRuns: 25, seed: 20_261_201 },
    );
  });

  it("are counted as a recount of what is stored counts them, also of what has not expired yet", async () => {
    let clockMs = nowMs;
    await started.stop();
    started = await startProjectedLedger({ clock: () => clockMs });
    const dayMs = 86_400_000;
    await fc.assert(
      fc.asyncProperty(
        story.chain((events) => fc.tuple(telling(events), fc.integer({ min: 1, max: 3 }))),
        async ([{ events, ...how }, keptMails]) => {
          clockMs = nowMs;
          const tenantId = newTenant();
          const mailOf = ({ messageId }: SesEvent) => Number(messageId.at(-1));
          // The mails that expire were sent half a year before the others.
          const aged = events.map((event) => (mailOf(event) < keptMails ? event : sentEarlier(event, 180)));
          await tell(tenantId, { events: aged, ...how });

          clockMs = nowMs + 300 * dayMs;
          await started.db.service.sweepExpired();
          await tell(tenantId, { events: [], ...how });

          expect(await presentCountersOf(tenantId)).toEqual(await recountOf(tenantId));
        },
      ),
      { numRuns: 15, seed: 20_261_202 },
    );
  });

  it("give no rate above 100 %, whichever of them are lost", async () => {
    const day = { fromDay: "2026-11-01", toDay: "2026-11-30" };
    await fc.assert(
      fc.asyncProperty(
        story.chain((events) => fc.shuffledSubarray(events, { minLength: 1 })),
        async (left) => {
          const tenantId = newTenant();

          await tell(tenantId, { events: left, batch: 5, records: 3, overlap: 1 });

          for (const { counts } of await started.ledger.dayCounts(tenantId, day)) {
            const { sent = 0, delivered = 0, opened = 0, clicked = 0 } = counts;
            const {
              bouncedHard = 0,
              bouncedSoft = 0,
              complained = 0,
              openedByPersons = 0,
              clickedByPersons = 0,
            } = counts;
            expect(bouncedHard + bouncedSoft).toBeLessThanOrEqual(sent);
            expect(delivered).toBeLessThanOrEqual(sent);
            for (const part of [complained, opened]) expect(part).toBeLessThanOrEqual(delivered);
            for (const part of [clicked, openedByPersons]) expect(part).toBeLessThanOrEqual(opened);
            expect(clickedByPersons).toBeLessThanOrEqual(Math.min(clicked, openedByPersons));
          }
        },
      ),
      { numRuns: 25, seed: 20_261_203 },
    );
  });
});

describe("a bounce, a complaint or a delivery that SES tells in both styles, with different times", () => {
  const minute = fc
    .integer({ min: 0, max: 55 })
    .map((value) => new Date(Date.UTC(2026, 10, 23, 8, value)).toISOString());

  it.each(["bounce", "complaint", "delivery"] as const)("is one %s, with event publishing's time", async (type) => {
    await fc.assert(
      fc.asyncProperty(minute, minute, minute, minute, fc.boolean(), async (at, toldAt, sentAt, toldSentAt, swap) => {
        const published = sesEvent(type, { [`${type}.timestamp`]: at, "mail.timestamp": sentAt });
        const notified = parseEvents(
          legacySesJson(type, { [`${type}.timestamp`]: toldAt, "mail.timestamp": toldSentAt }),
        ).filter(({ recipient }) => recipient === published.recipient);
        const tenantId = newTenant();

        const events = swap ? [...notified, published] : [published, ...notified];
        await tell(tenantId, { events, batch: 1, records: 1, overlap: 1 });

        expect(notified).toHaveLength(1);
        const [outcome, ...others] = await started.ledger.getMessageOutcomes(tenantId, published.messageId);
        expect(others).toEqual([]);
        expect(outcome?.events.map((event) => [event.type, event.occurredAt])).toEqual([[type, at]]);
        const [count] = await started.ledger.dailyCounts(tenantId, "2026-11-23", "2026-11-23");
        expect(count?.counts[type]).toBe(1);
        const query = { fromMs: Date.parse("2026-11-22"), toMs: Date.parse("2026-11-25"), limit: 10 };
        const { events: listed } = await started.ledger.listEvents(tenantId, query);
        expect(listed.map(({ occurredAt }) => occurredAt)).toEqual([at]);
      }),
      { numRuns: 12, seed: 20_261_204 },
    );
  });
});

function sentEarlier(event: SesEvent, days: number): SesEvent {
  const earlier = (iso: string) => new Date(Date.parse(iso) - days * 86_400_000).toISOString();
  const { message, occurredAt } = event;
  return {
    ...event,
    occurredAt: earlier(occurredAt),
    message: { ...message, sentAt: earlier(message.sentAt) },
  };
}

const withoutGone = (name: string): string => name.replace(/^gone\./, "");

/** What counters say without what is gone: `bucket counter` → value, rows and dimensions left out, and zeros. */
async function presentCountersOf(tenantId: string): Promise<Record<string, number>> {
  const counters: Record<string, number> = {};
  for (const { pk, sk, ...item } of await itemsOf(tenantId))
    if (String(pk).startsWith("C#") && !String(sk).startsWith("X#"))
      for (const [name, value] of Object.entries(item)) {
        const counter = withoutGone(name);
        if (/\.\d$/.test(counter)) continue;
        const halfHour = parseHalfHourCounter({ sk: String(sk), name: counter });
        const key = String(sk).startsWith("H#") ? halfHourKey(halfHour) : `${String(sk)} ${counter}`;
        counters[key] = (counters[key] ?? 0) + (name === counter ? Number(value) : -Number(value));
      }
  return Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0));
}

function halfHourKey(found: ReturnType<typeof parseHalfHourCounter>): string {
  if (!found) throw new Error("There is a counter of half hours that cannot be read.");
  return `H#${new Date(found.atMs).toISOString().slice(0, 16)} ${found.counter}`;
}

/** The same, from the outcomes and events that there are. */
async function recountOf(tenantId: string): Promise<Record<string, number>> {
  const counters: Record<string, number> = {};
  for (const item of await itemsOf(tenantId)) {
    if (!String(item["pk"]).startsWith("O#")) continue;
    const parts = String(item["sk"]).includes("#E#")
      ? contributionOfEvent(parseOverflowItem(item).event)
      : contributionOf(parseOutcomeItem(item).outcome);
    for (const { bucket, counter, dimension, value } of parts)
      if (dimension === undefined) counters[`${bucket} ${counter}`] = (counters[`${bucket} ${counter}`] ?? 0) + value;
  }
  return Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0));
}

describe("two ledgers on one table", () => {
  it("count as one, whichever of them is told what", async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.infiniteStream(fc.boolean()), async (events, turns) => {
        const [alone, together] = [newTenant(), newTenant()];
        const other = createLedger({
          client: started.db.client,
          tableName: started.ledgerTable,
          clock: () => nowMs,
          waiting,
        });

        await tell(alone, { events, batch: maxEvents, records: maxEvents, overlap: 0 });
        await Promise.all(
          events.map((event) => (turns.next().value ? other : started.ledger).recordEvents(together, [event])),
        );
        await tell(together, { events: [], batch: 1, records: 4, overlap: 2 });

        expect(await contentOf(together)).toEqual(await contentOf(alone));
      }),
      { numRuns: 10, seed: 20_261_205 },
    );
  });
});
