// A request as it shall be carried out: who sends, who receives, in how many messages. All that can be wrong about it
// is found here, before anything is asked or written.
import type { Mailbox, MimeContent } from "../../shared/aws/mime.ts";
import { decodedSizeBytes } from "../../shared/contract/api/mail-attachments.ts";
import { maxMailBytes, type SendMailRequest } from "../../shared/contract/api/mail.ts";
import { AppError } from "../../shared/contract/error.ts";
import { sizeBytesOf } from "../../shared/domain/clip.ts";
import type { Subscription } from "../../shared/domain/suppression.ts";
import { invalidInput } from "../runtime/input.ts";
import { parseMailbox } from "./mailbox.ts";
import { subscriptionOf, textOfHtml } from "./unsubscribe.ts";

export interface PlannedRecipient {
  kind: "to" | "cc" | "bcc";
  /** Where the caller named them first: `to[0]`. */
  path: string;
  /** Bare address, normalized; as it was written when it is no address. */
  recipient: string;
  /** What is wrong with the address, or where to send. */
  address: { mailbox: Mailbox } | { wrong: string };
}

export interface MailPlan {
  /** Without subject and bodies, where a template is to bring them. */
  content: MimeContent;
  /** Each mailbox once, in the order of `to`, `cc`, `bcc`. */
  recipients: PlannedRecipient[];
  /** One message for all. */
  isGroup: boolean;
  tags: Record<string, string>;
  /** Of mail that people can leave. */
  subscription: Subscription | undefined;
}

/** What people read. */
export type MailBodies = Pick<MimeContent, "subject" | "html" | "text">;

/** @throws AppError `invalid_request` for a sender that is no address, or an unsubscribe link out of place; `too_large` */
export function planMail(mail: SendMailRequest): MailPlan {
  const { subject = "", html, text, headers, attachments, tags = {}, cc = [], bcc = [], group } = mail;
  const isGroup = group ?? cc.length + bcc.length > 0;
  return {
    content: withBodies({ ...parseSenders(mail), headers, attachments }, { subject, html, text }),
    recipients: parseRecipients({ to: mail.to, cc, bcc }),
    isGroup,
    tags,
    subscription: subscriptionOf({ ...mail, isGroup }),
  };
}

/**
 * With the text that a mail has beside its HTML.
 * @throws AppError `too_large`
 */
export function withBodies(content: Omit<MimeContent, keyof MailBodies>, bodies: MailBodies): MimeContent {
  assertSize(content, bodies);
  const { html, text } = bodies;
  return { ...content, ...bodies, text: text ?? (html === undefined ? undefined : textOfHtml(html)) };
}

/** @throws AppError `invalid_request`: without a sender nobody can be mailed */
export function parseSenders({
  from,
  replyTo,
}: Pick<SendMailRequest, "from" | "replyTo">): Pick<MimeContent, "from" | "replyTo"> {
  const wrong: { path: string; message: string }[] = [];
  const parse = (text: string, path: string): Mailbox => {
    const parsed = parseMailbox(text);
    if ("mailbox" in parsed) return parsed.mailbox;
    wrong.push({ path, message: parsed.wrong });
    return { address: "" };
  };
  const senders = {
    from: parse(from, "from"),
    replyTo: replyTo?.map((text, index) => parse(text, `replyTo[${index}]`)),
  };
  if (wrong.length > 0) throw invalidInput(wrong);
  return senders;
}

function parseRecipients(given: Record<PlannedRecipient["kind"], readonly string[]>): PlannedRecipient[] {
  const byIdentity = new Map<string, PlannedRecipient>();
  for (const kind of ["to", "cc", "bcc"] as const)
    for (const [index, text] of given[kind].entries()) {
      const parsed = parseMailbox(text);
      const recipient = "wrong" in parsed ? text : parsed.normalized;
      if (!byIdentity.has(recipient))
        byIdentity.set(recipient, { kind, path: `${kind}[${index}]`, recipient, address: parsed });
    }
  return [...byIdentity.values()];
}

/** @throws AppError `too_large` */
export function assertSize(
  { attachments = [] }: Pick<MimeContent, "attachments">,
  { html = "", text = "" }: Partial<MailBodies>,
): void {
  const attached = attachments.reduce((sum, { content }) => sum + decodedSizeBytes(content), 0);
  if (attached + sizeBytesOf(html) + sizeBytesOf(text) <= maxMailBytes) return;
  const path = attached > 0 ? "attachments" : "html";
  throw new AppError("too_large", `A mail takes ${maxMailBytes} bytes of HTML, text and attachments together.`, {
    details: [{ path, message: "is too large: send a link to it instead" }],
  });
}
