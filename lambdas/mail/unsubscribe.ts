// Mail that people can leave: what a request may say of it, and the recipient's own link in the body.
import type { MimeContent } from "../../shared/aws/mime.ts";
import type { SendMailRequest } from "../../shared/contract/api/mail.ts";
import {
  linkInSubject,
  notInGroups,
  unsubscribePattern as placeholder,
  unsubscribeVariable,
} from "../../shared/contract/api/unsubscribe.ts";
import type { ErrorDetail } from "../../shared/contract/error.ts";
import { htmlToText } from "../../shared/domain/html-text.ts";
import type { Subscription } from "../../shared/domain/suppression.ts";
import type { StoredTemplate } from "../../shared/store/templates.ts";
import { invalidInput } from "../runtime/input.ts";
import { renderMail, type RenderedMail } from "./render-mail.ts";

/** Stands in `html` and `text` for the link of whoever gets the mail; templates render the variable to it. */
const unsubscribePlaceholder = `{{${unsubscribeVariable}}}`;

/** What the links of a mail say. @param mail.from the sender's bare address */
export const toLinkedMail = ({
  tenantId,
  subscription: { list },
  from,
  nowMs,
  baseUrl,
}: {
  tenantId: string;
  subscription: Subscription;
  from: string;
  nowMs: number;
  baseUrl: string;
}) => ({
  tenantId,
  ...(list === undefined ? {} : { list }),
  sender: from.slice(from.lastIndexOf("@") + 1),
  sentAt: new Date(nowMs).toISOString(),
  baseUrl,
});

/** What the variable is while a template is filled in: data, which strangers may have written, cannot hold it. */
const linkMark = `unsubscribe-${crypto.randomUUID()}`;

/**
 * A template filled in, with the placeholder where it names the recipient's link and people can leave. Data that look like
 * the placeholder are text: nobody's link gets into what somebody else wrote, and no mail is refused for it.
 * @throws AppError as of renderMail
 */
export function renderLinkedMail(
  template: StoredTemplate,
  data: Readonly<Record<string, unknown>>,
  { canLeave, path }: { canLeave: boolean; path: string },
): RenderedMail {
  const filled = canLeave ? { ...data, [unsubscribeVariable]: linkMark } : data;
  const { subject, html, text } = renderMail(template, filled, path);
  const linked = (content: string): string =>
    content.replace(placeholder, `{ {${unsubscribeVariable}} }`).replaceAll(linkMark, unsubscribePlaceholder);
  return {
    subject: linked(subject),
    ...(html === undefined ? {} : { html: linked(html) }),
    ...(text === undefined ? {} : { text: linked(text) }),
  };
}

/** Each becomes some hundred characters. */
const maxPlaceholders = 20;

type Body = Pick<MimeContent, "html" | "text">;

const countIn = (text = ""): number => text.match(placeholder)?.length ?? 0;

/** Whether the body names the link: then it is another one for each recipient. */
export const namesLink = ({ html, text }: Body): boolean => countIn(html) + countIn(text) > 0;

type Said = Pick<SendMailRequest, "unsubscribe" | "subject" | "html" | "text" | "headers"> & { isGroup: boolean };

/** @throws AppError `invalid_request` */
export function subscriptionOf(said: Said): Subscription | undefined {
  const { unsubscribe, subject, html, text, headers = {}, isGroup } = said;
  const wrong: ErrorDetail[] = [];
  if (unsubscribe && isGroup) wrong.push({ path: "unsubscribe", message: notInGroups });
  if (!unsubscribe && namesLink({ html, text }))
    wrong.push({ path: "unsubscribe", message: `is required, as the mail has ${unsubscribePlaceholder}` });
  const fault = linkInSubject(subject ?? "");
  if (fault !== undefined) wrong.push({ path: "subject", message: fault });
  for (const [path, content] of Object.entries({ html, text }))
    if (countIn(content) > maxPlaceholders)
      wrong.push({ path, message: `takes ${unsubscribePlaceholder} at most ${maxPlaceholders} times` });
  for (const name of Object.keys(headers))
    if (unsubscribe && /^list-unsubscribe(?:-post)?$/i.test(name))
      wrong.push({ path: `headers.${name}`, message: "is set by unsubscribe: leave one of them out" });
  if (wrong.length > 0) throw invalidInput(wrong);
  return unsubscribe === true ? {} : unsubscribe;
}

/** Where a link would lead, for a text to be made of the HTML: it leaves out what leads nowhere. */
const somewhere = "https://unsubscribe.invalid/link";

/** The HTML's text, in which the link still stands as the placeholder. */
export const textOfHtml = (html: string): string =>
  htmlToText(html.replace(placeholder, somewhere)).replaceAll(somewhere, unsubscribePlaceholder);

/** The body for one recipient. SES is told not to track who leaves. */
export const withLink = (content: MimeContent, link: string): MimeContent => ({
  ...content,
  html: content.html === undefined ? undefined : untracked(content.html).replace(placeholder, () => link),
  text: content.text?.replace(placeholder, () => link),
});

/** How far before the address of a link its tag begins, at most. */
const maxTagLength = 2000;

/**
 * Anchors that lead to the link get `ses:no-track`, by which SES leaves a link as it is (SES developer guide, "Amazon SES
 * email sending metrics FAQs", on disabling click tracking).
 */
function untracked(html: string): string {
  let result = "";
  let done = 0;
  for (const { index } of html.matchAll(placeholder)) {
    const before = html.slice(Math.max(done, index - maxTagLength), index);
    const tagAt = before.lastIndexOf("<");
    const tag = before.slice(tagAt);
    const rest = html.slice(index, index + maxTagLength).split(">", 1)[0] ?? "";
    if (tagAt < 0 || !/^<a\s(?:[^>]*\s)?href\s*=\s*["']?$/i.test(tag) || /\sses:no-track\b/i.test(tag + rest)) continue;
    const nameEnd = index - tag.length + "<a".length;
    result += `${html.slice(done, nameEnd)} ses:no-track`;
    done = nameEnd;
  }
  return result + html.slice(done);
}
