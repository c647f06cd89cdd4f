// GET /events/export: a list of events as a file.
import { authorize } from "../../shared/contract/actor.ts";
import type { EventView } from "../../shared/contract/api/events.ts";
import { exportEventsQuery } from "../../shared/contract/api/export.ts";
import { answerFile, fileLimits, type FileLimits } from "../runtime/file-answer.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { openSearch, parseSearch, type SearchDeps } from "./event-search.ts";
import { toEventView } from "./view.ts";

export interface ExportLimits extends FileLimits {
  /** Events read at a time. */
  pageSize: number;
}

export const exportEvents =
  (deps: SearchDeps, { pageSize, ...limits }: ExportLimits = { ...fileLimits, pageSize: 100 }) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor, format, ...filters } = parseInput(exportEventsQuery, request.query, "query");
    const wanted = parseSearch(filters, deps.clock());
    const tenantId = authorize(request.actor, "events:read");
    const search = await openSearch(deps, wanted, filters, { tenantId, cursor, format });
    const nextPage = async () => {
      const { events } = await search.next(pageSize);
      return { rows: events.map(toEventView), cursor: await search.sealCursor() };
    };
    const file = { name: "events", path: "/events/export", format, columns, nextPage };
    return answerFile(request, file, { ...limits, clock: deps.clock });
  };

/** As filters take them: `campaign:autumn`. */
export const tagsText = (tags: Record<string, string[]> = {}): string =>
  Object.entries(tags)
    .flatMap(([name, values]) => values.map((value) => `${name}:${value}`))
    .join(" ");

const columns: Record<string, (event: EventView) => string | null | undefined> = {
  occurredAt: ({ occurredAt }) => occurredAt,
  type: ({ type }) => type,
  recipient: ({ recipient }) => recipient,
  messageId: ({ messageId }) => messageId,
  from: ({ from }) => from,
  subject: ({ subject }) => subject,
  tags: ({ tags }) => tagsText(tags),
  link: ({ link }) => link,
  userAgent: ({ userAgent }) => userAgent,
  networkRange: ({ network }) => network?.range,
  networkOwner: ({ network }) => network?.owner,
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
