// POST /mail: one SES message per recipient.
import * as v from "valibot";

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
    connection: v.optional(v.pipe(v.string(), v.regex(/^con_[a-z0-9]+$/, "must be a connection id like con_…"))),
  }),
  v.check((mail) => mail.html !== undefined || mail.text !== undefined, "needs html or text"),
);

export type SendMailRequest = v.InferOutput<typeof sendMailRequest>;

/** What happened for one recipient. Part of a batch failing never hides the part that was sent. */
export type RecipientResult =
  | { recipient: string; status: "sent"; messageId: string }
  | { recipient: string; status: "suppressed"; reason: string; since: string }
  | { recipient: string; status: "invalid" | "failed"; code: string; message: string };

export interface SendMailResponse {
  recipients: RecipientResult[];
}
