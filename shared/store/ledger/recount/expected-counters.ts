// What counters should say, while they are being added to. What the scan saw of each item counts, and of what projectors
// noted, that which came after the scan saw it. So no moment is needed at which everything stands still.
import { AppError } from "../../../contract/error.ts";
import { goneCounter, itemIdOf, type CounterSums } from "../counter-sums.ts";
import { counterDayOf } from "../keys.ts";
import type { Item, Key } from "../../dynamo-batch.ts";
import { storedIdOf, touchCounter, versionOf, type NotedChange } from "../recount-log.ts";
import type { Stored } from "../change.ts";
import { isWithinDays, type RecountRange } from "./difference.ts";

/** What is known of an item that changed during the run, from the notes alone. */
interface Life {
  /** It appeared in a note: so all that it ever counted is in the notes. */
  isBorn: boolean;
  hasEnded: boolean;
}

/** An item of counters that is not as it should be. */
export interface WrongCounter {
  counter: string;
  found: number;
  expected: number;
}

const gonePrefix = goneCounter("");

export const keyOfItemId = (id: string): Key => {
  const end = id.indexOf(" ");
  return { pk: id.slice(0, end), sk: id.slice(end + 1) };
};

/**
 * Memory: some 250 bytes for each outcome that the scan sees, and what is counted.
 * @param runId of the run whose touches are read
 */
export function createExpectedCounters(runId: string, range: RecountRange) {
  const sums = new Map<string, Map<string, number>>();
  const touches = new Map<string, number>();
  /** The version in which the scan saw an item. */
  const seen = new Map<string, number>();
  const lives = new Map<string, Life>();

  const isWithin = (id: string): boolean => isWithinDays(counterDayOf(keyOfItemId(id).sk), range);

  /** What is gone is in the counter still, and so is taken from what should be left of it. */
  const add = (id: string, counter: string, value: number): void => {
    if (!isWithin(id)) return;
    const counters = sums.get(id) ?? new Map<string, number>();
    const isGone = counter.startsWith(gonePrefix);
    const name = isGone ? counter.slice(gonePrefix.length) : counter;
    counters.set(name, (counters.get(name) ?? 0) + (isGone ? -value : value));
    sums.set(id, counters);
  };

  /** @param counted what the item counts as the scan saw it */
  function see(stored: Stored, counted: CounterSums): void {
    seen.set(storedIdOf(stored), versionOf(stored));
    for (const [id, { add: values }] of counted) for (const [counter, value] of values) add(id, counter, value);
  }

  /** Whether what a change added came after the scan saw its item; called once for each note, in their order. */
  function isAfterSeen({ id, version, appeared }: NotedChange): boolean {
    const life = lives.get(id) ?? { isBorn: false, hasEnded: false };
    lives.set(id, life);
    const seenVersion = seen.get(id);
    if (appeared && life.hasEnded) {
      // In which of its lives the scan saw it cannot be told. It happens when a message is erased while its events come.
      if (seenVersion !== undefined)
        throw new AppError("conflict", "A message was erased and came back during the recount: begin again.");
      life.isBorn = true;
    }
    life.isBorn ||= appeared === true;
    life.hasEnded = version === undefined;
    // What went before the scan came to it counts nothing: neither what it was nor that it went.
    if (seenVersion === undefined) return life.isBorn;
    return version === undefined || version > seenVersion;
  }

  /** @param notes those of one transaction, which added to each item of counters at most once */
  function followTouches(notes: readonly NotedChange[]): void {
    const totals = new Map<string, Map<string, number>>();
    for (const { added } of notes)
      for (const [id, counters] of Object.entries(added)) {
        const total = totals.get(id) ?? new Map<string, number>();
        totals.set(id, total);
        for (const [counter, value] of Object.entries(counters)) total.set(counter, (total.get(counter) ?? 0) + value);
      }
    // What cancels out within a transaction is not written.
    for (const [id, total] of totals)
      if ([...total.values()].some((value) => value !== 0)) touches.set(id, (touches.get(id) ?? 0) + 1);
  }

  /** @param notes as `followTouches` */
  function follow(notes: readonly NotedChange[]): void {
    followTouches(notes);
    for (const note of notes)
      if (isAfterSeen(note))
        for (const [id, counters] of Object.entries(note.added))
          for (const [counter, value] of Object.entries(counters)) add(id, counter, value);
  }

  /** How many transactions of the run are in an item of counters, as it was read; undefined for one that is not there. */
  const touchesIn = (item: Item | undefined): number => Number(item?.[touchCounter(runId)] ?? 0);

  /** Whether the item was read when the notes that are known so far, and no others, were in it. */
  const isCurrent = (id: string, item: Item | undefined): boolean => touchesIn(item) === (touches.get(id) ?? 0);

  /** What is wrong in an item that is current. */
  function findWrong(id: string, item: Item = {}): WrongCounter[] {
    const expected = sums.get(id) ?? new Map<string, number>();
    const names = Object.keys(item).filter(isCounterName);
    return [...new Set([...names, ...expected.keys()])].toSorted().flatMap((counter) => {
      const gone = Number(item[goneCounter(counter)] ?? 0);
      const wrong = {
        counter,
        found: Number(item[counter] ?? 0),
        expected: (expected.get(counter) ?? 0) + gone,
      };
      return wrong.found === wrong.expected ? [] : [wrong];
    });
  }

  return {
    see,
    follow,
    followTouches,
    isCurrent,
    findWrong,
    /** Of all items that anything should be, or was, counted in. */
    itemIds: (): string[] => [...new Set([...sums.keys(), ...touches.keys()])].filter((id) => isWithin(id)),
    touchedIds: (): string[] => [...touches.keys()],
  };
}

export type ExpectedCounters = ReturnType<typeof createExpectedCounters>;

const isCounterName = (name: string): boolean =>
  name !== "pk" && name !== "sk" && !name.startsWith(gonePrefix) && !isTouchCounter(name);

/** Also of runs that died. */
export const isTouchCounter = (name: string): boolean => name.startsWith(touchCounter(""));

export const isCounterWithin = (item: Item, range: RecountRange): boolean =>
  isWithinDays(counterDayOf(String(item["sk"])), range);

export const counterItemId = (item: Item): string => itemIdOf({ pk: String(item["pk"]), sk: String(item["sk"]) });
