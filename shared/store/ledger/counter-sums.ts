// What a change adds to which counters: of half hours, of days, and of days within configuration sets and tags. Where each
// lives: counter-names.ts. What each outcome counts as: shared/domain/contribution.ts.
import { contributionOf, contributionOfEvent, type Contribution, type Counter } from "../../domain/contribution.ts";
import type { OutcomeEvent } from "../../domain/outcome.ts";
import type { Key } from "../dynamo-batch.ts";
import { isOutcome, subjectOf, type LedgerChange, type Stored } from "./change.ts";
import { dimensionOf, type DimensionKeys } from "./dimension-keys.ts";
import { dimensionPlace, halfHourPlace, type CounterPlace } from "./counter-names.ts";
import { counterPartition, dayCounterSortKey, dayOf, listShardOf, monthOf } from "./keys.ts";

/** What to add to the counters of one item, by name. */
export interface Addition {
  key: Key;
  add: Map<string, number>;
}

/** By item. */
export type CounterSums = Map<string, Addition>;

/** A counter of what is gone: expired or removed. It stays in the counter beside it, so charts do not forget. */
export const goneCounter = (counter: string): string => `gone.${counter}`;

/** How many rows of a type are in a shard of their day's list. Kept beside the day's counters, and true for rows that are there. */
export const rowCounter = ({ type, eventId }: Pick<OutcomeEvent, "type" | "eventId">): string =>
  `${type}.${listShardOf(eventId)}`;

export const itemIdOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

interface Part extends Omit<Contribution, "counter"> {
  counter: string;
  isRowCount?: true;
}

const rowCountOf = (event: OutcomeEvent): Part => ({
  bucket: dayCounterSortKey(dayOf(event.occurredAt)),
  counter: rowCounter(event),
  value: 1,
  isRowCount: true,
});

/** Dimensions are counted by day alone: by the half hour they would cost more than all the rest. */
const isCounted = ({ bucket, dimension }: Part): boolean => dimension === undefined || bucket.startsWith("D#");

const partsOf = (stored: Stored | undefined): Part[] => {
  if (!stored) return [];
  const events = isOutcome(stored) ? stored.outcome.events : [stored.event];
  const counted = isOutcome(stored) ? contributionOf(stored.outcome) : contributionOfEvent(stored.event);
  return [...(counted as Part[]).filter(isCounted), ...events.map(rowCountOf)];
};

/** A change with what it counts, before it is known which dimensions have counters of their own. */
export interface CountedChange {
  change: LedgerChange;
  tenantId: string;
  previous: Part[];
  next: Part[];
}

export const countChange = (change: LedgerChange): CountedChange => ({
  change,
  tenantId: subjectOf(change).tenantId,
  previous: partsOf(change.previous),
  next: partsOf(change.next),
});

/** An item as it stands, as if it had just appeared. */
export const countStored = (stored: Stored): CountedChange =>
  countChange({ sequenceNumber: "0", next: stored } as LedgerChange);

/** The configuration sets and tags in it, each once. */
export const dimensionsIn = ({ previous, next }: CountedChange): string[] => [
  ...new Set([...previous, ...next].flatMap(({ dimension }) => dimension ?? [])),
];

/** Every item that anything is added to, without what cancels out. */
export function sumsOf({ change, tenantId, previous, next }: CountedChange, keys: DimensionKeys): CounterSums {
  const sums: CounterSums = new Map();
  for (const part of placed(next, keys)) addPart(sums, tenantId, part, 1);
  for (const part of placed(previous, keys)) {
    if (change.expired && !part.isRowCount) addPart(sums, tenantId, { ...part, name: goneCounter(part.name) }, 1);
    else addPart(sums, tenantId, part, -1);
  }
  return withoutZeros(sums);
}

interface PlacedPart extends CounterPlace {
  month: string;
  value: number;
  isRowCount?: true | undefined;
}

/** Where each part is counted. Several tags of one message that share the counters of the rest count there once. */
function* placed(parts: readonly Part[], keys: DimensionKeys): Generator<PlacedPart> {
  const firstAt = new Map<string, string>();
  for (const { bucket, counter, dimension, value, isRowCount } of parts) {
    const month = monthOf(bucket.slice(2));
    const known = counter as Counter;
    if (dimension !== undefined) {
      const { id, place } = dimensionOf(keys, dimension);
      const at = dimensionPlace(bucket.slice(2), id, place, known);
      const text = `${at.sk} ${id}`;
      if (!firstAt.has(text)) firstAt.set(text, dimension);
      if (firstAt.get(text) === dimension) yield { ...at, month, value };
    } else if (bucket.startsWith("H#")) yield { ...halfHourPlace(bucket, known), month, value };
    else yield { sk: bucket, name: counter, month, value, isRowCount };
  }
}

function addPart(sums: CounterSums, tenantId: string, { month, sk, name, value }: PlacedPart, sign: 1 | -1): void {
  const { add } = sumOf(sums, { pk: counterPartition(tenantId, month), sk });
  add.set(name, (add.get(name) ?? 0) + sign * value);
}

/** Adds in place. */
export function addTo(sums: CounterSums, { key, add }: Addition): void {
  const sum = sumOf(sums, key);
  for (const [counter, value] of add) sum.add.set(counter, (sum.add.get(counter) ?? 0) + value);
}

function sumOf(sums: CounterSums, key: Key): Addition {
  const id = itemIdOf(key);
  const known = sums.get(id);
  if (known) return known;
  const sum = { key, add: new Map<string, number>() };
  sums.set(id, sum);
  return sum;
}

/** Without counters that nothing is added to, and without items of which that is all. */
export const withoutZeros = (sums: CounterSums): CounterSums =>
  new Map(
    [...sums]
      .map(([id, { key, add }]): [string, Addition] => [
        id,
        { key, add: new Map([...add].filter(([, value]) => value !== 0)) },
      ])
      .filter(([, { add }]) => add.size > 0),
  );
