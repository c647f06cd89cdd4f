// POST /mail: who of the recipients may be mailed, the messages to them, and what became of every one.
import type { FindSendRate } from "../../shared/aws/send-rate.ts";
import { patienceWith, type AwsEnv } from "../../shared/aws/settings.ts";
import { authorize } from "../../shared/contract/actor.ts";
import { sendMailRequest, type RecipientResult } from "../../shared/contract/api/mail.ts";
import { toAcceptedItem } from "../../shared/store/accepted-sends.ts";
import type { Attempts, IdempotencyClaim, MailAttempt } from "../../shared/store/attempts.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import type { Connection } from "../../shared/store/connections.ts";
import type { Item } from "../../shared/store/dynamo-batch.ts";
import type { Suppression, Suppressions } from "../../shared/store/suppressions.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { log } from "../runtime/log.ts";
import { deliver, type DeliveryDeps } from "./deliver.ts";
import type { KeepContent } from "./keep-content.ts";
import { fingerprintOf, parseIdempotencyKey, replay } from "./idempotency-key.ts";
import { mailAnswer } from "./mail-answer.ts";
import { planMail, type MailPlan } from "./plan-mail.ts";
import { prepareMail, type PrepareDeps } from "./prepare-mail.ts";
import { queueRest, type RestDeps } from "./queue-rest.ts";
import { scheduleMail, type ScheduleMailDeps } from "./schedule-mail.ts";
import type { GetSendingConnection } from "./sending-connection.ts";
import { withTimeLimit } from "./time-limit.ts";

export interface MailDeps extends DeliveryDeps, PrepareDeps, RestDeps, ScheduleMailDeps {
  getSendingConnection: GetSendingConnection;
  bulks: Pick<Bulks, "createBulk" | "findKeyClaim">;
  suppressions: Pick<Suppressions, "findSuppressions">;
  attempts: Pick<Attempts, "beginMail" | "recordAnswer" | "releaseKey" | "abandonMail" | "findMail">;
  keepContent: KeepContent;
  findSendRate: FindSendRate;
  newMailId: () => string;
  limits: WaitingLimits;
}

/** How long what is not needed may hold up an answer. */
export interface WaitingLimits {
  /** Pacing learns the account's rate. */
  rateMs: number;
  /** The answer is recorded, and the content kept. */
  recordMs: number;
}

/** Ten times as long at a laptop. */
export const waitingLimits = (env: AwsEnv): WaitingLimits => ({
  rateMs: 1000 * patienceWith(env),
  recordMs: 2000 * patienceWith(env),
});

/**
 * After so long no further try begins: with some 6 s for STS and 7 s for SES the answer, which tells of everyone, still
 * comes within the function's 29 s.
 */
const sendBudgetMs = 14_000;

export const sendMail =
  (deps: MailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const startedAtMs = deps.clock();
    const mail = parseInput(sendMailRequest, request.body, "body");
    const key = parseIdempotencyKey(request);
    const plan = planMail(mail);
    const tenantId = authorize(request.actor, "mail:send");
    const proven = await deps.getSendingConnection(tenantId, mail.connection);
    const connection = { ...proven, configurationSet: mail.configurationSet ?? proven.configurationSet };
    const attempt = attemptOf(deps.newMailId(), startedAtMs, plan);
    const { scheduledAt } = mail;
    if (scheduledAt !== undefined)
      return scheduleMail(deps, request, { mail: { ...mail, scheduledAt }, plan, attempt, connection, key });
    const { mailId } = attempt;
    const fingerprint = key === undefined ? "" : await fingerprintOf("POST /mail", request.body);
    const claim = key === undefined ? undefined : { key, fingerprint, resultId: mailId, claimedAtMs: startedAtMs };

    const preparing = prepareMail(deps, request, { mail, plan, nowMs: startedAtMs });
    const rating =
      plan.recipients.length > 1 ? withTimeLimit(deps.findSendRate(connection), deps.limits.rateMs) : undefined;
    const gate = await passGate(deps, { tenantId, attempt, claim, plan, preparing });
    if ("claimed" in gate) return replay(deps, gate.claimed, { tenantId, requestId: request.requestId, fingerprint });

    const prepared = await preparing;
    const delivered = await deliver(deps, {
      mailId,
      connection,
      ...prepared,
      suppressed: gate.suppressed,
      ratePerSecond: await rating,
      startBeforeMs: startedAtMs + sendBudgetMs,
    });
    const recipients = await queueRest(deps, { mailId, connection, ...prepared }, delivered);
    const fields = { requestId: request.requestId, tenantId, mailId };
    const answer = mailAnswer(
      { id: mailId, recipients },
      plan.recipients.map(({ path }) => path),
      fields,
    );
    const keeping = deps.keepContent(tenantId, {
      mailId,
      content: async () => (await preparing).plan.content,
      sentAtMs: startedAtMs,
      messages: recipients.filter((result) => result.status === "sent"),
    });
    const accepted = acceptedItems(connection, recipients, deps);
    await withTimeLimit(keepAnswer(deps, { tenantId, attempt, key, answer, accepted }), deps.limits.recordMs);
    await withTimeLimit(keeping, deps.limits.recordMs);
    return answer;
  };

