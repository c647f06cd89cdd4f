// GET /recipients/{address}/messages/export: what became of every message to an address, as a file.
import { authorize } from "../../shared/contract/actor.ts";
import { exportRecipientMessagesQuery, type RecipientOutcomeView } from "../../shared/contract/api/recipients.ts";
import type { Ledger, OutcomePosition } from "../../shared/store/ledger/ledger.ts";
import type { Cursors, CursorScope } from "../runtime/cursor.ts";
import { answerFile, fileLimits } from "../runtime/file-answer.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { parseRecipient } from "./event-search.ts";
import { tagsText, type ExportLimits } from "./export.ts";
import { toRecipientOutcomeView } from "./view.ts";

export interface ExportMessagesDeps {
  ledger: Pick<Ledger, "getRecipientOutcomes">;
  cursors: Cursors;
  clock: () => number;
}

/** An outcome is at most 400 KB, and mostly one. */
const defaultLimits: ExportLimits = { ...fileLimits, maxBytes: 2_000_000, pageSize: 5 };

export const exportRecipientMessages =
  ({ ledger, cursors, clock }: ExportMessagesDeps, { pageSize, ...limits }: ExportLimits = defaultLimits) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { cursor, format } = parseInput(exportRecipientMessagesQuery, request.query, "query");
    const recipient = parseRecipient("path.address", request.pathParameters["address"] ?? "");
    const tenantId = authorize(request.actor, "events:read");
    const scope: CursorScope = { list: "recipientMessagesExport", tenantId, filter: [recipient, format] };
    let position = cursor === undefined ? undefined : ((await cursors.open(cursor, scope)) as OutcomePosition);
    const nextPage = async () => {
      const page = await ledger.getRecipientOutcomes(tenantId, recipient, { position, limit: pageSize });
      position = page.position;
      return {
        rows: page.outcomes.map(toRecipientOutcomeView),
        cursor: position && (await cursors.seal(position, scope)),
      };
    };
    const path = `/recipients/${encodeURIComponent(recipient)}/messages/export`;
    return answerFile(request, { name: "messages", path, format, columns, nextPage }, { ...limits, clock });
  };

const columns: Record<string, (message: RecipientOutcomeView) => string | undefined> = {
  sentAt: ({ sentAt }) => sentAt,
  messageId: ({ messageId }) => messageId,
  from: ({ from }) => from,
  subject: ({ subject }) => subject,
  tags: ({ tags }) => tagsText(tags),
  configurationSet: ({ configurationSet }) => configurationSet,
  status: ({ status }) => status,
  opens: ({ opens }) => String(opens.total),
  opensByPersons: ({ opens }) => String(opens.byPersons?.total ?? 0),
  firstOpenAt: ({ opens }) => opens.firstAt,
  clicks: ({ clicks }) => String(clicks.total),
  clicksByPersons: ({ clicks }) => String(clicks.byPersons?.total ?? 0),
  firstClickAt: ({ clicks }) => clicks.firstAt,
  bounceType: ({ bounce }) => bounce?.type,
  bounceSubType: ({ bounce }) => bounce?.subType,
  diagnosticCode: ({ bounce }) => bounce?.diagnosticCode,
  complaintFeedbackType: ({ complaint }) => complaint?.feedbackType,
  automaticReply: ({ automaticReply }) => (automaticReply ? "true" : undefined),
  events: ({ eventCount }) => String(eventCount),
};
