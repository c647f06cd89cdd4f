// Every query and action of the dashboard: what it reads from the API and what it changes there.
import { action, query, redirect } from "@solidjs/router";
import type { ApiKeyView, CreatedApiKey } from "../../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../../shared/contract/api/connections.ts";
import type { EventPage, MessageView, StatsView } from "../../../shared/contract/api/events.ts";
import type { SuppressionPage } from "../../../shared/contract/api/suppressions.ts";
import { request, RequestError } from "./http.ts";

/** Signed-out people are sent to the sign-in page and come back to where they were. */
async function signedIn<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== "unauthenticated") throw error;
    const here = `${location.pathname}${location.search}`;
    throw redirect(`/sign-in?next=${encodeURIComponent(here)}`);
  }
}

const read = <Answer>(path: string): Promise<Answer> => signedIn(request<Answer>("GET", path));

const withQuery = (path: string, parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};

export interface EventFilter {
  /** Status words, separated by commas. */
  status?: string;
  recipient?: string;
  messageId?: string;
  from?: string;
  to?: string;
  cursor?: string;
}

export const listEvents = query(
  (filter: EventFilter) => read<EventPage>(withQuery("/events", { ...filter })),
  "events",
);

export const getMessage = query(
  (messageId: string) => read<MessageView>(`/messages/${encodeURIComponent(messageId)}`),
  "message",
);

export const getStats = query(
  (range: { from?: string; to?: string }) => read<StatsView>(withQuery("/stats", { ...range })),
  "stats",
);

export const listSuppressions = query(
  (filter: { address?: string; cursor?: string }) =>
    read<SuppressionPage>(withQuery("/suppression-list", { ...filter })),
  "suppressions",
);

export const listConnections = query(() => read<{ items: ConnectionView[] }>("/connections"), "connections");

/** Not cached: every call tries the connection anew. */
export const verifyConnection = (connection: string): Promise<VerifyConnectionResponse> =>
  read<VerifyConnectionResponse>(withQuery("/verify-sts", { connection }));

export const createConnection = action(
  (accountId: string, region: string) =>
    signedIn(request<ConnectionView>("POST", "/connections", { accountId, region })),
  "create-connection",
);

export const deleteConnection = action(
  (connectionId: string) => signedIn(request<void>("DELETE", `/connections/${encodeURIComponent(connectionId)}`)),
  "delete-connection",
);

export const listApiKeys = query(() => read<{ items: ApiKeyView[] }>("/api-keys"), "api-keys");

export const createApiKey = action(
  (name: string) => signedIn(request<CreatedApiKey>("POST", "/api-keys", { name })),
  "create-api-key",
);

export const revokeApiKey = action(
  (keyId: string) => signedIn(request<void>("DELETE", `/api-keys/${encodeURIComponent(keyId)}`)),
  "revoke-api-key",
);
