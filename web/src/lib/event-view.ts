// What the event list shows, as a function of the pages that arrived: the first again and again, further ones on demand.
import type { EventPage, EventView } from "../../../shared/contract/api/events.ts";

export interface EventListView {
  /** Which filter the events answer. */
  filterKey: string;
  /** Newest first, each once. An event that did not change is the same object as before. */
  events: EventView[];
  /** Of the oldest page. */
  cursor: string | undefined;
  searchedTo: string | undefined;
  hasFurtherPages: boolean;
}

const newestFirst = (a: EventView, b: EventView): number =>
  b.occurredAt.localeCompare(a.occurredAt) || b.eventId.localeCompare(a.eventId);

/** The later copy of an event wins, unless it says the same. */
function merge(known: EventView[], arrived: EventView[]): EventView[] {
  const byId = new Map(known.map((event) => [event.eventId, event]));
  for (const event of arrived) {
    const before = byId.get(event.eventId);
    if (JSON.stringify(before) !== JSON.stringify(event)) byId.set(event.eventId, event);
  }
  return [...byId.values()].sort(newestFirst);
}

/**
 * Page one came, for the first time or again. Further pages stay, and so does what has moved off page one since; but when
 * more happened in between than one page holds, they are dropped rather than shown with a hole above them.
 */
export function withFirstPage(view: EventListView | undefined, filterKey: string, page: EventPage): EventListView {
  const known = view?.filterKey === filterKey ? view : undefined;
  const ids = new Set(known?.events.map(({ eventId }) => eventId));
  const isFull = page.cursor !== undefined && page.searchedTo === undefined;
  const isGapless = !isFull || page.items.some(({ eventId }) => ids.has(eventId));
  if (known?.hasFurtherPages && isGapless) return { ...known, events: merge(known.events, page.items) };
  const onPage = new Set(page.items.map(({ eventId }) => eventId));
  const kept = known?.events.filter(({ eventId }) => onPage.has(eventId)) ?? [];
  const events = merge(kept, page.items);
  return { filterKey, events, cursor: page.cursor, searchedTo: page.searchedTo, hasFurtherPages: false };
}

/**
 * The page below `asked` came, which is the view as it was when it was asked for: page one may have moved on since, and
 * what moved off it is needed to join the two.
 */
export const withFurtherPage = (view: EventListView, asked: EventListView, page: EventPage): EventListView => ({
  ...view,
  events: merge(asked.events, [...view.events, ...page.items]),
  cursor: page.cursor,
  searchedTo: page.searchedTo,
  hasFurtherPages: true,
});
