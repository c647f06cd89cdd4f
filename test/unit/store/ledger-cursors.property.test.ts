// Going through a list page by page while events arrive, from any filter: held against the events themselves.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventTypes, type EventType } from "../../../shared/domain/event.ts";
import type { EventPosition, ListedEvent } from "../../../shared/store/ledger/ledger.ts";
import { nowMs, startProjectedLedger, type ProjectedLedger } from "../../support/projected-ledger.ts";
import { sesEvent } from "../../support/ses-events.ts";

let started: ProjectedLedger;
let tenants = 0;

beforeAll(async () => {
  started = await startProjectedLedger();
});
afterAll(() => started.stop());

interface Happening {
  type: EventType;
  messageId: string;
  /** Milliseconds before now; few different ones, so that many are of one instant. */
  agoMs: number;
}

const types = ["send", "delivery", "open", "bounce"] as const satisfies EventType[];
const dayMs = 86_400_000;

const happening: fc.Arbitrary<Happening> = fc.record({
  type: fc.constantFrom(...types),
  messageId: fc.integer({ min: 1, max: 10 }).map((number) => `message-${number}`),
  agoMs: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 5 })).map(([day, ms]) => day * dayMs + ms),
});

const toEvent = ({ type, messageId, agoMs }: Happening) => {
  const at = new Date(nowMs - agoMs).toISOString();
  const sentAt = new Date(nowMs - 5 * dayMs).toISOString();
  return sesEvent(type, {
    "mail.messageId": messageId,
    "mail.timestamp": type === "send" ? at : sentAt,
    ...(type === "send" ? {} : { [`${type}.timestamp`]: at }),
  });
};

const query = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  types: fc.constantFrom<EventType[] | undefined>(undefined, ["open"], ["send", "bounce"]),
  recipient: fc.constantFrom(undefined, "ada@example.com", "nobody@example.com"),
  messageId: fc.constantFrom(undefined, undefined, "message-1"),
  subjectText: fc.constantFrom(undefined, undefined, "ORDER", "nothing like it"),
});

/** What each page but the last is followed by. */
const arrivals = fc.array(fc.array(happening, { maxLength: 4 }), { maxLength: 12 });

const keyOf = ({ occurredAt, eventId }: ListedEvent) => `${occurredAt}#${eventId}`;

describe("the pages of a list", () => {
  it("give each event that was there once, newest first, whatever arrives meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), query, arrivals, async (before, wanted, later) => {
        const tenantId = `ten_${(tenants += 1)}`;
        const store = (some: Happening[]) => (some.length > 0 ? started.store(some.map(toEvent), tenantId) : undefined);
        const range = { fromMs: nowMs - 10 * dayMs, toMs: nowMs + 1 };
        await store(before);
        const there = (await started.ledger.listEvents(tenantId, { ...range, ...wanted, limit: 1000 })).events;

        const seen: ListedEvent[] = [];
        let position: EventPosition | undefined;
        for (let page = 0; page === 0 || position; page += 1) {
          const found = await started.ledger.listEvents(tenantId, { ...range, ...wanted, position });
          expect(found.events.length).toBeLessThanOrEqual(wanted.limit);
          seen.push(...found.events);
          position = found.position;
          await store(later[page] ?? []);
        }

        const keys = seen.map(keyOf);
        // A copy of an event may say an earlier or later time than what was there: that is another place in the list.
        const still = new Set(
          (await started.ledger.listEvents(tenantId, { ...range, ...wanted, limit: 1000 })).events.map(keyOf),
        );
        expect(keys).toEqual([...new Set(keys)].toSorted().toReversed());
        expect(there.map(keyOf).filter((key) => still.has(key) && !keys.includes(key))).toEqual([]);
        expect(seen.every(({ type }) => (wanted.types ?? eventTypes).includes(type))).toBe(true);
        expect(seen.every((event) => !wanted.recipient || event.recipient === wanted.recipient)).toBe(true);
        expect(seen.every((event) => !wanted.messageId || event.messageId === wanted.messageId)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
