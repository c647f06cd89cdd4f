// POST /mail/{mailId}/cancel and /reschedule: of mail for later, and of those of a mail who are queued.
import { authorize } from "../../shared/contract/actor.ts";
import { rescheduleRequest } from "../../shared/contract/api/schedule.ts";
import { AppError } from "../../shared/contract/error.ts";
import { sumOf } from "../../shared/domain/bulk-progress.ts";
import { rescheduledMail } from "../../shared/store/attempts.ts";
import type { StoredBulk } from "../../shared/store/bulk/bulk-item.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { getStoredMail, parseMailPath, viewMail, type GetMailDeps } from "./get-mail.ts";
import { restIdOf } from "./queue-rest.ts";
import { reschedule, type RescheduleDeps } from "./reschedule.ts";
import { parseScheduledTime, unschedule } from "./scheduled-time.ts";

export interface SteerMailDeps extends GetMailDeps, RescheduleDeps {
  bulks: Pick<Bulks, "findBulk" | "listRecipients" | "changeState" | "reschedule">;
}

/** Each time somebody has been begun, or its time was changed, since it was read. */
const maxTries = 5;

/** Answered 200: whoever was not sent to is cancelled. The same again is answered the same. */
export const cancelMail =
  (deps: SteerMailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const mailId = parseMailPath(request);
    const tenantId = authorize(request.actor, "mail:send");
    await cancel(deps, tenantId, mailId);
    return ok(await viewMail(deps, tenantId, mailId));
  };

export const rescheduleMail =
  (deps: SteerMailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const mailId = parseMailPath(request);
    const { scheduledAt } = parseInput(rescheduleRequest, request.body, "body");
    const tenantId = authorize(request.actor, "mail:send");
    const scheduledAtMs = parseScheduledTime(scheduledAt, deps.clock());
    await reschedule(deps, tenantId, {
      find: () => getWaiting(deps, tenantId, mailId),
      scheduledAtMs,
      beside: [rescheduledMail(tenantId, mailId, scheduledAtMs)],
      what: `mail ${mailId}`,
    });
    return ok(await viewMail(deps, tenantId, mailId));
  };

/**
 * The part of a mail that waits, or waited.
 * @throws AppError `not_found`; `conflict` when it went out at once
 */
async function getWaiting(deps: SteerMailDeps, tenantId: string, mailId: string): Promise<StoredBulk> {
  const bulk = await deps.bulks.findBulk(tenantId, restIdOf(mailId), deps.clock());
  if (bulk?.kind === "mail") return bulk;
  await getStoredMail(deps, tenantId, mailId);
  throw tooLate(mailId);
}

const tooLate = (mailId: string) =>
  new AppError("conflict", `Nothing of the mail ${mailId} waits any more: see GET /mail/${mailId}.`);

/** Whoever is begun goes out, so nobody may be: either this wins or the one who begins them. */
async function cancel(deps: SteerMailDeps, tenantId: string, mailId: string): Promise<void> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const bulk = await getWaiting(deps, tenantId, mailId);
    const { bulkId, state, counts, total, scheduledAtMs: dueAtMs } = bulk;
    if (state === "cancelled") return;
    if (state === "finished" || sumOf(counts) === total) throw tooLate(mailId);
    if (counts.begun > 0) break;
    const options = { nowMs: deps.clock(), counts };
    if (!(await deps.bulks.changeState(tenantId, bulk, ["scheduled", "active"], "cancelled", options))) continue;
    if (state === "scheduled" && dueAtMs !== undefined) await unschedule(deps.schedules, { tenantId, bulkId, dueAtMs });
    return;
  }
  throw new AppError("conflict", `The mail ${mailId} is being sent just now: try again for those who may still wait.`);
}
