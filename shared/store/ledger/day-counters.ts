// Reads the counters of days: for charts, and to know which days and types a list has anything to show of.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { EventCounts } from "../../contract/api/events.ts";
import { eventTypes, type EventType } from "../../domain/event.ts";
import type { Item } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { counterPartition, dayCounterSortKey, listPartition, listShards, monthOf } from "./keys.ts";
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

const dayMs = 86_400_000;

const daysBetween = (fromDay: string, toDay: string): string[] => {
  const first = Date.parse(fromDay);
  const length = Math.floor((Date.parse(toDay) - first) / dayMs) + 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) =>
    new Date(first + index * dayMs).toISOString().slice(0, 10),
  );
};

const monthsBetween = (fromDay: string, toDay: string): string[] => [
  ...new Set(daysBetween(fromDay, toDay).map(monthOf)),
];

/** The day counters of one month within the days, newest first: one query, a few kilobytes at most. */
async function readMonth(table: LedgerTable, tenantId: string, month: string, fromDay: string, toDay: string) {
  const { Items = [] } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: {
          ":pk": counterPartition(tenantId, month),
          ":from": dayCounterSortKey(fromDay),
          ":to": dayCounterSortKey(toDay),
        },
        ScanIndexForward: false,
      }),
    ),
  );
  return Items.map((item) => ({ day: String(item["sk"]).slice(2), counters: item }));
}

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
  const months = await Promise.all(
    monthsBetween(fromDay, toDay).map((month) => readMonth(table, tenantId, month, fromDay, toDay)),
  );
  const counters = new Map(months.flat().map((read) => [read.day, read.counters]));
  return daysBetween(fromDay, toDay).map((day) => ({
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
  for (const month of monthsBetween(fromDay, toDay).toReversed())
    for (const { day, counters } of await readMonth(table, tenantId, month, fromDay, toDay)) {
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
