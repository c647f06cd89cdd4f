// POST /mail/bulk/preview: whom a bulk would go to, what would keep others from getting it, and the mail that the first would get.
// Nothing is written, nobody is sent to.
import { authorize } from "../../../shared/contract/actor.ts";
import {
  maxPreviewProblems,
  sendBulkRequest,
  type BulkPreview,
  type BulkProblem,
} from "../../../shared/contract/api/bulk.ts";
import { sampleUnsubscribeUrl } from "../../../shared/contract/api/unsubscribe.ts";
import { ok, type ApiRequest, type ApiResponse } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import { createFill, type BulkContent, type Fill } from "../line/bulk-content.ts";
import { parseMailbox } from "../mailbox.ts";
import { parseScheduledTime } from "../scheduled-time.ts";
import { withLink } from "../unsubscribe.ts";
import type { GivenRecipient } from "./csv-recipients.ts";
import { readGivenBulk } from "./plan-bulk.ts";
import { bodiesOf, type SendBulkDeps } from "./send-bulk.ts";

export type PreviewBulkDeps = Pick<SendBulkDeps, "templates" | "getSendingConnection" | "linksUrl" | "clock">;

/** A large mail for thousands takes long to fill in: whoever has not been tried by then is told of when it is sent. */
const maxTryingMs = 8000;

export const previewBulk =
  (deps: PreviewBulkDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const asked = parseInput(sendBulkRequest, request.body, "body");
    const tenantId = authorize(request.actor, "mail:send");
    if (asked.scheduledAt !== undefined) parseScheduledTime(asked.scheduledAt, deps.clock());
    const bodies = await bodiesOf(deps, tenantId, asked);
    const { content, fill, recipients } = readGivenBulk(asked, bodies, deps.linksUrl || request.baseUrl);
    const { connectionId } = await deps.getSendingConnection(tenantId, asked.connection);
    const { ready, repeated, problems } = tryAll(recipients, fillWithoutText(content), deps.clock);
    return ok({
      connection: connectionId,
      recipients: ready.length,
      repeated,
      invalid: problems.length,
      problems: problems.slice(0, maxPreviewProblems),
      ...firstOf(ready[0], fill, content),
    } satisfies BulkPreview);
  };

interface Tried {
  ready: GivenRecipient[];
  repeated: number;
  problems: BulkProblem[];
}

function tryAll(given: readonly GivenRecipient[], fill: Fill, clock: () => number): Tried {
  const tried: Tried = { ready: [], repeated: 0, problems: [] };
  const seen = new Set<string>();
  const endsAtMs = clock() + maxTryingMs;
  for (const one of given) {
    const { to: recipient, data = {}, line } = one;
    const parsed = parseMailbox(recipient);
    const identity = "wrong" in parsed ? recipient : parsed.normalized;
    if (seen.has(identity)) {
      tried.repeated += 1;
      continue;
    }
    seen.add(identity);
    const told = { recipient, ...(line === undefined ? {} : { line }) };
    const filled = "wrong" in parsed || clock() > endsAtMs ? undefined : fill(data);
    if ("wrong" in parsed) tried.problems.push({ ...told, code: "invalid_address", message: parsed.wrong });
    else if (filled && "wrong" in filled) tried.problems.push({ ...told, code: "invalid_data", message: filled.wrong });
    else tried.ready.push(one);
  }
  return tried;
}

/** Making the text of the HTML takes longer than all the rest, and nothing can be wrong with it. */
const fillWithoutText = ({ mime, ...content }: BulkContent): Fill =>
  createFill({ ...content, mime: mime.text === undefined && mime.html !== undefined ? { ...mime, text: "" } : mime });

function firstOf(one: GivenRecipient | undefined, fill: Fill, { leaving }: BulkContent): Pick<BulkPreview, "first"> {
  const filled = one && fill(one.data ?? {});
  if (!one || !filled || "wrong" in filled) return {};
  const { subject, html, text } = leaving ? withLink(filled, sampleUnsubscribeUrl) : filled;
  return {
    first: {
      recipient: one.to,
      subject,
      ...(html === undefined ? {} : { html }),
      ...(text === undefined ? {} : { text }),
    },
  };
}
