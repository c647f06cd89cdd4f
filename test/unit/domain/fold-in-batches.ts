// Folds as the store does, batch by batch, and tells the same events in other ways.
import fc from "fast-check";
import {
  contributionOf,
  contributionOfEvent,
  difference,
  type Contribution,
} from "../../../shared/domain/contribution.ts";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { fold, unknownIdsOf } from "../../../shared/domain/fold.ts";
import type { Outcome, OutcomeEvent } from "../../../shared/domain/outcome.ts";
import { anyEvent } from "./arbitrary-events.ts";

/** Counters by bucket, dimension and name, without zeros. */
export type Counters = Record<string, number>;

const addTo = (counters: Counters, parts: readonly Contribution[]): void => {
  for (const { bucket, dimension = "", counter, value } of parts) {
    const key = `${bucket} ${dimension} ${counter}`;
    counters[key] = (counters[key] ?? 0) + value;
    if (counters[key] === 0) delete counters[key];
  }
};

/** What the counters of an outcome and its items are, counted afresh. */
export const countAfresh = (outcome: Outcome | undefined, items: readonly OutcomeEvent[]): Counters => {
  const counters: Counters = {};
  addTo(counters, contributionOf(outcome));
  addTo(counters, items.flatMap(contributionOfEvent));
  return counters;
};

/** Folds one batch after another: looks up which unknown ids are items already, and counts each change as the projector does. */
export const foldInBatches = (batches: readonly (readonly SesEvent[])[]) => {
  const items = new Map<string, OutcomeEvent>();
  const stored: string[] = [];
  const counters: Counters = {};
  let outcome: Outcome | undefined;
  for (const batch of batches.filter((events) => events.length > 0)) {
    const overflowed = new Set(unknownIdsOf(outcome, batch).filter((eventId) => items.has(eventId)));
    const result = fold(outcome, batch, overflowed);
    for (const event of result.overflow) items.set(event.eventId, event);
    addTo(counters, difference(contributionOf(result.outcome), contributionOf(outcome)));
    addTo(counters, result.overflow.flatMap(contributionOfEvent));
    stored.push(...result.stored);
    outcome = result.outcome;
  }
  const beside = [...items.values()].toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
  return { outcome, items: beside, stored: stored.toSorted(), counters };
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

/** Events, and the same retold. */
export const retellings = (maxEvents: number, minEvents = 1) =>
  fc
    .array(anyEvent, { minLength: minEvents, maxLength: maxEvents })
    .chain((events) => fc.tuple(fc.constant(events), retold(events)));
