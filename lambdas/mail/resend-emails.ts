// POST /emails and GET /emails/{emailId}: one mail for the `resend` client, by way of POST /mail and GET /mail/{mailId}.
import type { MailRecipientView, MailView, SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { EmailView, SentEmail } from "../../shared/contract/api/resend.ts";
import type { OutcomeStatus } from "../../shared/domain/outcome.ts";
import { ok, type ApiRequest, type ApiResponse, type Route } from "../runtime/http.ts";
import { sendBatch } from "./resend-batch.ts";
import { parseEmail } from "./resend-request.ts";

export interface ResendDeps {
  /** POST /mail. */
  sendMail: Route<ApiRequest>;
  /** GET /mail/{mailId}. */
  getMail: Route<ApiRequest>;
  clock: () => number;
}

export const resendRoutes = (deps: ResendDeps): Record<string, Route<ApiRequest>> => ({
  "POST /emails": sendEmail(deps),
  "POST /emails/batch": sendBatch(deps),
  "GET /emails/{emailId}": getEmail(deps),
});

const sendEmail =
  ({ sendMail }: Pick<ResendDeps, "sendMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const answer = await sendMail({ ...request, body: parseEmail(request.body) });
    if (answer.status >= 400) return answer;
    const { id } = answer.body as SendMailResponse;
    return { ...answer, status: 200, body: { id } satisfies SentEmail };
  };

const getEmail =
  ({ getMail }: Pick<ResendDeps, "getMail">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { body } = await getMail({ ...request, pathParameters: { mailId: request.pathParameters["emailId"] } });
    return ok(toEmailView(body as MailView));
  };

function toEmailView({ id, createdAt, recipients }: MailView): EmailView {
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
    scheduled_at: null,
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
  cancelled: "failed",
  suppressed: "suppressed",
  invalid: "failed",
  failed: "failed",
  unknown: "queued",
  sending: "queued",
};

const lastEventOf = ({ status, outcome }: MailRecipientView): LastEvent =>
  outcome === undefined ? eventByStatus[status] : eventByOutcome[outcome];
