// What POST /mail and GET /mail/{mailId} answer: what became of a mail, recipient by recipient.
import * as v from "valibot";
import type { OutcomeStatus } from "../../domain/outcome.ts";
import type { ErrorBody } from "../error.ts";

/** Why one recipient was not sent to. A caller may switch on these; more may come. */
export const recipientErrorCodes = [
  /** Not one address of a person at a domain. */
  "invalid_address",
  /** With the status `invalid`: the recipient's data lack what the content names. */
  "invalid_data",
  "sender_not_verified",
  /** The SES account is in the sandbox. */
  "recipient_not_verified",
  "mail_from_not_verified",
  "message_rejected",
  "configuration_set_missing",
  "sending_paused",
  "quota_exceeded",
  "rate_limited",
  "connection_broken",
  "unavailable",
  "refused_by_ses",
  /** With the status `unknown` only. */
  "no_answer",
] as const;

export type RecipientErrorCode = (typeof recipientErrorCodes)[number];

interface Trouble {
  code: RecipientErrorCode;
  message: string;
  /** After so long the same mail can be sent to this recipient again; absent when something must be changed first. */
  retryAfterSeconds?: number;
}

/**
 * What happened for one recipient; `recipient` is the bare address. Part of a batch failing never hides the part that was
 * sent. `unknown`: SES was asked and did not answer, so the mail may be on its way; sending again may mail twice.
 */
export type RecipientResult =
  | { recipient: string; status: "sent"; messageId: string }
  /** The account's rate does not take it now: it goes out by itself, and GET /mail/{mailId} follows it. */
  | { recipient: string; status: "queued" }
  /** It goes out by itself when its time has come. */
  | { recipient: string; status: "scheduled" }
  | { recipient: string; status: "suppressed"; reason: string; list?: string; since: string }
  | ({ recipient: string; status: "invalid" | "failed" | "unknown" } & Trouble);

/** 202: at least one recipient was, or may have been, sent to, is queued, or scheduled. An address given twice is answered, and mailed, once. */
export interface SendMailResponse {
  /** Ours, `mai_…`: for GET /mail/{mailId}. */
  id: string;
  /** When it is to be sent, if not at once: ISO 8601 UTC. */
  scheduledAt?: string;
  /** In the order of `to`, `cc`, `bcc`. */
  recipients: RecipientResult[];
}

/**
 * When surely nothing was sent. 422 `unprocessable`, but if every recipient failed by the same fault of ours or of the
 * connection, that fault: 429 `rate_limited`, 502 `connection_broken`, 503 `unavailable`. The recipients are told one by one
 * all the same, and `error.details` points at each (`to[0]`), or at the field that is to blame for all (`from`).
 */
export interface RefusedMailResponse extends ErrorBody, SendMailResponse {}

export const mailIdText = v.pipe(v.string(), v.regex(/^mai_[a-z0-9]{1,40}$/, "must be a mail id like mai_…"));

/** How long GET /mail/{mailId} tells of a mail, from when it is due. */
export const mailKeptDays = 30;

/** `sending`: whoever sends it has not told yet what came of it. `cancelled`: before it was sent. */
export type MailRecipientView = (RecipientResult | { recipient: string; status: "sending" | "cancelled" }) & {
  /** What the events say of the message since, once the first has come (GET /messages/{messageId} has them all). */
  outcome?: OutcomeStatus;
};

export interface MailView {
  id: string;
  /** When it was asked for, ISO 8601 UTC. */
  createdAt: string;
  /** When it is, or was, to be sent, if not at once. */
  scheduledAt?: string;
  recipients: MailRecipientView[];
}
