// The promise of the fold: any order, repetition and batching of the same events ends in the same outcome and counters.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cohortCounters, contributionOf, type CohortCounter } from "../../../shared/domain/contribution.ts";
import { fold } from "../../../shared/domain/fold.ts";
import { eventIdOf } from "../../../shared/domain/identity.ts";
import { maxInlineEvents } from "../../../shared/domain/outcome.ts";
import { anyEvent } from "./arbitrary-events.ts";
import { countAfresh, foldInBatches, retellings } from "./fold-in-batches.ts";

/** What is a share of what. */
const shares: readonly (readonly [part: CohortCounter, whole: CohortCounter])[] = [
  ["delivered", "sent"],
  ["bouncedHard", "sent"],
  ["bouncedSoft", "sent"],
  ["complained", "delivered"],
  ["opened", "delivered"],
  ["clicked", "opened"],
  ["openedByPersons", "opened"],
  ["clickedByPersons", "clicked"],
  ["clickedByPersons", "openedByPersons"],
];

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
        expect(told.counters).toEqual(countAfresh(told.outcome, told.items));
      }),
      { numRuns: 25, seed: 20261124 },
    );
  });

  test("change nothing when they are told again", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: maxInlineEvents }), (events) => {
        const { outcome } = fold(undefined, events);

        expect(fold(outcome, events)).toEqual({ outcome, stored: [], overflow: [], changed: false });
      }),
      { numRuns: 40, seed: 20261125 },
    );
  });
});

describe("the counters", () => {
  test("that changes add up to are those of the last outcome, counted afresh", () => {
    fc.assert(
      fc.property(retellings(maxInlineEvents), ([, batches]) => {
        const { outcome, items, counters } = foldInBatches(batches);

        expect(counters).toEqual(countAfresh(outcome, items));
      }),
      { numRuns: 60, seed: 20261126 },
    );
  });

  test("give no rate above 100 %, whichever events are lost", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: maxInlineEvents }), (events) => {
        const counters = countAfresh(fold(undefined, events).outcome, []);

        for (const [part, whole] of shares)
          for (const [key, value] of Object.entries(counters))
            if (key.endsWith(` ${part}`)) {
              const prefix = key.slice(0, -part.length);
              expect(value, `${key} of ${whole}`).toBeLessThanOrEqual(counters[`${prefix}${whole}`] ?? 0);
            }
      }),
      { numRuns: 100, seed: 20261127 },
    );
  });

  test("count each outcome once, and a person's only where somebody's counts", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: maxInlineEvents }), (events) => {
        const { outcome } = fold(undefined, events);

        const uniques = contributionOf(outcome).filter(({ counter }) =>
          (cohortCounters as readonly string[]).includes(counter),
        );

        expect(uniques.filter(({ value }) => value !== 1)).toEqual([]);
        expect(outcome.opensByPersons.total).toBeLessThanOrEqual(outcome.opens.total);
        expect(outcome.clicksByPersons.total).toBeLessThanOrEqual(outcome.clicks.total);
      }),
      { numRuns: 60, seed: 20261128 },
    );
  });
});
