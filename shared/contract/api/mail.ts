// POST /mail: one SES message per recipient.
import * as v from "valibot";
import type { ErrorBody } from "../error.ts";
import { connectionIdText } from "./connections.ts";

export const maxRecipients = 50;
/** Bytes of one request that Lambda and SES take with room to spare. */
export const maxMailBytes = 4_000_000;

const noLineBreak = v.regex(/^[^\r\n]*$/, "must not contain line breaks");
const address = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("must be an address like ada@shop.example"),
  v.maxLength(400),
  noLineBreak,
);
const oneOrMany = v.pipe(
  v.union([address, v.array(address)], "must be an address or a list of addresses"),
  v.transform((value) => (Array.isArray(value) ? value : [value])),
);

/** SES message tags: ASCII letters, digits, `_`, `-`, `.`, `@`; at most 256 characters each (SES API, MessageTag). */
const tagText = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_.@-]{1,256}$/, "may hold letters, digits and _ - . @ (at most 256)"),
);

export const sendMailRequest = v.pipe(
  v.strictObject({
    from: address,
    to: v.pipe(
      oneOrMany,
      v.minLength(1, "needs at least one recipient"),
      v.maxLength(maxRecipients, `takes at most ${maxRecipients} recipients`),
    ),
    subject: v.pipe(v.string(), v.maxLength(998, "must be at most 998 characters (RFC 5322)"), noLineBreak),
    html: v.optional(v.string()),
    text: v.optional(v.string()),
    replyTo: v.optional(oneOrMany),
    tags: v.optional(
      v.pipe(
        v.record(tagText, tagText),
        v.check((tags) => Object.keys(tags).length <= 40, "takes at most 40 tags"),
      ),
    ),
    /** A connection's id; default: the tenant's oldest proven connection. */
    connection: v.optional(connectionIdText),
  }),
  v.check((mail) => mail.html !== undefined || mail.text !== undefined, "needs html or text"),
);

export type SendMailRequest = v.InferOutput<typeof sendMailRequest>;

/** Why one recipient was not sent to. A caller may switch on these; more may come. */
export const recipientErrorCodes = [
  /** Not one address of a person at a domain. */
  "invalid_address",
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

/**
 * What happened for one recipient; `recipient` is the bare address. Part of a batch failing never hides the part that was
 * sent. `unknown`: SES was asked and did not answer, so the mail may be on its way; sending again may mail twice.
 */
export type RecipientResult =
  | { recipient: string; status: "sent"; messageId: string }
  | { recipient: string; status: "suppressed"; reason: string; since: string }
  | { recipient: string; status: "invalid" | "failed" | "unknown"; code: RecipientErrorCode; message: string };

/** 202: at least one recipient was, or may have been, sent to. An address given twice is answered, and mailed, once. */
export interface SendMailResponse {
  recipients: RecipientResult[];
}

/**
 * When surely nothing was sent. 422 `unprocessable`, but if every recipient failed by the same fault of ours or of the
 * connection, that fault: 429 `rate_limited`, 502 `connection_broken`, 503 `unavailable`. The recipients are told one by one
 * all the same, and `error.details` points at each (`to[0]`).
 */
export interface RefusedMailResponse extends ErrorBody, SendMailResponse {}
