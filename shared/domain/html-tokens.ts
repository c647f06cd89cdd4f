// HTML as a sequence of tags and texts, in one pass and linear time. No tree, no repair: mail is often not well-formed.
import { decodeEntities } from "./html-entities.ts";

export type HtmlToken =
  | { kind: "text"; text: string }
  | { kind: "open"; name: string; attributes: Record<string, string> }
  | { kind: "close"; name: string };

/** Elements whose content is skipped: no markup, or nothing that a reader of mail sees. */
const unread: ReadonlySet<string> = new Set(["noscript", "script", "style", "template", "textarea", "title"]);

const tagName = /[A-Za-z][^\s/>]*/y;
const attribute = /[\s/]*([^\s=/>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?/y;
const untilName = /[^>]*/y;

/** The tokens in order. Comments, doctypes and processing instructions are left out; an unclosed one hides the rest. */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(html);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const skipPast = (end: string): void => {
    const found = html.indexOf(end, at);
    at = found < 0 ? html.length : found + end.length;
  };
  const takeAttributes = (): Record<string, string> => {
    const attributes: Record<string, string> = {};
    for (let found = take(attribute); found; found = take(attribute)) {
      const [, name = "", double, single, bare] = found;
      attributes[name.toLowerCase()] ??= decodeEntities(double ?? single ?? bare ?? "");
    }
    take(untilName);
    at += 1;
    return attributes;
  };
  const skipContent = (name: string): void => {
    const close = new RegExp(`</${name}(?=[\\s/>])`, "gi");
    close.lastIndex = at;
    at = close.exec(html)?.index ?? html.length;
  };

  while (at < html.length) {
    const next = html.indexOf("<", at);
    const end = next < 0 ? html.length : next;
    if (end > at) yield { kind: "text", text: decodeEntities(html.slice(at, end)) };
    if (next < 0) return;
    at = next + 1;
    if (html.startsWith("!--", at)) skipPast("-->");
    else if (/[!?]/.test(html[at] ?? "")) skipPast(">");
    else if (html[at] === "/") {
      at += 1;
      const name = take(tagName)?.[0].toLowerCase();
      skipPast(">");
      if (name !== undefined) yield { kind: "close", name };
    } else {
      const name = take(tagName)?.[0].toLowerCase();
      if (name === undefined) {
        yield { kind: "text", text: "<" };
        continue;
      }
      yield { kind: "open", name, attributes: takeAttributes() };
      if (unread.has(name)) skipContent(name);
    }
  }
}
