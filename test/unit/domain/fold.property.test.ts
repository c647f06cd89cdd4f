// The promise of the fold: any order, repetition and batching of the same events ends in the same outcome.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { fold, unknownIdsOf } from "../../../shared/domain/fold.ts";
import { eventIdOf } from "../../../shared/domain/identity.ts";
import { type Outcome, maxInlineEvents } from "../../../shared/domain/outcome.ts";
import { type Json, legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";

const time = fc.integer({ min: 0, max: 90 }).map((minute) => new Date(Date.UTC(2026, 10, 23, 8, minute)).toISOString());

const mail = fc.record({
  "mail.timestamp": fc.constantFrom("2026-11-23T08:00:00.125Z", "2026-11-23T07:58:00.000Z", undefined),
  "mail.source": fc.constantFrom("orders@shop.example", "Shop <orders@shop.example>", null),
  "mail.tags": fc.constantFrom({}, { campaign: ["a"] }, { campaign: ["b"], "ses:configuration-set": ["sesami"] }),
});

const published = (type: SesEvent["type"], body: fc.Arbitrary<Json>): fc.Arbitrary<SesEvent> =>
  fc.tuple(mail, body).map(([facts, changes]) => sesEvent(type, { ...facts, ...changes }));

/** Without a time of their own they need the mail's. */
const timeless = (type: "send" | "reject" | "renderingFailure"): fc.Arbitrary<SesEvent> =>
  time.map((sentAt) => sesEvent(type, { "mail.timestamp": sentAt }));

const notified = fc
  .tuple(fc.constantFrom("bounce", "complaint", "delivery"), time, time)
  .map(([type, at, sentAt]) =>
    parseEvents(legacySesJson(type, { [`${type}.timestamp`]: at, "mail.timestamp": sentAt })).slice(0, 1),
  );

const bounceKind = fc.constantFrom(
  { "bounce.bounceType": "Permanent", "bounce.bounceSubType": "General" },
  { "bounce.bounceType": "Transient", "bounce.bounceSubType": "General" },
  { "bounce.bounceType": "Undetermined", "bounce.bounceSubType": "Undetermined" },
);

const complaintKind = fc.constantFrom<Json>(
  { "complaint.complaintFeedbackType": "abuse" },
  { "complaint.complaintFeedbackType": "not-spam" },
  { "complaint.complaintSubType": "OnAccountSuppressionList" },
);

const link = fc.integer({ min: 0, max: 80 }).map((page) => `https://shop.example/${page}`);

const event: fc.Arbitrary<SesEvent> = fc.oneof(
  timeless("send"),
  timeless("reject"),
  timeless("renderingFailure"),
  published("delivery", fc.record({ "delivery.timestamp": time })),
  fc
    .tuple(bounceKind, time, mail)
    .map(([kind, at, facts]) => sesEvent("bounce", { ...facts, ...kind, "bounce.timestamp": at })),
  fc.tuple(complaintKind, time).map(([kind, at]) => sesEvent("complaint", { ...kind, "complaint.timestamp": at })),
  published("open", fc.record({ "open.timestamp": time, "open.isBotEvent": fc.constantFrom("Likely", "Unlikely") })),
  published("click", fc.record({ "click.timestamp": time, "click.link": link })),
  published("deliveryDelay", fc.record({ "deliveryDelay.timestamp": time })),
  published("subscription", fc.record({ "subscription.timestamp": time })),
  notified.filter((events) => events.length === 1).map(([only]) => only as SesEvent),
);

/** Folds batches one after another as the store does: it looks up which unknown ids are items already. */
const foldInBatches = (batches: readonly (readonly SesEvent[])[]) => {
  const items = new Set<string>();
  const stored: string[] = [];
  let outcome: Outcome | undefined;
  for (const batch of batches.filter((events) => events.length > 0)) {
    const overflowed = new Set(unknownIdsOf(outcome, batch).filter((eventId) => items.has(eventId)));
    const result = fold(outcome, batch, overflowed);
    for (const { eventId } of result.overflow) items.add(eventId);
    stored.push(...result.stored);
    outcome = result.outcome;
  }
  return { outcome, items: [...items].toSorted(), stored: stored.toSorted() };
};

/** The same events in another order, some of them several times, cut into batches somewhere. */
const retold = (events: SesEvent[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
      fc.integer({ min: 1, max: 7 }),
    )
    .map(([some, all, size]) => {
      const told = [...some, ...all];
      return Array.from({ length: Math.ceil(told.length / size) }, (_, batch) =>
        told.slice(batch * size, (batch + 1) * size),
      );
    });

const retellings = (maxEvents: number, minEvents = 1) =>
  fc
    .array(event, { minLength: minEvents, maxLength: maxEvents })
    .chain((events) => fc.tuple(fc.constant(events), retold(events)));

describe("the same events", () => {
  test("retold in any order, repetition and batches make the same outcome", () => {
    fc.assert(
      fc.property(retellings(maxInlineEvents), ([events, batches]) => {
        expect(foldInBatches(batches)).toEqual(foldInBatches([events]));
      }),
      { numRuns: 60, seed: 20261123 },
    );
  });

  test("do so past 40 events too, with the same items beside the outcome", () => {
    fc.assert(
      fc.property(retellings(120, 60), ([events, batches]) => {
        const ids = new Set(events.map(eventIdOf));

        const told = foldInBatches(batches);

        expect(told).toEqual(foldInBatches([events]));
        expect(told.stored).toEqual([...ids].toSorted());
        expect((told.outcome?.events.length ?? 0) + told.items.length).toBe(ids.size);
        expect(told.outcome?.overflowCount).toBe(told.items.length);
      }),
      { numRuns: 25, seed: 20261124 },
    );
  });

  test("change nothing when they are told again", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: maxInlineEvents }), (events) => {
        const { outcome } = fold(undefined, events);

        expect(fold(outcome, events)).toEqual({ outcome, stored: [], overflow: [], changed: false });
      }),
      { numRuns: 40, seed: 20261125 },
    );
  });
});
