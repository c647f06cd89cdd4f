// Reading what happened: the list of events, one message, one address. Counts: stats.ts; files: export.ts.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import {
  defaultEventsPerPage,
  listEventsQuery,
  messageIdText,
  type EventPage,
} from "../../shared/contract/api/events.ts";
import { recipientQuery, type RecipientPage } from "../../shared/contract/api/recipients.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { Ledger, OutcomePosition } from "../../shared/store/ledger/ledger.ts";
import type { CursorScope } from "../runtime/cursor.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { openSearch, parseRecipient, parseSearch, type SearchDeps } from "./event-search.ts";
import { toEventView, toMessageView, toRecipientOutcomeView } from "./view.ts";

export interface EventsDeps extends SearchDeps {
  ledger: Pick<Ledger, "listEvents" | "getMessageOutcomes" | "getRecipientOutcomes">;
}

export const listEvents =
  (deps: SearchDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor, limit = defaultEventsPerPage, ...filters } = parseInput(listEventsQuery, request.query, "query");
    const wanted = parseSearch(filters, deps.clock());
    const tenantId = authorize(request.actor, "events:read");
    const search = await openSearch(deps, wanted, filters, { tenantId, cursor });
    const { events, searchedTo } = await search.next(limit);
    const next = await search.sealCursor();
    return ok({
      items: events.map(toEventView),
      ...(next === undefined ? {} : { cursor: next }),
      ...(searchedTo === undefined ? {} : { searchedTo }),
    } satisfies EventPage);
  };

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

const recipientPath = v.object({ address: v.string() });

export const getRecipient =
  ({ ledger, cursors }: Pick<EventsDeps, "ledger" | "cursors">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { address } = parseInput(recipientPath, request.pathParameters, "path");
    const { cursor, limit = defaultEventsPerPage } = parseInput(recipientQuery, request.query, "query");
    const recipient = parseRecipient("path.address", address);
    const tenantId = authorize(request.actor, "events:read");
    const scope: CursorScope = { list: "recipient", tenantId, filter: recipient };
    const position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as OutcomePosition);
    const page = await ledger.getRecipientOutcomes(tenantId, recipient, { position, limit });
    return ok({
      recipient,
      items: page.outcomes.map(toRecipientOutcomeView),
      ...(page.position ? { cursor: await cursors.seal(page.position, scope) } : {}),
    } satisfies RecipientPage);
  };
