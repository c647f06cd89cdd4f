// The parts of a mail request that are checked on their own: addresses, tags, headers. The whole request: mail.ts.
import * as v from "valibot";
import { reservedTagPrefix } from "../../domain/message-tags.ts";

/** Of all header fields and texts that become one: RFC 5322 section 2.1.1 allows lines of 998 characters. */
export const maxHeaderLength = 998;
export const maxHeaders = 50;
export const maxTags = 40;

/** Header injection begins with a line break; other control characters have no place in a header either. */
export const oneLine = v.regex(/^[^\p{Cc}]*$/u, "must not contain line breaks or other control characters");

/** What is wrong with a subject that data have made; undefined for one that fits one header line. */
export function subjectFault(subject: string): string | undefined {
  if (/\p{Cc}/u.test(subject)) return "puts a line break or control character into the subject";
  return subject.length > maxHeaderLength ? `makes the subject longer than ${maxHeaderLength} characters` : undefined;
}

export const address = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("must be an address like ada@shop.example"),
  v.maxLength(400),
  oneLine,
);

export const addresses = v.pipe(
  v.union([address, v.array(address)], "must be an address or a list of addresses"),
  v.transform((value) => (Array.isArray(value) ? value : [value])),
);

/** They share one header, which people read. */
const maxReplyTo = 50;

export const replyTo = v.pipe(addresses, v.maxLength(maxReplyTo, `takes at most ${maxReplyTo} addresses`));

/** An object of names and values. Valibot's record takes a list, too, and its places for names. */
export function valuesByName<Key extends v.GenericSchema<string, string>, Value extends v.GenericSchema>(
  name: Key,
  value: Value,
  message = "must be an object: names and their values",
): v.RecordSchema<Key, Value, string> {
  const record = v.record(name, value, message);
  return {
    ...record,
    "~run": (dataset, config) =>
      record["~run"](Array.isArray(dataset.value) ? { ...dataset, value: "a list" } : dataset, config),
  };
}

/** Name and value of an SES message tag (SES API v1, MessageTag). */
const tagText = v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/, "may hold ASCII letters, digits, _ and - (at most 256)"));

const tagName = v.pipe(
  tagText,
  v.check((name) => !name.startsWith(reservedTagPrefix), `must not begin with ${reservedTagPrefix}`),
);

export const tags = v.pipe(
  valuesByName(tagName, tagText),
  v.check((given) => Object.keys(given).length <= maxTags, `takes at most ${maxTags} tags`),
);

/** Set by another field of the request, by SES, or by the servers that a mail passes. Lower case. */
const forbiddenHeaders: ReadonlySet<string> = new Set([
  "bcc",
  "cc",
  "date",
  "delivered-to",
  "dkim-signature",
  "domainkey-signature",
  "from",
  "message-id",
  "mime-version",
  "received",
  "reply-to",
  "return-path",
  "sender",
  "subject",
  "to",
]);

/** `x-ses-` would change what we tell SES: configuration set, tags, whose identity. */
const forbiddenPrefixes = ["arc-", "authentication-results", "content-", "received-", "resent-", "x-ses-"];

const isForbiddenHeader = (name: string): boolean => {
  const lower = name.toLowerCase();
  return forbiddenHeaders.has(lower) || forbiddenPrefixes.some((prefix) => lower.startsWith(prefix));
};

/** RFC 5322 section 2.2: printable ASCII but the colon. */
const headerName = v.pipe(
  v.string(),
  v.regex(/^[!-9;-~]{1,76}$/, "must be a header name: printable ASCII without a colon or spaces"),
  v.check((name) => !isForbiddenHeader(name), "must not be set here: it has a field of its own, or SES sets it"),
);

/** An empty field is left out of the mail by what composes it, so it would not arrive as asked. */
const headerValue = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== "", "must not be empty: leave the header out"),
  v.maxLength(maxHeaderLength - 80, `must be at most ${maxHeaderLength - 80} characters`),
  oneLine,
);

export const headers = v.pipe(
  valuesByName(headerName, headerValue),
  v.check((given) => Object.keys(given).length <= maxHeaders, `takes at most ${maxHeaders} headers`),
  v.check(
    (given) => new Set(Object.keys(given).map((name) => name.toLowerCase())).size === Object.keys(given).length,
    "names a header twice",
  ),
);
