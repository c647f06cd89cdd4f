// POST /mail with `scheduledAt`: all of the mail is stored with its answer, in one step, and goes out by its connection's line when
// its time has come. Whether recipients are suppressed is asked then.
import type { Schedules } from "../../shared/aws/schedules.ts";
import type { RecipientResult, SendMailRequest, SendMailResponse } from "../../shared/contract/api/mail.ts";
import { answeredMailItem, type Attempts, type MailAttempt } from "../../shared/store/attempts.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import type { Connection } from "../../shared/store/connections.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { fingerprintOf, replay } from "./idempotency-key.ts";
import { mailAnswer } from "./mail-answer.ts";
import type { MailPlan } from "./plan-mail.ts";
import { prepareMail, type PrepareDeps } from "./prepare-mail.ts";
import { restBulk, restContent, restRecipients } from "./queue-rest.ts";
import { parseNewScheduledTime, schedule } from "./scheduled-time.ts";

export interface ScheduleMailDeps extends PrepareDeps {
  bulks: Pick<Bulks, "createBulk" | "findKeyClaim">;
  attempts: Pick<Attempts, "findMail" | "releaseKey">;
  schedules: Schedules;
  clock: () => number;
}

interface Later {
  mail: SendMailRequest & { scheduledAt: string };
  plan: MailPlan;
  attempt: MailAttempt;
  connection: Connection;
  key: string | undefined;
}

/** @throws AppError `invalid_request`; `unprocessable` when the key was used for another request */
export async function scheduleMail(
  deps: ScheduleMailDeps,
  request: ApiRequest,
  { mail, plan: planned, attempt, connection, key }: Later,
): Promise<ApiResponse> {
  const { mailId, createdAtMs: nowMs } = attempt;
  const { tenantId } = connection;
  const scheduledAtMs = await parseNewScheduledTime(deps, mail.scheduledAt, { tenantId, key, nowMs });
  const { plan, linksUrl } = await prepareMail(deps, request, { mail, plan: planned, nowMs });
  const body: SendMailResponse = {
    id: mailId,
    scheduledAt: new Date(scheduledAtMs).toISOString(),
    recipients: plan.recipients.map(toResult),
  };
  const answer = () =>
    mailAnswer(
      body,
      plan.recipients.map(({ path }) => path),
      { requestId: request.requestId, tenantId, mailId },
    );
  const later = { ...plan, recipients: plan.recipients.filter(({ address }) => "mailbox" in address) };
  if (later.recipients.length === 0) return answer();

  const fingerprint = key === undefined ? "" : await fingerprintOf("POST /mail", request.body);
  const claim = key === undefined ? undefined : { key, fingerprint, resultId: mailId, claimedAtMs: nowMs };
  const created = await deps.bulks.createBulk(
    tenantId,
    { ...restBulk(mailId, connection, plan), createdAtMs: nowMs, scheduledAtMs },
    {
      content: restContent({ connection, plan, linksUrl }),
      recipients: restRecipients(later),
      claim,
      beside: [answeredMailItem(tenantId, { ...attempt, scheduledAtMs }, { status: 202, body: JSON.stringify(body) })],
    },
  );
  if ("claimed" in created)
    return replay(deps, created.claimed, { tenantId, requestId: request.requestId, fingerprint });
  await schedule(deps.schedules, { tenantId, bulkId: created.bulkId, dueAtMs: scheduledAtMs });
  return answer();
}

const toResult = ({ recipient, address }: MailPlan["recipients"][number]): RecipientResult =>
  "wrong" in address
    ? { recipient, status: "invalid", code: "invalid_address", message: address.wrong }
    : { recipient, status: "scheduled" };
