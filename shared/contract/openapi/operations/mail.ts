// Sending: our own routes, and those of the `resend` client.
import { batchValidations } from "../../api/resend.ts";
import type { Operation } from "../operation.ts";
import { idempotencyText } from "../field-texts.ts";

const idempotencyKey = {
  "Idempotency-Key": { description: idempotencyText, schema: { type: "string", maxLength: 255, pattern: "^[!-~]+$" } },
};

/** Of every answer to a request to send, and of `429` (lambdas/runtime/rate-limit.ts). */
const rates = {
  RateLimit: "What is left of the tightest limit (`r`), and for how many seconds (`t`).",
  "RateLimit-Policy": "The limits: so many requests (`q`) in so many seconds (`w`), per API key and per account.",
};

const replayed = {
  ...rates,
  "Idempotent-Replayed": "`true` where the answer is that of an earlier request with the same key.",
};

const email = {
  from: "Shop <hello@shop.example>",
  to: "ada@people.example",
  subject: "Your order",
  html: '<p>It is <a href="https://shop.example/track">on its way</a>.</p>',
};

const sendingErrors = ["invalid_request", "conflict", "too_large", "unprocessable", "connection_broken"] as const;

const mailRefusals = {
  unprocessable: "MailRefusal",
  rate_limited: "MailRefusal",
  connection_broken: "MailRefusal",
  unavailable: "MailRefusal",
} as const;

const mailPath = { mailId: "From the answer of `POST /mail`: `mai_…`. Told of for 30 days from when it is due." };
const emailPath = { emailId: "From the answer of `POST /emails`." };

const resendErrors = Object.fromEntries(
  ([...sendingErrors, "not_found", "rate_limited", "internal", "unavailable"] as const).map((code) => [
    code,
    "ResendError",
  ]),
) as Operation["errorSchema"];

