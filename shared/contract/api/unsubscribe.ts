// Mail that people can leave: what a request says of it (POST /mail, templates, bulk).
import * as v from "valibot";

/** One spelling for one list: a capital more would be another list, whose people nobody has heard. */
export const listName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be a name like product-news: lower-case letters, digits, _ and -"),
);

/** `true`: of no list by name; who leaves it leaves everything that can be left. */
export const unsubscribe = v.union([v.literal(true), v.strictObject({ list: listName })], "must be true or { list }");

export type Unsubscribe = v.InferOutput<typeof unsubscribe>;

/** Of one message for many nobody has a link of their own. */
export const notInGroups =
  "must not be used with group, cc or bcc: of one message for many nobody has a link of their own";

/** Stands for the recipient's own link in `html`, `text` and templates. */
export const unsubscribeVariable = "unsubscribeUrl";

/** Where it stands in a body, or in a template. */
export const unsubscribePattern = new RegExp(String.raw`\{\{\{?\s*${unsubscribeVariable}\s*\}?\}\}`, "g");

/** What is wrong with the link in a subject; undefined where it is not there. */
export const linkInSubject = (subject: string): string | undefined =>
  subject.search(unsubscribePattern) < 0
    ? undefined
    : `has {{${unsubscribeVariable}}}: the link stands in html and text`;

/** Previews have it in place of the recipient's own link: it leads nowhere (RFC 2606). */
export const sampleUnsubscribeUrl = "https://unsubscribe.example/";
