// The mails as mailboxes hold them: one letter for each recipient of a message, and the system mails.
import { decodeWords } from "postal-mime";
import type { MailStore } from "../mail-store.ts";
import type { SesMessage } from "../message.ts";

export interface Letter {
  /** Safe in a path. */
  id: string;
  to: string;
  from: string;
  subject: string;
  receivedAtMs: number;
  text?: string;
  /** Absent on a mail of another service of the laptop cloud: that has no SES events. */
  message?: SesMessage;
}

/** Newest first. `wanted` decides on the recipient's address. */
export function listLetters(mails: MailStore, wanted: (to: string) => boolean = () => true): Letter[] {
  const fromSes = mails.listMessages().flatMap((message) =>
    message.deliveries.map(({ recipient, receivedAtMs }, index): Letter => ({
      id: `${message.messageId}.${index}`,
      to: recipient,
      from: decodeWords(message.from),
      subject: message.subject,
      receivedAtMs,
      ...(message.text !== undefined && { text: message.text }),
      message,
    })),
  );
  return [...fromSes, ...mails.listSystemMails()]
    .filter(({ to }) => wanted(to))
    .toReversed()
    .toSorted((one, other) => other.receivedAtMs - one.receivedAtMs);
}

export const findLetter = (mails: MailStore, id: string): Letter | undefined =>
  listLetters(mails).find((letter) => letter.id === id);

/** Every address that has mail, in order. */
export const listMailboxes = (mails: MailStore): string[] =>
  [...new Set(listLetters(mails).map(({ to }) => to.toLowerCase()))].toSorted();
