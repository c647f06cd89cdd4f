// A search for events, as lists and exports share it: filters and range from the caller, the place from a cursor.
import type { EventFilters } from "../../shared/contract/api/events.ts";
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { EventList, EventPosition, EventQuery, Ledger } from "../../shared/store/ledger/ledger.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { invalidInput } from "../runtime/input.ts";
import { timeRangeOf, type TimeRange } from "./range.ts";

export interface SearchDeps {
  ledger: Pick<Ledger, "listEvents">;
  cursors: Cursors;
  clock: () => number;
}

/** A cursor's content. The range is kept, so that a default one does not move on from page to page. */
interface Place extends TimeRange {
  position?: EventPosition | undefined;
}

export interface EventSearch {
  /** The next events, and where to go on. */
  next: (limit: number) => Promise<EventList>;
  /** Of where the last `next` ended; undefined when that was the end. */
  sealCursor: () => Promise<string | undefined>;
}

/** What is wrong with the filters shows before it is known who asks. @throws AppError `invalid_request` */
export function parseSearch(
  filters: EventFilters,
  nowMs: number,
): { range: TimeRange; query: Omit<EventQuery, "limit"> } {
  const range = timeRangeOf(filters, nowMs);
  const { status: types, messageId, tag, verdict: verdicts, q: subjectText } = filters;
  const recipient = filters.recipient === undefined ? undefined : parseRecipient("query.recipient", filters.recipient);
  return { range, query: { ...range, types, messageId, recipient, tag, verdicts, subjectText } };
}

/** @throws AppError `invalid_request` */
export function parseRecipient(path: string, text: string): string {
  const address = normalizeAddress(text);
  if (address === undefined) throw invalidInput([{ path, message: "must be one address like ada@shop.example" }]);
  return address;
}

/** @param list.format of an export: a cursor goes on in the same one */
export async function openSearch(
  { ledger, cursors }: SearchDeps,
  { range, query }: ReturnType<typeof parseSearch>,
  filters: EventFilters,
  list: { tenantId: string; cursor: string | undefined; format?: string },
): Promise<EventSearch> {
  const { tenantId, cursor, format } = list;
  const scope: CursorScope = {
    list: format === undefined ? "events" : "eventsExport",
    tenantId,
    filter: [...filterOf(filters), format ?? null],
  };
  let place: Place = cursor === undefined ? range : ((await cursors.open(cursor, scope)) as Place);
  return {
    next: async (limit) => {
      const found = await ledger.listEvents(tenantId, { ...query, ...place, limit });
      place = { fromMs: place.fromMs, toMs: place.toMs, position: found.position };
      return found;
    },
    sealCursor: async () => (place.position ? cursors.seal(place, scope) : undefined),
  };
}

/** Every filter in a fixed place; of several values the order means nothing. */
const filterOf = (filters: EventFilters): unknown[] => [
  filters.period ?? null,
  filters.tz ?? null,
  filters.from ?? null,
  filters.to ?? null,
  filters.status?.toSorted() ?? null,
  filters.recipient ?? null,
  filters.messageId ?? null,
  filters.tag ? [filters.tag.name, filters.tag.value] : null,
  filters.verdict?.toSorted() ?? null,
  filters.q ?? null,
];
