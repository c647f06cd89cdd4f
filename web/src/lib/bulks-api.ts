// Queries and actions of bulks: mail for many. The others: api.ts.
import { action } from "@solidjs/router";
import type {
  BulkPage,
  BulkPreview,
  BulkRecipientPage,
  BulkRecipientStatus,
  BulkView,
  SendBulkRequest,
} from "../../../shared/contract/api/bulk.ts";
import type { FilePart } from "./api.ts";
import { request, requestRaw, withQuery } from "./http.ts";
import { liveQuery } from "./live-query.ts";

const bulkPath = (bulkId: string): string => `/mail/bulk/${encodeURIComponent(bulkId)}`;

const readBulks = (cursor?: string): Promise<BulkPage> => request<BulkPage>("GET", withQuery("/mail/bulk", { cursor }));

export const listBulks = liveQuery(() => readBulks(), "bulks");

/** Not cached, as with events. */
export const listFurtherBulks = (cursor: string): Promise<BulkPage> => readBulks(cursor);

export const getBulk = liveQuery((bulkId: string) => request<BulkView>("GET", bulkPath(bulkId)), "bulk");

/** The same move again is answered the same. */
export const steerBulk = action(
  (bulkId: string, move: "pause" | "resume" | "cancel") => request<BulkView>("POST", `${bulkPath(bulkId)}/${move}`),
  "steer-bulk",
);

export const rescheduleBulk = action(
  (bulkId: string, scheduledAt: string) => request<BulkView>("POST", `${bulkPath(bulkId)}/reschedule`, { scheduledAt }),
  "reschedule-bulk",
);

/** Not cached: it is asked for when somebody presses the button. */
export const previewBulk = (bulk: SendBulkRequest): Promise<BulkPreview> =>
  request<BulkPreview>("POST", "/mail/bulk/preview", bulk);

/** The same key sends once, however often it is pressed or the network fails. */
export const sendBulk = action(
  (bulk: SendBulkRequest, idempotencyKey: string) => request<BulkView>("POST", "/mail/bulk", bulk, { idempotencyKey }),
  "send-bulk",
);

export interface ResultsFilter {
  bulkId: string;
  status?: BulkRecipientStatus | undefined;
  cursor?: string | undefined;
}

/** As many as the API gives at once; where few have the status, these may be none. */
const readSomeResults = ({ bulkId, ...filter }: ResultsFilter, limit: number): Promise<BulkRecipientPage> =>
  request<BulkRecipientPage>("GET", withQuery(`${bulkPath(bulkId)}/recipients`, { ...filter, limit: String(limit) }));

const resultsPerPage = 50;

/** A full page, unless it is the last: asks on where the API answered with few. */
async function readResults(filter: ResultsFilter): Promise<BulkRecipientPage> {
  const items: BulkRecipientPage["items"] = [];
  let { cursor } = filter;
  do {
    const page = await readSomeResults({ ...filter, cursor }, resultsPerPage - items.length);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < resultsPerPage);
  return { items, ...(cursor === undefined ? {} : { cursor }) };
}

export const listResults = liveQuery(readResults, "bulk-results");

/** One part of the file, as with events. */
export const exportResults = (
  { bulkId, status }: Omit<ResultsFilter, "cursor">,
  { format, cursor, signal }: FilePart,
): Promise<Response> =>
  requestRaw("GET", withQuery(`${bulkPath(bulkId)}/recipients/export`, { status, format, cursor }), { signal });
