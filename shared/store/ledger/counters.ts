// Reads counters: of half hours, of days, and of days within a dimension. What they count: shared/domain/contribution.ts.
import type { Counter } from "../../domain/contribution.ts";
import type { Item } from "../dynamo-batch.ts";
import { queryAll } from "../dynamo-query.ts";
import {
  dimensionItemRange,
  halfHourItemSortKey,
  parseDimensionCounter,
  parseHalfHourCounter,
} from "./counter-names.ts";
import { dimensionsNamed, readDimensionKeys } from "./dimension-keys.ts";
import { counterDayOf, counterPartition, dayCounterSortKey, monthOf } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

/** Counters that nothing was ever added to are absent. */
export type Counts = Partial<Record<Counter, number>>;

export interface CountsAt {
  /** Where it begins, in milliseconds since 1970: a half hour or a UTC day. */
  atMs: number;
  counts: Counts;
}

/** UTC, both inclusive. */
export interface DayRange {
  fromDay: string;
  toDay: string;
}

export interface DimensionCounts {
  /** The value of a tag, or a configuration set; absent for all those without counters of their own. */
  value?: string;
  /** In order; days without any are left out. */
  days: CountsAt[];
}

export interface SplitCounts {
  values: DimensionCounts[];
  /** Whether the tenant has as many keys as are counted apart, so that new ones are not. */
  isFull: boolean;
}

const dayMs = 86_400_000;

export const daysBetween = ({ fromDay, toDay }: DayRange): string[] => {
  const first = Date.parse(fromDay);
  const length = Math.floor((Date.parse(toDay) - first) / dayMs) + 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) =>
    new Date(first + index * dayMs).toISOString().slice(0, 10),
  );
};

export const monthsBetween = (range: DayRange): string[] => [...new Set(daysBetween(range).map(monthOf))];

/**
 * The items of one month between two sort keys, both inclusive.
 * @throws AppError `unavailable`
 */
export async function queryCounters(
  table: LedgerTable,
  tenantId: string,
  month: string,
  [from, to]: readonly [from: string, to: string],
  { newestFirst = false, consistent = false } = {},
): Promise<Item[]> {
  return queryAll(table, {
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":pk": counterPartition(tenantId, month), ":from": from, ":to": to },
    ScanIndexForward: !newestFirst,
    ConsistentRead: consistent,
  });
}

const queryMonths = async (
  table: LedgerTable,
  tenantId: string,
  range: DayRange,
  sortKeys: readonly [from: string, to: string],
): Promise<Item[]> =>
  (await Promise.all(monthsBetween(range).map((month) => queryCounters(table, tenantId, month, sortKeys)))).flat();

const countsOf = ({ pk: _pk, sk: _sk, ...counters }: Item): Counts => counters;

const dayOfMs = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Half hours in order, those without any counts left out. A month of them is read as some 125 items of about a kilobyte.
 * @param range in milliseconds; `fromMs` inclusive, `toMs` exclusive, both at half hours
 * @throws AppError `unavailable`
 */
export async function halfHourCounts(
  table: LedgerTable,
  tenantId: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<CountsAt[]> {
  if (toMs <= fromMs) return [];
  const last = toMs - 1;
  const items = await queryMonths(table, tenantId, { fromDay: dayOfMs(fromMs), toDay: dayOfMs(last) }, [
    halfHourItemSortKey(fromMs),
    halfHourItemSortKey(last),
  ]);
  const found = new Map<number, Counts>();
  for (const item of items)
    for (const [name, value] of Object.entries(item)) {
      const parsed = parseHalfHourCounter({ sk: String(item["sk"]), name });
      if (!parsed || parsed.atMs < fromMs || parsed.atMs > last) continue;
      const counts = found.get(parsed.atMs) ?? {};
      counts[parsed.counter] = value as number;
      found.set(parsed.atMs, counts);
    }
  return [...found].toSorted(([a], [b]) => a - b).map(([atMs, counts]) => ({ atMs, counts }));
}

/**
 * UTC days in order, those without any counts left out.
 * @throws AppError `unavailable`
 */
export async function dayCounts(table: LedgerTable, tenantId: string, range: DayRange): Promise<CountsAt[]> {
  const items = await queryMonths(table, tenantId, range, [
    dayCounterSortKey(range.fromDay),
    dayCounterSortKey(range.toDay),
  ]);
  return items.map((item) => ({ atMs: Date.parse(String(item["sk"]).slice(2)), counts: countsOf(item) }));
}

/**
 * What each value of a dimension counted on these days: those with counters of their own, and the rest together.
 * @param name `cs`, or `tag:<name>`
 * @throws AppError `unavailable`
 */
export async function splitCounts(
  table: LedgerTable,
  tenantId: string,
  name: string,
  range: DayRange,
): Promise<SplitCounts> {
  const [keys, items] = await Promise.all([
    readDimensionKeys(table, tenantId),
    queryMonths(table, tenantId, range, dimensionItemRange(range.fromDay, range.toDay)),
  ]);
  const valueById = dimensionsNamed(keys, name);
  const byId = new Map<string, Map<number, Counts>>();
  for (const item of items) {
    const atMs = Date.parse(counterDayOf(String(item["sk"])));
    for (const [attribute, count] of Object.entries(item)) {
      const parsed = parseDimensionCounter(attribute);
      if (!parsed || !valueById.has(parsed.id)) continue;
      const days = byId.get(parsed.id) ?? new Map<number, Counts>();
      byId.set(parsed.id, days);
      const counts = days.get(atMs) ?? {};
      days.set(atMs, counts);
      counts[parsed.counter] = count as number;
    }
  }
  const values = Array.from(byId, ([id, days]): DimensionCounts => {
    const value = valueById.get(id);
    const ordered = [...days].toSorted(([a], [b]) => a - b).map(([atMs, counts]) => ({ atMs, counts }));
    return value === undefined ? { days: ordered } : { value, days: ordered };
  });
  return { values, isFull: keys.isFull };
}
