// Lists events newest first, in the cheapest way that the filters allow: from a message, an address, or the list.
import type { EventType } from "../../domain/event.ts";
import { matchesFilter, typesWithin, type EventFilter } from "./event-filter.ts";
import { listSortKey, parseOutcomeKey } from "./keys.ts";
import { byNewest, toListedEvent, type ListedEvent } from "./list-row.ts";
import { parseOutcomeItem, parseOverflowItem } from "./outcome-item.ts";
import { findWholeMessage, readRecipientPage } from "./read-outcomes.ts";
import type { Item, Key } from "../dynamo-batch.ts";
import type { LedgerTable } from "./table.ts";
import { walkList, type WalkedList } from "./walk-list.ts";

export interface EventQuery extends EventFilter {
  /** Inclusive. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  types?: readonly EventType[] | undefined;
  limit: number;
  position?: EventPosition | undefined;
}

/** Plain JSON: a time, or a row's place in the order of the list. Stays right while events keep arriving. */
export interface EventPosition {
  before: string;
}

export interface EventList {
  /** Newest first. */
  events: ListedEvent[];
  /** Where the next page begins; absent on the last. */
  position?: EventPosition;
  /** ISO 8601 UTC: how far back the search got when the read budget ended it before the page was full. */
  searchedTo?: string;
}

/** An address with more than so many megabytes of outcomes (thousands of messages) is searched in the list instead. */
const maxRecipientPages = 4;

/** @throws AppError `unavailable` */
export async function listEvents(table: LedgerTable, tenantId: string, query: EventQuery): Promise<EventList> {
  const range = rangeOf(query);
  if (range.before <= range.from) return { events: [] };
  const wanted = query.limit + 1;
  const found = (await findByOutcomes(table, tenantId, query)) ?? undefined;
  const { events, stoppedAt }: WalkedList = found
    ? { events: found.filter((event) => isWithin(event, range, query)).toSorted(byNewest) }
    : await walkList(table, tenantId, { ...range, types: typesWithin(query.types, query), filter: query, wanted });

  const page = events.slice(0, query.limit);
  const last = page.at(-1);
  if (events.length > query.limit && last) return { events: page, position: { before: listSortKey(last) } };
  if (stoppedAt === undefined) return { events: page };
  return { events: page, position: { before: stoppedAt }, searchedTo: stoppedAt.slice(0, range.from.length) };
}

interface Range {
  from: string;
  before: string;
}

function rangeOf({ fromMs, toMs, position }: EventQuery): Range {
  const to = new Date(toMs).toISOString();
  return {
    from: new Date(fromMs).toISOString(),
    before: position && position.before < to ? position.before : to,
  };
}

const isWithin = (event: ListedEvent, { from, before }: Range, query: EventQuery): boolean =>
  event.occurredAt >= from &&
  listSortKey(event) < before &&
  (!query.types || query.types.includes(event.type)) &&
  matchesFilter(event, query);

/** The events of the message or the address; undefined when neither is asked for, or it has too many. */
async function findByOutcomes(
  table: LedgerTable,
  tenantId: string,
  { messageId, recipient }: EventQuery,
): Promise<ListedEvent[] | undefined> {
  if (messageId !== undefined) {
    const outcomes = await findWholeMessage(table, tenantId, messageId);
    return outcomes?.flatMap((outcome) => outcome.events.map((event) => toListedEvent(outcome, event)));
  }
  return recipient === undefined ? undefined : findByRecipient(table, tenantId, recipient);
}

async function findByRecipient(
  table: LedgerTable,
  tenantId: string,
  recipient: string,
): Promise<ListedEvent[] | undefined> {
  const events: ListedEvent[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxRecipientPages; pages++) {
    const page = await readRecipientPage(table, tenantId, recipient, { after });
    events.push(...page.items.flatMap(listedEventsOf));
    after = page.after;
    if (after === undefined) return events;
  }
  return undefined;
}

function listedEventsOf(item: Item): ListedEvent[] {
  if (parseOutcomeKey(item as unknown as Key)?.overflowEventId !== undefined) {
    const { head, event } = parseOverflowItem(item);
    return [toListedEvent(head, event)];
  }
  const { outcome } = parseOutcomeItem(item);
  return outcome.events.map((event) => toListedEvent(outcome, event));
}
