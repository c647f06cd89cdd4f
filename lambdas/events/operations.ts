// Reading what happened: the list of events, one message, the counts per day.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import {
  defaultEventsPerPage,
  listEventsQuery,
  messageIdText,
  statsQuery,
  type EventPage,
  type ListEventsQuery,
} from "../../shared/contract/api/events.ts";
import { AppError } from "../../shared/contract/error.ts";
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { EventPosition, EventQuery, Ledger } from "../../shared/store/ledger/ledger.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { invalidInput, parseInput } from "../runtime/input.ts";
import { dayRangeOf, timeRangeOf, type TimeRange } from "./range.ts";
import { toEventView, toMessageView, toStatsView } from "./view.ts";

export interface EventsDeps {
  ledger: Pick<Ledger, "listEvents" | "getMessageOutcomes" | "dailyCounts">;
  cursors: Cursors;
  clock: () => number;
}

/** A cursor's content. The range is kept, so that a default one does not move on from page to page. */
interface Place extends TimeRange {
  position: EventPosition;
}

export const listEvents =
  ({ ledger, cursors, clock }: EventsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor, limit = defaultEventsPerPage, ...filters } = parseInput(listEventsQuery, request.query, "query");
    const range = timeRangeOf(filters, clock());
    const recipient = parseRecipient(filters.recipient);
    const tenantId = authorize(request.actor, "events:read");
    const scope: CursorScope = { list: "events", tenantId, filter: filterOf(filters) };
    const place = cursor === undefined ? range : ((await cursors.open(cursor, scope)) as Place);
    const { status: types, messageId } = filters;
    const query: EventQuery = { ...place, types, recipient, messageId, limit };
    const { events, position, searchedTo } = await ledger.listEvents(tenantId, query);
    const { fromMs, toMs } = place;
    const next: Place | undefined = position && { fromMs, toMs, position };
    return ok({
      items: events.map(toEventView),
      ...(next ? { cursor: await cursors.seal(next, scope) } : {}),
      ...(searchedTo === undefined ? {} : { searchedTo }),
    } satisfies EventPage);
  };

/** Every filter in a fixed place; the types in a fixed order, as their order means nothing. */
const filterOf = ({ from, to, status, recipient, messageId }: Omit<ListEventsQuery, "cursor" | "limit">): unknown => [
  from ?? null,
  to ?? null,
  status?.toSorted() ?? null,
  recipient ?? null,
  messageId ?? null,
];

function parseRecipient(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = normalizeAddress(text);
  if (address === undefined)
    throw invalidInput([{ path: "query.recipient", message: "must be one address like ada@shop.example" }]);
  return address;
}

const messagePath = v.object({ messageId: messageIdText });

export const getMessage =
  ({ ledger }: Pick<EventsDeps, "ledger">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { messageId } = parseInput(messagePath, request.pathParameters, "path");
    const tenantId = authorize(request.actor, "events:read");
    const outcomes = await ledger.getMessageOutcomes(tenantId, messageId);
    if (outcomes.length === 0)
      throw new AppError("not_found", "No event of this message is known: it was not sent, or just now, or long ago.");
    return ok(toMessageView(messageId, outcomes));
  };

export const getStats =
  ({ ledger, clock }: Pick<EventsDeps, "ledger" | "clock">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { fromDay, toDay } = dayRangeOf(parseInput(statsQuery, request.query, "query"), clock());
    const tenantId = authorize(request.actor, "events:read");
    return ok(toStatsView(await ledger.dailyCounts(tenantId, fromDay, toDay)));
  };
