// What is known of a mail from its record alone: the answer that was given, and what events have settled since.
import type { RecipientResult, SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SendResult } from "../../shared/aws/mail-sender.ts";
import { sendFailure } from "../../shared/aws/send-failure.ts";
import type { StoredMail } from "../../shared/store/attempts.ts";

/**
 * After so long a request without an answer has crashed: the function itself ends after 29 s
 * (infra/stacks/api-stack.ts).
 */
export const runsAtMostMs = 30_000;

/**
 * One result for each recipient, in order. Without an answer a recipient is `unknown` until an event settles that SES
 * has taken the message: it may have gone out, and nobody is to send it again.
 */
export function knownResults(mail: StoredMail): RecipientResult[] {
  const { recipients, isGroup, settlements, answer } = mail;
  const answered = answer && (JSON.parse(answer.body) as SendMailResponse).recipients;
  return recipients.map(({ recipient, wrong }, index) => {
    if (wrong !== undefined) return { recipient, status: "invalid", code: "invalid_address", message: wrong };
    const settled = settlements.get(isGroup ? 0 : index);
    if (settled?.recipients.includes(recipient)) return { recipient, status: "sent", messageId: settled.messageId };
    // Of a group everyone is in the one message, but for those who were held back.
    return answered?.[index] ?? resultOf(recipient, sendFailure(settled ? "unavailable" : "no_answer"));
  });
}

export const resultOf = (recipient: string, result: SendResult): RecipientResult => ({ recipient, ...result });
