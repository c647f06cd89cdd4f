// Queries and actions of the dashboard: what it reads from the API and what it changes there. Those of bulks: bulks-api.ts; of
// templates: templates-api.ts.
import { action, query } from "@solidjs/router";
import type { ApiKeyView, CreatedApiKey } from "../../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../../shared/contract/api/connections.ts";
import type { MessageContentView } from "../../../shared/contract/api/contents.ts";
import type { EventPage, MessageView, StatsView } from "../../../shared/contract/api/events.ts";
import type { ExportFormat } from "../../../shared/contract/api/export.ts";
import type { Period } from "../../../shared/contract/api/period.ts";
import type { OpenApiDocument } from "../../../shared/contract/openapi/document.ts";
import type { ErasureView } from "../../../shared/contract/api/recipient-rights.ts";
import type { RecipientPage } from "../../../shared/contract/api/recipients.ts";
import type { SettingsView } from "../../../shared/contract/api/settings.ts";
import type {
  AddedSuppressions,
  SuppressionPage,
  SuppressionReason,
} from "../../../shared/contract/api/suppressions.ts";
import { request, RequestError, requestRaw, withQuery } from "./http.ts";
import { liveQuery } from "./live-query.ts";

/** Which time, by whose days; a name instead of days. */
export interface PeriodFilter {
  period?: Period;
  /** Days, both inclusive. */
  from?: string;
  to?: string;
  tz?: string;
}

export interface EventFilter extends PeriodFilter {
  /** Status words, separated by commas. */
  status?: string;
  recipient?: string;
  messageId?: string;
  /** Text in the subject. */
  q?: string;
  /** `name:value` */
  tag?: string;
  /** Verdicts, separated by commas. */
  verdict?: string;
  limit?: string;
}

const readEvents = (filter: EventFilter, cursor?: string): Promise<EventPage> =>
  request<EventPage>("GET", withQuery("/events", { ...filter, cursor }));

export const listEvents = liveQuery((filter: EventFilter) => readEvents(filter), "events");

/** Not cached: a page that failed can be asked for again at once. */
export const listFurtherEvents = (filter: EventFilter, cursor: string): Promise<EventPage> =>
  readEvents(filter, cursor);

/** One part of the file; the next one's cursor is in its headers. */
export const exportEvents = (filter: EventFilter, { format, cursor, signal }: FilePart): Promise<Response> =>
  requestRaw("GET", withQuery("/events/export", { ...filter, format, cursor }), { signal });

export interface FilePart {
  format: ExportFormat;
  cursor: string | undefined;
  signal: AbortSignal;
}

/** All of the list: its filters do not narrow the file. */
export const exportSuppressions = ({ format, cursor, signal }: FilePart): Promise<Response> =>
  requestRaw("GET", withQuery("/suppression-list/export", { format, cursor }), { signal });

export const exportRecipientMessages = (address: string, { format, cursor, signal }: FilePart): Promise<Response> =>
  requestRaw("GET", withQuery(`/recipients/${encodeURIComponent(address)}/messages/export`, { format, cursor }), {
    signal,
  });

export const getMessage = liveQuery(
  (messageId: string) => request<MessageView>("GET", `/messages/${encodeURIComponent(messageId)}`),
  "message",
);

/** The content, or why there is none. */
export const findContent = query(
  (messageId: string): Promise<{ content?: MessageContentView; reason?: string }> =>
    request<MessageContentView>("GET", `/messages/${encodeURIComponent(messageId)}/content`).then(
      (content) => ({ content }),
      (error: unknown) => {
        if (error instanceof RequestError && error.code === "not_found") return { reason: error.message };
        throw error;
      },
    ),
  "content",
);

const recipientPath = (address: string): string => `/recipients/${encodeURIComponent(address)}`;

const readRecipient = (address: string, cursor?: string): Promise<RecipientPage> =>
  request<RecipientPage>("GET", withQuery(recipientPath(address), { cursor }));

export const getRecipient = liveQuery((address: string) => readRecipient(address), "recipient");

/** Not cached, as with events. */
export const listFurtherOutcomes = (address: string, cursor: string): Promise<RecipientPage> =>
  readRecipient(address, cursor);

/** One part of all that is stored; the next one's cursor is in it. */
export const exportRecipient = (address: string, cursor: string | undefined, signal: AbortSignal): Promise<Response> =>
  requestRaw("GET", withQuery(`${recipientPath(address)}/export`, { cursor }), { signal });

/** Whether the address was erased, and how far that is. */
export const findErasure = liveQuery(
  (address: string): Promise<{ erasure?: ErasureView }> =>
    request<ErasureView | undefined>("GET", `${recipientPath(address)}/erasure`).then((erasure) =>
      erasure ? { erasure } : {},
    ),
  "erasure",
);

export const eraseRecipient = action(
  (address: string) => request<ErasureView>("DELETE", recipientPath(address)),
  "erase-recipient",
);

export interface StatsFilter extends PeriodFilter {
  /** `configurationSet` or `tag:<name>` */
  split?: string;
}

export const getStats = liveQuery(
  (filter: StatsFilter) => request<StatsView>("GET", withQuery("/stats", { ...filter })),
  "stats",
);

export const getSettings = liveQuery(() => request<SettingsView>("GET", "/settings"), "settings");

export const changeRetention = action(
  (retentionDays: number) => request<SettingsView>("PUT", "/settings", { retentionDays }),
  "change-retention",
);

export const changeContentDays = action(
  (contentDays: number) => request<SettingsView>("PUT", "/settings", { contentDays }),
  "change-content-days",
);

export interface SuppressionFilter {
  address?: string | undefined;
  reason?: SuppressionReason | undefined;
}

const readSuppressions = (filter: SuppressionFilter, cursor?: string): Promise<SuppressionPage> =>
  request<SuppressionPage>("GET", withQuery("/suppression-list", { ...filter, cursor }));

export const listSuppressions = query((filter: SuppressionFilter) => readSuppressions(filter), "suppressions");

/** Not cached, as with events. */
export const listFurtherSuppressions = (filter: SuppressionFilter, cursor: string): Promise<SuppressionPage> =>
  readSuppressions(filter, cursor);

export const addSuppression = action(
  (address: string) => request<AddedSuppressions>("POST", "/suppression-list", { address }),
  "add-suppression",
);

export const removeSuppression = action(
  (address: string, { reason, list }: { reason: SuppressionReason; list?: string }) =>
    request<void>("DELETE", withQuery(`/suppression-list/${encodeURIComponent(address)}`, { reason, list })),
  "remove-suppression",
);

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