export const mailOperations: readonly Operation[] = [
  {
    method: "POST",
    path: "/mail",
    operationId: "sendMail",
    tag: "Mail",
    summary: "Send a mail",
    description:
      "Each recipient gets a message of their own, so that each open and click is somebody's. Subject, HTML and text are given, or come from a `template` and `data`. When surely nobody was sent to, the answer is an error that has `recipients`, too.",
    caller: "app",
    requestHeaders: idempotencyKey,
    body: {
      schema: "SendMailRequest",
      example: { ...email, to: ["ada@people.example", "grace@people.example"], tags: { campaign: "orders" } },
    },
    answers: {
      202: {
        description: "At least one recipient was, or may have been, sent to, or is queued or scheduled.",
        schema: "SendMailResponse",
        headers: replayed,
      },
    },
    errors: [...sendingErrors, "not_found"],
    errorSchema: mailRefusals,
  },
  {
    method: "GET",
    path: "/mail/{mailId}",
    operationId: "getMail",
    tag: "Mail",
    summary: "See what became of a mail",
    caller: "app",
    pathFields: mailPath,
    answers: { 200: { description: "What is known by now, recipient by recipient.", schema: "Mail" } },
    errors: ["invalid_request", "not_found"],
  },
  {
    method: "POST",
    path: "/mail/{mailId}/cancel",
    operationId: "cancelMail",
    tag: "Mail",
    summary: "Cancel a mail that is scheduled or queued",
    description:
      "Of a mail that was sent to some, the others are cancelled. Either this wins or the sending, never both.",
    caller: "app",
    pathFields: mailPath,
    answers: { 200: { description: "Whoever was not sent to is `cancelled`.", schema: "Mail" } },
    errors: ["invalid_request", "not_found", "conflict"],
  },
  {
    method: "POST",
    path: "/mail/{mailId}/reschedule",
    operationId: "rescheduleMail",
    tag: "Mail",
    summary: "Give a scheduled mail another time",
    caller: "app",
    pathFields: mailPath,
    body: { schema: "RescheduleRequest", example: { scheduledAt: "2026-11-24T08:00:00Z" } },
    answers: { 200: { description: "It waits for that time now.", schema: "Mail" } },
    errors: ["invalid_request", "not_found", "conflict"],
  },
  {
    method: "POST",
    path: "/templates/{templateId}/test",
    operationId: "testTemplate",
    tag: "Templates",
    summary: "Send a test of a template",
    description:
      "As `POST /mail` does it; the subject begins with `[Test]`, and the events have the tag `template-test` with the template's id.",
    caller: "app",
    pathFields: { templateId: "The template's id: `tpl_…`." },
    requestHeaders: idempotencyKey,
    body: {
      schema: "TestTemplateRequest",
      example: { from: email.from, to: "grace@shop.example", data: { name: "Ada" } },
    },
    answers: {
      202: {
        description: "It was, or may have been, sent to at least one.",
        schema: "SendMailResponse",
        headers: replayed,
      },
    },
    errors: [...sendingErrors, "not_found"],
    errorSchema: mailRefusals,
  },
  {
    method: "POST",
    path: "/emails",
    operationId: "sendEmail",
    tag: "Resend client",
    summary: "Send a mail with the resend client",
    description:
      "`emails.send`. What the client can ask for and SESami cannot do is refused by name: `template`, `topic_id`, an attachment's `path`.",
    caller: "app",
    requestHeaders: idempotencyKey,
    body: { schema: "EmailRequest", example: { ...email, tags: [{ name: "campaign", value: "orders" }] } },
    answers: {
      200: {
        description: "It was sent to at least one recipient, or is scheduled.",
        schema: "SentEmail",
        headers: replayed,
      },
    },
    errors: sendingErrors,
    errorSchema: resendErrors,
  },
  {
    method: "POST",
    path: "/emails/batch",
    operationId: "sendEmailBatch",
    tag: "Resend client",
    summary: "Send up to 100 mails with the resend client",
    description:
      "`batch.send`. A mail that is wrong keeps all from being sent, unless `x-batch-validation` is `permissive`. A mail that SES or the suppression list refuses is told of in `errors`.",
    caller: "app",
    requestHeaders: {
      ...idempotencyKey,
      "x-batch-validation": {
        description: "`permissive` sends what is right among what is wrong.",
        schema: { type: "string", enum: batchValidations, default: "strict" },
      },
    },
    body: { schema: "EmailBatch", example: [email, { ...email, to: "grace@people.example" }] },
    answers: { 200: { description: "At least one mail was sent.", schema: "SentBatch", headers: rates } },
    errors: sendingErrors,
    errorSchema: resendErrors,
  },
  {
    method: "GET",
    path: "/emails/{emailId}",
    operationId: "getEmail",
    tag: "Resend client",
    summary: "See what became of a mail with the resend client",
    description: "`emails.get`. Of the content nothing is kept: those members are empty or null.",
    caller: "app",
    pathFields: emailPath,
    answers: { 200: { description: "What is known by now.", schema: "Email" } },
    errors: ["invalid_request", "not_found"],
    errorSchema: resendErrors,
  },
  {
    method: "PATCH",
    path: "/emails/{emailId}",
    operationId: "updateEmail",
    tag: "Resend client",
    summary: "Give a scheduled mail another time with the resend client",
    description: "`emails.update`.",
    caller: "app",
    pathFields: emailPath,
    body: { schema: "EmailChange", example: { scheduled_at: "2026-11-24T08:00:00Z" } },
    answers: { 200: { description: "It waits for that time now.", schema: "ChangedEmail" } },
    errors: ["invalid_request", "not_found", "unprocessable"],
    errorSchema: resendErrors,
  },
  {
    method: "POST",
    path: "/emails/{emailId}/cancel",
    operationId: "cancelEmail",
    tag: "Resend client",
    summary: "Cancel a scheduled mail with the resend client",
    description: "`emails.cancel`.",
    caller: "app",
    pathFields: emailPath,
    answers: { 200: { description: "Nobody is sent to.", schema: "ChangedEmail" } },
    errors: ["invalid_request", "not_found", "unprocessable"],
    errorSchema: resendErrors,
  },
];
