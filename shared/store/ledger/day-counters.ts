// Reads the counters of days: for charts, and to know which days and types a list has anything to show of.
import type { EventCounts } from "../../contract/api/events.ts";
import { eventTypes, type EventType } from "../../domain/event.ts";
import type { Item } from "../dynamo-batch.ts";
import { daysBetween, monthsBetween, queryCounters, type DayRange } from "./counters.ts";
import { dayCounterSortKey, listPartition, listShards } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

export interface DayCounts {
  /** UTC. */
  day: string;
  counts: EventCounts;
}

export interface DayPartitions {
  day: string;
  /** The partitions of the list that hold rows of that day. */
  partitions: string[];
  /** How many rows those hold. */
  rows: number;
}

const readMonth = async (table: LedgerTable, tenantId: string, month: string, { fromDay, toDay }: DayRange) => {
  const sortKeys = [dayCounterSortKey(fromDay), dayCounterSortKey(toDay)] as const;
  const items = await queryCounters(table, tenantId, month, sortKeys, { newestFirst: true });
  return items.map((item) => ({ day: String(item["sk"]).slice(2), counters: item }));
};

const countOf = (counters: Item | undefined, name: string): number => Number(counters?.[name] ?? 0);

/**
 * Events by when they happened, for every day of the range in order, both ends included.
 * @throws AppError `unavailable`
 */
export async function dailyCounts(
  table: LedgerTable,
  tenantId: string,
  fromDay: string,
  toDay: string,
): Promise<DayCounts[]> {
  const range = { fromDay, toDay };
  const months = await Promise.all(monthsBetween(range).map((month) => readMonth(table, tenantId, month, range)));
  const counters = new Map(months.flat().map((read) => [read.day, read.counters]));
  return daysBetween(range).map((day) => ({
    day,
    counts: Object.fromEntries(eventTypes.map((type) => [type, countOf(counters.get(day), type)])) as EventCounts,
  }));
}

/** The days that have events of these types, newest first. A month is read when its turn comes. */
export async function* daysWithEvents(
  table: LedgerTable,
  tenantId: string,
  { fromDay, toDay, types }: { fromDay: string; toDay: string; types: readonly EventType[] },
): AsyncGenerator<DayPartitions> {
  const range = { fromDay, toDay };
  for (const month of monthsBetween(range).toReversed())
    for (const { day, counters } of await readMonth(table, tenantId, month, range)) {
      const found = types.flatMap((type) =>
        Array.from({ length: listShards }, (_, shard) => ({
          partition: listPartition(tenantId, day, type, shard),
          rows: countOf(counters, `${type}.${shard}`),
        })).filter(({ rows }) => rows > 0),
      );
      const partitions = found.map(({ partition }) => partition);
      if (found.length > 0) yield { day, partitions, rows: found.reduce((sum, { rows }) => sum + rows, 0) };
    }
}
