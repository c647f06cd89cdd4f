// POST /mail: who of the recipients may be mailed, one SES message to each, and what became of every one.
import type { MailSender, OutgoingMail } from "../../shared/aws/mail-sender.ts";
import { authorize } from "../../shared/contract/actor.ts";
import { sendMailRequest, type RecipientResult, type SendMailRequest } from "../../shared/contract/api/mail.ts";
import type { Connection } from "../../shared/store/connections.ts";
import type { Suppression, Suppressions } from "../../shared/store/suppressions.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { invalidInput, parseInput } from "../runtime/input.ts";
import { mapBounded } from "./bounded.ts";
import { mailAnswer } from "./mail-answer.ts";
import { parseMailbox, type ParsedMailbox } from "./mailbox.ts";
import type { GetSendingConnection } from "./sending-connection.ts";

export interface MailDeps {
  getSendingConnection: GetSendingConnection;
  suppressions: Pick<Suppressions, "findSuppressions">;
  sender: MailSender;
  clock: () => number;
}

/**
 * After so long no further try begins: with some 6 s for STS and 7 s for SES the answer, which tells of everyone, still
 * comes within the function's 29 s.
 */
const sendBudgetMs = 14_000;

/** SES calls of one request at once: most accounts may send 14 mails a second or more. */
const maxParallelSends = 10;

export const sendMail =
  ({ getSendingConnection, suppressions, sender, clock }: MailDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const startBeforeMs = clock() + sendBudgetMs;
    const mail = parseInput(sendMailRequest, request.body, "body");
    const senders = parseSenders(mail);
    const recipients = parseRecipients(mail.to);
    const tenantId = authorize(request.actor, "mail:send");
    const addresses = recipients.flatMap((recipient) => ("wrong" in recipient ? [] : [recipient.normalized]));
    const [connection, suppressed] = await Promise.all([
      getSendingConnection(tenantId, mail.connection),
      suppressions.findSuppressions(tenantId, addresses),
    ]);
    const results = await mapBounded(recipients, maxParallelSends, (recipient) =>
      sendToOne({ sender, connection, suppressed, startBeforeMs }, { ...mail, ...senders }, recipient),
    );
    const paths = recipients.map(({ index }) => `to[${index}]`);
    return mailAnswer(results, paths, { requestId: request.requestId, tenantId });
  };

/** `index`: where the caller named them first. */
type Recipient = { text: string; index: number } & (ParsedMailbox | { wrong: string });
type Senders = Pick<OutgoingMail, "from"> & { replyTo: OutgoingMail["replyTo"] };

/** @throws AppError `invalid_request`: without a sender nobody can be mailed */
function parseSenders({ from, replyTo }: SendMailRequest): Senders {
  const parsed = [
    { path: "from", parsed: parseMailbox(from) },
    ...(replyTo ?? []).map((text, index) => ({ path: `replyTo[${index}]`, parsed: parseMailbox(text) })),
  ];
  const wrong = parsed.flatMap((one) => ("wrong" in one.parsed ? [{ path: one.path, message: one.parsed.wrong }] : []));
  if (wrong.length > 0) throw invalidInput(wrong);
  const [fromMailbox, ...replyTos] = parsed.map((one) => (one.parsed as ParsedMailbox).mailbox);
  return { from: fromMailbox as Senders["from"], replyTo: replyTo && replyTos };
}

/** Each mailbox once, in the order given. */
function parseRecipients(to: readonly string[]): Recipient[] {
  const byIdentity = new Map<string, Recipient>();
  for (const [index, text] of to.entries()) {
    const recipient = { text, index, ...parseMailbox(text) };
    const identity = "wrong" in recipient ? text : recipient.normalized;
    if (!byIdentity.has(identity)) byIdentity.set(identity, recipient);
  }
  return [...byIdentity.values()];
}

interface Sending {
  sender: MailSender;
  connection: Connection;
  suppressed: Map<string, Suppression>;
  startBeforeMs: number;
}

async function sendToOne(
  { sender, connection, suppressed, startBeforeMs }: Sending,
  { from, replyTo, subject, html, text, tags = {} }: Omit<SendMailRequest, "from" | "replyTo"> & Senders,
  recipient: Recipient,
): Promise<RecipientResult> {
  if ("wrong" in recipient)
    return { recipient: recipient.text, status: "invalid", code: "invalid_address", message: recipient.wrong };
  const { mailbox: to, normalized } = recipient;
  const suppression = suppressed.get(normalized);
  if (suppression)
    return { recipient: normalized, status: "suppressed", reason: suppression.reason, since: suppression.since };
  const outgoing = { from, to, replyTo, subject, html, text, tags };
  const result = await sender.sendMail(connection, outgoing, { startBeforeMs });
  return { recipient: normalized, ...result };
}
