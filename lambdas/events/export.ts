// GET /events/export: a list of events as a file. An answer of a function ends at 6 MB, so a file comes in several, each of
// which says where the next one is; one behind the other they are the file.
import { authorize } from "../../shared/contract/actor.ts";
import type { EventView } from "../../shared/contract/api/events.ts";
import { exportEventsQuery, nextCursorHeader, type ExportFormat } from "../../shared/contract/api/export.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { csvLine } from "./csv.ts";
import { openSearch, parseSearch, type SearchDeps } from "./event-search.ts";
import { toEventView } from "./view.ts";

export interface ExportLimits {
  /** Of an answer, as the JSON that Lambda hands to API Gateway; the page that reaches it is still in. */
  maxBytes: number;
  /** After so long no further page is read. */
  maxMs: number;
  /** Events read at a time. */
  pageSize: number;
}

/**
 * Lambda's answer may have 6 MB (Lambda quotas), and API Gateway waits 30 s for it. The largest row, with all the tags that
 * fit, is some 20 KB.
 */
const defaultLimits: ExportLimits = { maxBytes: 4_000_000, maxMs: 8000, pageSize: 100 };

export const exportEvents =
  (deps: SearchDeps, { maxBytes, maxMs, pageSize }: ExportLimits = defaultLimits) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor, format, ...filters } = parseInput(exportEventsQuery, request.query, "query");
    const startedMs = deps.clock();
    const wanted = parseSearch(filters, startedMs);
    const tenantId = authorize(request.actor, "events:read");
    const search = await openSearch(deps, wanted, filters, { tenantId, cursor, format });

    const lines = cursor === undefined && format === "csv" ? [csvLine(Object.keys(columns))] : [];
    let sizeBytes = 0;
    let next: string | undefined;
    do {
      const { events } = await search.next(pageSize);
      const added = events.map((event) => lineOf[format](toEventView(event)));
      lines.push(...added);
      sizeBytes += added.reduce((sum, line) => sum + encodedBytes(line), 0);
      next = await search.sealCursor();
    } while (next !== undefined && sizeBytes < maxBytes && deps.clock() - startedMs < maxMs);

    return {
      status: 200,
      text: lines.join(""),
      headers: {
        "content-type": contentType[format],
        "content-disposition": `attachment; filename="events.${format}"`,
        ...(next === undefined ? {} : nextHeaders(request, next)),
      },
    };
  };

/** As a part of a JSON text in UTF-8. */
const encodedBytes = (line: string): number => new TextEncoder().encode(JSON.stringify(line)).length;

const contentType: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

const columns: Record<string, (event: EventView) => string | null | undefined> = {
  occurredAt: ({ occurredAt }) => occurredAt,
  type: ({ type }) => type,
  recipient: ({ recipient }) => recipient,
  messageId: ({ messageId }) => messageId,
  from: ({ from }) => from,
  subject: ({ subject }) => subject,
  tags: ({ tags = {} }) =>
    Object.entries(tags)
      .flatMap(([name, values]) => values.map((value) => `${name}:${value}`))
      .join(" "),
  link: ({ link }) => link,
  userAgent: ({ userAgent }) => userAgent,
  verdict: ({ verdict }) => verdict,
  verdictReason: ({ verdictReason }) => verdictReason,
  bounceType: ({ bounce }) => bounce?.type,
  bounceSubType: ({ bounce }) => bounce?.subType,
  bounceStatus: ({ bounce }) => bounce?.status,
  diagnosticCode: ({ bounce }) => bounce?.diagnosticCode,
  complaintFeedbackType: ({ complaint }) => complaint?.feedbackType,
  complaintSubType: ({ complaint }) => complaint?.subType,
  reason: ({ reason }) => reason,
  attribution: ({ attribution }) => attribution,
  eventId: ({ eventId }) => eventId,
};

const lineOf: Record<ExportFormat, (event: EventView) => string> = {
  csv: (event) => csvLine(Object.values(columns).map((valueOf) => valueOf(event) ?? "")),
  ndjson: (event) => `${JSON.stringify(event)}\n`,
};

function nextHeaders({ baseUrl, query }: ApiRequest, cursor: string): Record<string, string> {
  const given = Object.entries({ ...query, cursor }).filter((entry): entry is [string, string] => !!entry[1]);
  return {
    [nextCursorHeader]: cursor,
    link: `<${baseUrl}/events/export?${new URLSearchParams(given)}>; rel="next"`,
  };
}