const attemptOf = (mailId: string, createdAtMs: number, { recipients, isGroup }: MailPlan): MailAttempt => ({
  mailId,
  createdAtMs,
  recipients: recipients.map(({ recipient, address }) =>
    "wrong" in address ? { recipient, wrong: address.wrong } : { recipient },
  ),
  isGroup,
});

interface Begun {
  tenantId: string;
  attempt: MailAttempt;
  claim: IdempotencyClaim | undefined;
  plan: MailPlan;
  /** What else can still fail before SES is asked: the template's reading among it. */
  preparing: Promise<unknown>;
}

/**
 * The one step on the way to SES: the attempt written, the key claimed, the suppressions read, all at once. Answers the
 * claim of an earlier request where there is one. What cannot go on is taken back. Without a key nothing is written yet:
 * nobody can ask for a mail whose id has not been answered (docs/decisions/0016-what-stands-before-ses.md).
 */
async function passGate(
  { attempts, suppressions }: MailDeps,
  { tenantId, attempt, claim, plan, preparing }: Begun,
): Promise<{ claimed: IdempotencyClaim } | { suppressed: Map<string, Suppression> }> {
  const addresses = plan.recipients.flatMap(({ recipient, address }) => ("wrong" in address ? [] : [recipient]));
  const [begun, found, prepared] = await Promise.allSettled([
    claim && attempts.beginMail(tenantId, attempt, claim),
    suppressions.findSuppressions(tenantId, addresses),
    preparing,
  ]);
  if (begun.status === "fulfilled" && begun.value) return { claimed: begun.value };
  const failed = [begun, found, prepared].find((result) => result.status === "rejected");
  if (found.status === "fulfilled" && !failed) return { suppressed: found.value };
  if (claim)
    await attempts.abandonMail(tenantId, attempt.mailId, claim.key).catch((error: unknown) => {
      log.warn("A mail that was not sent stays recorded as begun.", { tenantId, mailId: attempt.mailId, error });
    });
  throw failed?.reason;
}

/** One for each message that SES took, for the hourly look at whose events have not come. */
function acceptedItems({ tenantId, connectionId }: Connection, results: RecipientResult[], { clock }: MailDeps) {
  const acceptedAt = new Date(clock()).toISOString();
  const byMessage = new Map(
    results.flatMap((result) => (result.status === "sent" ? [[result.messageId, result] as const] : [])),
  );
  return [...byMessage.values()].map(({ messageId, recipient }) =>
    toAcceptedItem(tenantId, connectionId, { messageId, recipient, acceptedAt }),
  );
}

interface Answered {
  tenantId: string;
  attempt: MailAttempt;
  key: string | undefined;
  answer: ApiResponse;
  accepted: Item[];
}

/**
 * Best effort: events settle what is not recorded. A key by which nobody was mailed is free again, so that the request
 * can be repeated once its cause is gone.
 */
async function keepAnswer(
  { attempts }: MailDeps,
  { tenantId, attempt, key, answer: { status, body }, accepted }: Answered,
): Promise<void> {
  const { mailId } = attempt;
  const writes = [attempts.recordAnswer(tenantId, attempt, { status, body: JSON.stringify(body) }, accepted)];
  if (key !== undefined && status >= 400) writes.push(attempts.releaseKey(tenantId, key, mailId));
  await Promise.all(writes).catch((error: unknown) => {
    log.warn("The answer to a mail could not be recorded.", { tenantId, mailId, error });
  });
}
