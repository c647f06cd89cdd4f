// Walks the list rows of a tenant from new to old: day after day, the partitions of a day merged by time.
// Works within a budget of reads, and says how far it got.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { EventType } from "../../domain/event.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { daysWithEvents, type DayPartitions } from "./day-counters.ts";
import { filterExpression, isFiltered, type EventFilter } from "./event-filter.ts";
import { dayOf, listSortKey } from "./keys.ts";
import { byNewest, parseListRowItem, type ListedEvent } from "./list-row.ts";
import { getExpiryTest, type ExpiryTest } from "./expiry.ts";
import type { LedgerTable } from "./table.ts";

export interface ListWalk {
  /** ISO 8601 UTC, inclusive. */
  from: string;
  /** A time, or the sort key of a row: rows before it are read. */
  before: string;
  types: readonly EventType[];
  filter: EventFilter;
  /** How many events are enough. */
  wanted: number;
}

export interface WalkedList {
  /** Newest first. */
  events: ListedEvent[];
  /** Set when the budget ended the walk: rows from here on, up to the start, were all looked at. */
  stoppedAt?: string;
}

/** Queries of list rows in one request; a day has at most 40 partitions, so one day at least is always walked. */
const maxQueries = 80;
/** Read side by side: of several days together at most so many, fewer where each query looks at many rows. */
const maxPartitionsOfRound = 40;
const maxPartitionsOfFilteredRound = 8;
/** With a filter that no key serves, a query looks at so many rows; a row is about half a kilobyte. */
const filteredPageSize = 1000;

const isoLength = "2026-11-23T00:00:00.000Z".length;

/** One partition being read: rows at hand, and from where on it was not read yet. */
interface Reader {
  partition: string;
  rows: ListedEvent[];
  /** The sort key down to which it was read; undefined once there is no more. */
  unreadBefore: string | undefined;
}

/** @throws AppError `unavailable` */
export async function walkList(table: LedgerTable, tenantId: string, walk: ListWalk): Promise<WalkedList> {
  const isExpired = await getExpiryTest(table, tenantId);
  const events: ListedEvent[] = [];
  let queries = 0;
  let walkedTo = walk.before;

  for await (const { day, partitions } of roundsOf(table, tenantId, walk)) {
    if (queries + partitions.length > maxQueries) return { events, stoppedAt: walkedTo };
    const readers = partitions.map((partition): Reader => ({ partition, rows: [], unreadBefore: walk.before }));
    for (;;) {
      events.push(...takeMerged(readers, walk.wanted - events.length));
      if (events.length >= walk.wanted) return { events };
      const hungry = readers.filter(isHungry);
      if (hungry.length === 0) break;
      if (queries + hungry.length > maxQueries) return { events, stoppedAt: readDownTo(readers) };
      queries += hungry.length;
      await Promise.all(
        hungry.map((reader) => readMore(table, reader, { ...walk, isExpired }, walk.wanted - events.length)),
      );
    }
    walkedTo = `${day}T00:00:00.000Z`;
  }
  return { events };
}

/**
 * Days to read at once, newest first: as many as their counters say are needed to have enough rows, so that a tenant
 * with a few events a day does not wait for one day after another. A round is named after its oldest day.
 */
async function* roundsOf(table: LedgerTable, tenantId: string, walk: ListWalk): AsyncGenerator<DayPartitions> {
  const days = { fromDay: dayOf(walk.from), toDay: lastDayBefore(walk.before), types: walk.types };
  const filtered = isFiltered(walk.filter);
  const maxPartitions = filtered ? maxPartitionsOfFilteredRound : maxPartitionsOfRound;
  let round: DayPartitions | undefined;
  for await (const next of daysWithEvents(table, tenantId, days)) {
    if (round && round.partitions.length + next.partitions.length > maxPartitions) {
      yield round;
      round = undefined;
    }
    round = {
      day: next.day,
      partitions: [...(round?.partitions ?? []), ...next.partitions],
      rows: (round?.rows ?? 0) + next.rows,
    };
    if (!filtered && round.rows >= walk.wanted) {
      yield round;
      round = undefined;
    }
  }
  if (round) yield round;
}

/** The day before midnight's own: no row of a day is before its first instant. */
const lastDayBefore = (before: string): string =>
  before.length === isoLength ? dayOf(new Date(Date.parse(before) - 1).toISOString()) : dayOf(before);

const isHungry = ({ rows, unreadBefore }: Reader): boolean => rows.length === 0 && unreadBefore !== undefined;

/** From here on, up to where the walk began, every partition was read. */
const readDownTo = (readers: Reader[]): string =>
  readers.map(({ unreadBefore }) => unreadBefore ?? "").reduce((a, b) => (a > b ? a : b), "");

/** The newest rows at hand, as long as no partition could hold newer ones. */
function takeMerged(readers: Reader[], wanted: number): ListedEvent[] {
  const downTo = readDownTo(readers);
  const merged = readers
    .flatMap(({ rows }) => rows)
    .filter((event) => listSortKey(event) >= downTo)
    .toSorted(byNewest)
    .slice(0, wanted);
  const taken = new Set(merged);
  for (const reader of readers) reader.rows = reader.rows.filter((row) => !taken.has(row));
  return merged;
}

async function readMore(
  table: LedgerTable,
  reader: Reader,
  walk: ListWalk & { isExpired: ExpiryTest },
  wanted: number,
): Promise<void> {
  const { partition, unreadBefore: before } = reader;
  const { values = {}, ...filter } = isFiltered(walk.filter) ? filterExpression(walk.filter) : {};
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :before",
        ExpressionAttributeValues: { ":pk": partition, ":from": walk.from, ":before": before, ...values },
        ...filter,
        // BETWEEN includes the row that the walk begins behind.
        Limit: isFiltered(walk.filter) ? filteredPageSize : wanted + 1,
        ScanIndexForward: false,
      }),
    ),
  );
  reader.rows.push(...Items.filter((row) => row["sk"] !== before && !walk.isExpired(row)).map(parseListRowItem));
  reader.unreadBefore = LastEvaluatedKey ? String(LastEvaluatedKey["sk"]) : undefined;
}
