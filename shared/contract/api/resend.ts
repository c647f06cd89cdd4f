// POST /emails, POST /emails/batch, and GET, PATCH and cancel of /emails/{emailId}: mail as the `resend` client (npm, version 6) asks for it, and
// what it is answered. What is asked for becomes a request of mail.ts, whose rules hold.
import * as v from "valibot";
import { valuesByName } from "./mail-fields.ts";
import { scheduledAt } from "./schedule.ts";

export const maxEmailsPerBatch = 100;

const text = v.string();
const addresses = v.union([text, v.array(text)], "must be an address or a list of addresses");

const emailAttachment = v.strictObject({
  filename: text,
  /** Base64. We fetch nothing: a `path` is refused. */
  content: text,
  content_type: v.optional(text),
  content_id: v.optional(text),
});

export const emailRequest = v.strictObject({
  from: text,
  to: addresses,
  subject: text,
  cc: v.optional(addresses),
  bcc: v.optional(addresses),
  reply_to: v.optional(addresses),
  html: v.optional(text),
  text: v.optional(text),
  headers: v.optional(valuesByName(text, text)),
  tags: v.optional(
    v.pipe(
      v.array(v.strictObject({ name: text, value: text })),
      v.check((tags) => new Set(tags.map(({ name }) => name)).size === tags.length, "names a tag twice"),
    ),
  ),
  attachments: v.optional(v.array(emailAttachment)),
  /** An instant; the client's own server also reads phrases such as `in 1 hour`, which are refused here. */
  scheduled_at: v.optional(scheduledAt),
});

/** PATCH /emails/{emailId} */
export const emailChange = v.strictObject({ scheduled_at: scheduledAt });

export type EmailRequest = v.InferOutput<typeof emailRequest>;

export const emailBatchRequest = v.pipe(
  v.array(v.unknown(), "must be a list of e-mails"),
  v.minLength(1, "needs at least one e-mail"),
  v.maxLength(maxEmailsPerBatch, `takes at most ${maxEmailsPerBatch} e-mails`),
);

/** The header `x-batch-validation`. */
export const batchValidations = ["strict", "permissive"] as const;

export interface SentEmail {
  /** Ours, `mai_…`. */
  id: string;
}

/** Of an email whose time was changed, or that was cancelled. */
export interface ChangedEmail {
  object: "email";
  id: string;
}

export interface SentBatch {
  /** Those that were sent, in their order. */
  data: SentEmail[];
  /** Those that were not, by their place in the request; absent when all were. */
  errors?: { index: number; message: string }[];
}

export const lastEvents = [
  "scheduled",
  "canceled",
  "queued",
  "sent",
  "delivered",
  "delivery_delayed",
  "opened",
  "clicked",
  "bounced",
  "complained",
  "suppressed",
  "failed",
] as const;

/** What the client's type promises; of a mail's content nothing is kept, so that is null, or empty where null is no choice. */
export interface EmailView {
  object: "email";
  id: string;
  created_at: string;
  /** Everyone it was for, copies included: bare addresses. */
  to: string[];
  /** Of all recipients, the worst thing that happened; else the farthest that anyone got. */
  last_event: (typeof lastEvents)[number];
  /** SES's id of the first message; empty when nothing was sent. */
  message_id: string;
  from: string;
  subject: string;
  html: null;
  text: null;
  cc: null;
  bcc: null;
  reply_to: null;
  scheduled_at: string | null;
}

/** The error names of the client's types that we answer with. */
export const resendErrorNames = [
  "validation_error",
  "missing_api_key",
  "restricted_api_key",
  "not_found",
  "invalid_idempotency_key",
  "invalid_idempotent_request",
  "concurrent_idempotent_requests",
  "rate_limit_exceeded",
  "application_error",
  "internal_server_error",
] as const;

export interface ResendError {
  statusCode: number;
  name: (typeof resendErrorNames)[number];
  message: string;
}
