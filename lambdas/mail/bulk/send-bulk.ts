// POST /mail/bulk: takes a bulk, and answers before anyone is sent to.
import { authorize } from "../../../shared/contract/actor.ts";
import { sendBulkRequest, type SendBulkRequest } from "../../../shared/contract/api/bulk.ts";
import { AppError } from "../../../shared/contract/error.ts";
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { IdempotencyClaim } from "../../../shared/store/attempts.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";
import type { Schedules } from "../../../shared/aws/schedules.ts";
import type { Templates } from "../../../shared/store/templates.ts";
import type { ApiRequest, ApiResponse } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import { getNamedTemplate } from "../fill-template.ts";
import { fingerprintOf, otherRequest, parseIdempotencyKey, replayed } from "../idempotency-key.ts";
import { parseNewScheduledTime, schedule } from "../scheduled-time.ts";
import type { GetSendingConnection } from "../sending-connection.ts";
import { toBulkView } from "./bulk-view.ts";
import { planBulk, type BulkBodies } from "./plan-bulk.ts";
import { wake } from "./wake.ts";

export interface SendBulkDeps {
  getSendingConnection: GetSendingConnection;
  templates: Pick<Templates, "getTemplate">;
  bulks: Pick<Bulks, "createBulk" | "findBulk" | "findKeyClaim">;
  lines: Pick<Lines, "listLine">;
  queue: BulkQueue;
  schedules: Schedules;
  /** Where links in mail lead; undefined or empty: to where the request came. */
  linksUrl?: string | undefined;
  newBulkId: () => string;
  clock: () => number;
}

export const sendBulk =
  (deps: SendBulkDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const nowMs = deps.clock();
    const asked = parseInput(sendBulkRequest, request.body, "body");
    const key = parseIdempotencyKey(request);
    const tenantId = authorize(request.actor, "mail:send");
    const scheduledAtMs =
      asked.scheduledAt === undefined
        ? undefined
        : await parseNewScheduledTime(deps, asked.scheduledAt, { tenantId, key, nowMs });
    const bodies = await bodiesOf(deps, tenantId, asked);
    const { content, recipients } = planBulk(asked, bodies, deps.linksUrl || request.baseUrl);
    const { connectionId } = await deps.getSendingConnection(tenantId, asked.connection);
    const bulkId = deps.newBulkId();
    const claim: IdempotencyClaim | undefined =
      key === undefined
        ? undefined
        : {
            key,
            fingerprint: await fingerprintOf("POST /mail/bulk", request.body),
            resultId: bulkId,
            claimedAtMs: nowMs,
          };

    if (scheduledAtMs === undefined) await deps.lines.listLine({ tenantId, connectionId }, nowMs);
    const bulk = {
      bulkId,
      kind: "bulk",
      connectionId,
      createdAtMs: nowMs,
      ...(scheduledAtMs === undefined ? {} : { scheduledAtMs }),
      ...(asked.name === undefined ? {} : { name: asked.name }),
      from: asked.from,
      subject: bodies.subject,
    } as const;
    const created = await deps.bulks.createBulk(tenantId, bulk, { content, recipients, claim });
    if ("claimed" in created) return replayBulk(deps, tenantId, created.claimed, claim?.fingerprint ?? "");
    if (scheduledAtMs === undefined) await wake(deps.queue, { tenantId, connectionId });
    else await schedule(deps.schedules, { tenantId, bulkId, dueAtMs: scheduledAtMs });
    return { status: 202, body: toBulkView(created, undefined, nowMs) };
  };

/** What is filled in: of the request, or of the template that it names. @throws AppError `not_found`, `unavailable` */
export async function bodiesOf(
  deps: Pick<SendBulkDeps, "templates">,
  tenantId: string,
  { template, subject = "", html, text }: SendBulkRequest,
): Promise<BulkBodies> {
  if (template !== undefined) return getNamedTemplate(deps, tenantId, template, "template");
  return { subject, ...(html === undefined ? {} : { html }), ...(text === undefined ? {} : { text }) };
}

/** As it is now: the first answer said less. */
async function replayBulk(
  { bulks, clock }: SendBulkDeps,
  tenantId: string,
  claim: IdempotencyClaim,
  fingerprint: string,
): Promise<ApiResponse> {
  if (claim.fingerprint !== fingerprint) throw otherRequest();
  const bulk = await bulks.findBulk(tenantId, claim.resultId, clock());
  if (!bulk) throw new AppError("conflict", "The first request with this Idempotency-Key is still running: try again.");
  return { status: 202, body: toBulkView(bulk, undefined, clock()), headers: replayed };
}
