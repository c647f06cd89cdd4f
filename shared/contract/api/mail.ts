// POST /mail: what a caller asks for. Its parts: mail-fields.ts, mail-attachments.ts. The answers: mail-result.ts.
import * as v from "valibot";
import { connectionIdText } from "./connections.ts";
import { attachments } from "./mail-attachments.ts";
import { namedTemplate, templateData } from "./templates.ts";
import { notInGroups, unsubscribe } from "./unsubscribe.ts";
import { address, addresses, headers, maxHeaderLength, oneLine, replyTo, tags } from "./mail-fields.ts";
import { scheduledAt } from "./schedule.ts";

export * from "./mail-result.ts";

/** Of one mail: `to`, `cc` and `bcc` together (SES API, SendRawEmail). */
export const maxRecipients = 50;

/** Bytes of HTML, text and attachments (decoded) of one mail. */
export const maxMailBytes = 4_000_000;

/**
 * Bytes of a request's body. Lambda takes 6,291,456 for the event in which it comes as a JSON string, with headers and all;
 * what is larger never reaches us: API Gateway answers 413 by itself.
 */
export const maxRequestBytes = 6_000_000;

export const maxIdempotencyKeyLength = 255;
/** How long an Idempotency-Key is remembered. */
export const idempotencyHours = 24;

export const sendMailRequest = v.pipe(
  v.strictObject({
    from: address,
    to: v.pipe(addresses, v.minLength(1, "needs at least one recipient")),
    /** With `cc` or `bcc` the mail is one message for all, as if by `group`. */
    cc: v.optional(addresses),
    bcc: v.optional(addresses),
    replyTo: v.optional(replyTo),
    /** Subject, HTML and text come from the template, if one is named. */
    subject: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(maxHeaderLength, `must be at most ${maxHeaderLength} characters (RFC 5322)`),
        oneLine,
      ),
    ),
    html: v.optional(v.string()),
    /** Default: made from the HTML. An empty text leaves the plain part out. */
    text: v.optional(v.string()),
    /** A template's id, for its newest version; or with the version. */
    template: v.optional(namedTemplate),
    /** What the template is filled in with, for all recipients alike. */
    data: v.optional(templateData),
    headers: v.optional(headers),
    attachments: v.optional(attachments),
    tags: v.optional(tags),
    /** Default: the connection's own. Another one of that account shows here only what it publishes to EventBridge. */
    configurationSet: v.optional(
      v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be the name of a configuration set")),
    ),
    /** A connection's id; default: the tenant's oldest proven connection. */
    connection: v.optional(connectionIdText),
    /** One SES message for all recipients, who see each other: opens and clicks then are nobody's in particular. */
    group: v.optional(v.boolean()),
    /** Each recipient gets a link, and headers, by which they leave. */
    unsubscribe: v.optional(unsubscribe),
    /** When it is to be sent; default: now. */
    scheduledAt: v.optional(scheduledAt),
  }),
  v.check(
    ({ template, html, text }) => template !== undefined || html !== undefined || text !== undefined,
    "needs html, text or a template",
  ),
  // As JSON Schema says the next rule.
  v.metadata({ anyOf: [{ required: ["subject"] }, { required: ["template"] }] }),
  v.forward(
    v.partialCheck(
      [["template"], ["subject"]],
      ({ template, subject }) => template !== undefined || subject !== undefined,
      "is required",
    ),
    ["subject"],
  ),
  v.forward(
    v.check(
      ({ template, subject, html, text }) =>
        template === undefined || (subject === undefined && html === undefined && text === undefined),
      "brings subject, html and text: leave them out",
    ),
    ["template"],
  ),
  v.forward(
    v.check(({ template, data }) => template !== undefined || data === undefined, "is for a template: name one"),
    ["data"],
  ),
  v.forward(
    v.check(
      ({ to, cc = [], bcc = [] }) => to.length + cc.length + bcc.length <= maxRecipients,
      `takes at most ${maxRecipients} recipients, cc and bcc included`,
    ),
    ["to"],
  ),
  v.forward(
    v.check(
      ({ cc, bcc, group }) => group !== false || !(cc?.length || bcc?.length),
      "must not be false with cc or bcc",
    ),
    ["group"],
  ),
  v.forward(
    v.check(({ cc, bcc, group, unsubscribe: given }) => !given || !(group || cc?.length || bcc?.length), notInGroups),
    ["unsubscribe"],
  ),
);

export type SendMailRequest = v.InferOutput<typeof sendMailRequest>;
