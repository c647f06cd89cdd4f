// Every query and action of the dashboard: what it reads from the API and what it changes there.
import { action, query } from "@solidjs/router";
import type { ApiKeyView, CreatedApiKey } from "../../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../../shared/contract/api/connections.ts";
import type { EventPage, MessageView, StatsView } from "../../../shared/contract/api/events.ts";
import type { OpenApiDocument } from "../../../shared/contract/openapi/document.ts";
import type { SuppressionPage } from "../../../shared/contract/api/suppressions.ts";
import { request } from "./http.ts";
import { liveQuery } from "./live-query.ts";

const withQuery = (path: string, parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};

export interface EventFilter {
  /** Status words, separated by commas. */
  status?: string;
  recipient?: string;
  messageId?: string;
  /** UTC days, both inclusive. */
  from?: string;
  to?: string;
}

const readEvents = (filter: EventFilter, cursor?: string): Promise<EventPage> =>
  request<EventPage>("GET", withQuery("/events", { ...filter, cursor }));

export const listEvents = liveQuery((filter: EventFilter) => readEvents(filter), "events");

/** Not cached: a page that failed can be asked for again at once. */
export const listFurtherEvents = (filter: EventFilter, cursor: string): Promise<EventPage> =>
  readEvents(filter, cursor);

export const getMessage = liveQuery(
  (messageId: string) => request<MessageView>("GET", `/messages/${encodeURIComponent(messageId)}`),
  "message",
);

export const getStats = liveQuery(
  (range: { from?: string; to?: string }) => request<StatsView>("GET", withQuery("/stats", { ...range })),
  "stats",
);

const readSuppressions = (filter: { address?: string | undefined; cursor?: string }): Promise<SuppressionPage> =>
  request<SuppressionPage>("GET", withQuery("/suppression-list", { ...filter }));

export const listSuppressions = query((address?: string) => readSuppressions({ address }), "suppressions");

/** Not cached, as with events. */
export const listFurtherSuppressions = (address: string | undefined, cursor: string): Promise<SuppressionPage> =>
  readSuppressions({ address, cursor });

export const listConnections = liveQuery(
  () => request<{ items: ConnectionView[] }>("GET", "/connections"),
  "connections",
);

/** Not cached: every call tries the connection anew. */
export const verifyConnection = (connection: string): Promise<VerifyConnectionResponse> =>
  request<VerifyConnectionResponse>("GET", withQuery("/verify-sts", { connection }));

export const createConnection = action(
  (accountId: string, region: string) => request<ConnectionView>("POST", "/connections", { accountId, region }),
  "create-connection",
);

export const deleteConnection = action(
  (connectionId: string) => request<void>("DELETE", `/connections/${encodeURIComponent(connectionId)}`),
  "delete-connection",
);

export const listApiKeys = query(() => request<{ items: ApiKeyView[] }>("GET", "/api-keys"), "api-keys");

export const createApiKey = action(
  (name: string) => request<CreatedApiKey>("POST", "/api-keys", { name }),
  "create-api-key",
);

export const revokeApiKey = action(
  (keyId: string) => request<void>("DELETE", `/api-keys/${encodeURIComponent(keyId)}`),
  "revoke-api-key",
);

/** The same for everybody until the next deployment. */
export const getApiDescription = query(() => request<OpenApiDocument>("GET", "/openapi.json"), "api-description");
