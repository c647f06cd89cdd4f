// What happened, before anybody tells it: mails, and the facts about them. SES publishes a fact once for each style in
// use; the truth that a chaos run must end in is read from the facts, never from what the code under test made of them.
import type { EventType } from "../../../shared/domain/event.ts";
import type { ConnectedAccount } from "../event-functions.ts";

export interface Mail {
  account: ConnectedAccount;
  messageId: string;
  sentAtMs: number;
  from: string;
  subject: string;
  recipients: string[];
  /** The sender's own. */
  tags: Record<string, string>;
}

/** One telling of a fact by SES. The two styles do not agree on times. */
export interface Copy {
  style: "eventPublishing" | "identityNotification";
  atMs: number;
  /** What it says as `mail.timestamp`. */
  mailAtMs: number;
}

/** The SES object named after the type, without its time and recipients. */
export type Body = Record<string, unknown>;

export interface Fact {
  mail: Mail;
  type: EventType;
  /** Whom it is about. Empty: one of the mail's several recipients, and nobody can tell which. */
  recipients: string[];
  body: Body;
  /** At least one. */
  copies: Copy[];
}

/** The time that counts: event publishing's over a notification's, then the earliest. */
export function timeOf({ copies }: Fact): number {
  const published = copies.filter(({ style }) => style === "eventPublishing");
  return Math.min(...(published.length > 0 ? published : copies).map(({ atMs }) => atMs));
}

export const isoOf = (timeMs: number): string => new Date(timeMs).toISOString();
