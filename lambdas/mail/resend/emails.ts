// POST /emails, and GET, PATCH and cancel of /emails/{emailId}: one mail for the `resend` client, by way of POST /mail and what
// follows it.
import type { MailRecipientView, MailView, SendMailResponse } from "../../../shared/contract/api/mail.ts";
import { emailChange, type ChangedEmail, type EmailView, type SentEmail } from "../../../shared/contract/api/resend.ts";
import { AppError } from "../../../shared/contract/error.ts";
import type { OutcomeStatus } from "../../../shared/domain/outcome.ts";
import { ok, type ApiRequest, type ApiResponse, type Route } from "../../runtime/http.ts";
import { parseInput } from "../../runtime/input.ts";
import { sendBatch } from "./batch.ts";
import { parseEmail } from "./request.ts";

export interface ResendDeps {
  /** POST /mail. */
  sendMail: Route<ApiRequest>;
  /** GET /mail/{mailId}. */
  getMail: Route<ApiRequest>;
  /** POST /mail/{mailId}/cancel. */
  cancelMail: Route<ApiRequest>;
  /** POST /mail/{mailId}/reschedule. */
  rescheduleMail: Route<ApiRequest>;
  clock: () => number;
}

export const resendRoutes = (deps: ResendDeps): Record<string, Route<ApiRequest>> => ({
  "POST /emails": sendEmail(deps),
  "POST /emails/batch": sendBatch(deps),
  "GET /emails/{emailId}": getEmail(deps),
  "PATCH /emails/{emailId}": changeEmail(deps),
  "POST /emails/{emailId}/cancel": cancelEmail(deps),
});

const sendEmail =
  ({ sendMail }: Pick<ResendDeps, "sendMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const answer = await sendMail({ ...request, body: parseEmail(request.body) });
    if (answer.status >= 400) return answer;
    const { id } = answer.body as SendMailResponse;
    return { ...answer, status: 200, body: { id } satisfies SentEmail };
  };

const asMail = (request: ApiRequest): ApiRequest => ({
  ...request,
  pathParameters: { mailId: request.pathParameters["emailId"] },
});

const changeEmail =
  ({ rescheduleMail }: Pick<ResendDeps, "rescheduleMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { scheduled_at: scheduledAt } = parseInput(emailChange, request.body, "body");
    return answerChanged(rescheduleMail, { ...asMail(request), body: { scheduledAt } });
  };

const cancelEmail =
  ({ cancelMail }: Pick<ResendDeps, "cancelMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> =>
    answerChanged(cancelMail, asMail(request));

/** The client's only conflicts are those of idempotency keys: that a mail does not wait any more is a mistake to it. */
async function answerChanged(route: Route<ApiRequest>, request: ApiRequest): Promise<ApiResponse> {
  try {
    const { body } = await route(request);
    return ok({ object: "email", id: (body as MailView).id } satisfies ChangedEmail);
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") throw new AppError("unprocessable", error.message);
    throw error;
  }
}

const getEmail =
  ({ getMail }: Pick<ResendDeps, "getMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { body } = await getMail(asMail(request));
    return ok(toEmailView(body as MailView));
  };

function toEmailView({ id, createdAt, scheduledAt, recipients }: MailView): EmailView {
  const events = new Set(recipients.map(lastEventOf));
  const sent = recipients.find((recipient) => recipient.status === "sent");
  return {
    object: "email",
    id,
    created_at: createdAt,
    to: recipients.map(({ recipient }) => recipient),
    last_event: byImportance.find((event) => events.has(event)) ?? "queued",
    message_id: sent?.messageId ?? "",
    from: "",
    subject: "",
    html: null,
    text: null,
    cc: null,
    bcc: null,
    reply_to: null,
    scheduled_at: scheduledAt ?? null,
  };
}

type LastEvent = EmailView["last_event"];

/** What went wrong, the worst first; then how far it got, the farthest first. */
const byImportance: readonly LastEvent[] = [
  "complained",
  "bounced",
  "failed",
  "suppressed",
  "delivery_delayed",
  "clicked",
  "opened",
  "delivered",
  "sent",
  "queued",
  "scheduled",
  "canceled",
];

const eventByOutcome: Record<OutcomeStatus, LastEvent> = {
  complained: "complained",
  bounced: "bounced",
  rejected: "failed",
  failed: "failed",
  clicked: "clicked",
  opened: "opened",
  delivered: "delivered",
  delayed: "delivery_delayed",
  sent: "sent",
};

const eventByStatus: Record<MailRecipientView["status"], LastEvent> = {
  sent: "sent",
  queued: "queued",
  scheduled: "scheduled",
  cancelled: "canceled",
  suppressed: "suppressed",
  invalid: "failed",
  failed: "failed",
  unknown: "queued",
  sending: "queued",
};

const lastEventOf = ({ status, outcome }: MailRecipientView): LastEvent =>
  outcome === undefined ? eventByStatus[status] : eventByOutcome[outcome];
