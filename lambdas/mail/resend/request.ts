// What the `resend` client asks for → what POST /mail takes.
import type * as v from "valibot";
import { sendMailRequest } from "../../../shared/contract/api/mail.ts";
import { emailRequest, type EmailRequest } from "../../../shared/contract/api/resend.ts";
import { AppError, type ErrorDetail } from "../../../shared/contract/error.ts";
import { invalidInput, parseInput } from "../../runtime/input.ts";
import { planMail } from "../plan-mail.ts";

/** The body of POST /mail. */
export type MailBody = v.InferInput<typeof sendMailRequest>;

/**
 * An address that is none is refused here, where POST /mail tells it of that recipient alone: the client is answered an id,
 * and would not learn of it.
 * @throws AppError `invalid_request` whose details name the client's own fields
 */
export function parseEmail(body: unknown): MailBody {
  const mail = toMailBody(parseInput(emailRequest, body, "body"));
  try {
    const { recipients } = planMail(parseInput(sendMailRequest, mail, "body"));
    const wrong = recipients.flatMap(({ path, address }) =>
      "wrong" in address ? [{ path, message: address.wrong }] : [],
    );
    if (wrong.length > 0) throw invalidInput(wrong);
    return mail;
  } catch (error) {
    if (!(error instanceof AppError) || !error.details) throw error;
    throw new AppError(error.code, messageOf(error, error.details.map(toClientDetail)), {
      details: error.details.map(toClientDetail),
      cause: error,
    });
  }
}

/** Several in `to` are in one message and see each other, as the client's users expect it. */
function toMailBody({
  reply_to: replyTo,
  scheduled_at: scheduledAt,
  tags,
  attachments,
  ...same
}: EmailRequest): MailBody {
  return {
    ...same,
    ...(Array.isArray(same.to) && same.to.length > 1 ? { group: true } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(tags ? { tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])) } : {}),
    ...(attachments ? { attachments: attachments.map(toAttachment) } : {}),
  };
}

const toAttachment = ({
  filename,
  content,
  content_type: type,
  content_id: contentId,
}: NonNullable<EmailRequest["attachments"]>[number]) => ({
  name: filename,
  content,
  ...(type === undefined ? {} : { type }),
  ...(contentId === undefined ? {} : { contentId }),
});

const clientName: Record<string, string> = {
  replyTo: "reply_to",
  scheduledAt: "scheduled_at",
  name: "filename",
  type: "content_type",
  contentId: "content_id",
};

/** `replyTo[0]` → `reply_to[0]`, `attachments[1].name` → `attachments[1].filename`. */
function toClientDetail({ path, message }: ErrorDetail): ErrorDetail {
  const isRenamed = path.startsWith("replyTo") || path === "scheduledAt" || path.startsWith("attachments[");
  const renamed = isRenamed ? path.replaceAll(/[A-Za-z]+/g, (name) => clientName[name] ?? name) : path;
  return { path: renamed, message };
}

const messageOf = ({ code, message }: AppError, details: ErrorDetail[]): string =>
  code === "invalid_request" ? invalidInput(details).message : message;
