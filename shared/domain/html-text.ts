// HTML as the plain text that a mail carries beside it: what a reader would see, with the addresses of its links.
import { htmlTokens, type HtmlToken } from "./html-tokens.ts";
import { createTextLayout } from "./text-layout.ts";

/** A line of their own. */
const lines: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header html " +
    "legend li main nav section summary table tbody tfoot thead tr"
  ).split(" "),
);
/** An empty line before and after. */
const paragraphs: ReadonlySet<string> = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "pre", "ul"]);
const cells: ReadonlySet<string> = new Set(["td", "th"]);
const voids: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Deeper lists are indented no further, so that no mail grows by its indents. */
const maxIndents = 8;

const indentOf = (depth: number): string => "  ".repeat(Math.min(Math.max(depth, 0), maxIndents));

type OpenToken = Extract<HtmlToken, { kind: "open" }>;

/** Such as the preview line that mail clients show beside the subject. */
const isHidden = ({ attributes: { style = "", hidden } }: OpenToken): boolean =>
  hidden !== undefined || /(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*all)/i.test(style);

/** Where a link leads, if that is of use in a text. */
const targetOf = ({ attributes: { href = "" } }: OpenToken): string | undefined =>
  /^(?:https?:|mailto:|tel:)/i.test(href.trim()) ? href.trim() : undefined;

const withoutScheme = (url: string): string => url.replace(/^(?:https?:\/\/|mailto:|tel:)/i, "").replace(/\/$/, "");

/**
 * The text of an HTML document or fragment: blocks on lines of their own, links as `words <address>` (RFC 3986 appendix
 * C), lists with dashes or numbers, images by their description. Lines are as long as they come. Linear in the input.
 */
export function htmlToText(html: string): string {
  const layout = createTextLayout();
  let link: { target: string | undefined; mark: number } | undefined;
  /** One for each open list: the next item's number, or undefined where there are none. */
  const lists: { next: number | undefined }[] = [];
  let preformatted = 0;
  /** The element that hides what is inside, and how many of its name are open. */
  let hidden: { name: string; depth: number } | undefined;

  const endLink = (): void => {
    const { target, mark } = link ?? {};
    link = undefined;
    if (target === undefined || mark === undefined) return;
    if (withoutScheme(layout.since(mark)) === withoutScheme(target)) return;
    if (layout.mark() > mark) layout.attach(`<${target}>`);
    else layout.word(`<${target}>`);
  };
  const item = (): void => {
    layout.break(1);
    const list = lists.at(-1);
    layout.setIndent(indentOf(lists.length - 1));
    layout.marker(list?.next === undefined ? "-" : `${list.next}.`);
    if (list?.next !== undefined) list.next += 1;
    layout.setIndent(indentOf(lists.length));
  };
  const edge = (name: string): void => {
    // A list inside a list continues it.
    if (paragraphs.has(name)) layout.break(lists.length > 0 && (name === "ul" || name === "ol") ? 1 : 2);
    else if (lines.has(name)) layout.break(1);
    else if (cells.has(name)) layout.space();
  };
  const open = (token: OpenToken): void => {
    const { name, attributes } = token;
    if (isHidden(token)) {
      if (!voids.has(name)) hidden = { name, depth: 1 };
      return;
    }
    if (name === "li") return item();
    edge(name);
    if (name === "br") layout.preformatted("\n");
    else if (name === "hr") layout.rule();
    else if (name === "img") layout.flow(attributes["alt"] ?? "");
    else if (name === "pre") preformatted += 1;
    else if (name === "ul") lists.push({ next: undefined });
    else if (name === "ol") lists.push({ next: Number.parseInt(attributes["start"] ?? "1", 10) || 1 });
    else if (name === "a") {
      // Links do not nest: the next one ends what was not ended.
      endLink();
      link = { target: targetOf(token), mark: layout.mark() };
    }
  };
  const close = (name: string): void => {
    if (name === "a") endLink();
    if (name === "pre") preformatted = Math.max(0, preformatted - 1);
    if (name === "li" || name === "ul" || name === "ol") layout.endItem();
    if (name === "ul" || name === "ol") {
      lists.pop();
      layout.setIndent(indentOf(lists.length));
    }
    edge(name);
  };

  for (const token of htmlTokens(html)) {
    if (hidden) {
      if (token.kind !== "text" && token.name === hidden.name) hidden.depth += token.kind === "open" ? 1 : -1;
      if (hidden.depth === 0) hidden = undefined;
    } else if (token.kind === "open") open(token);
    else if (token.kind === "close") close(token.name);
    else if (preformatted > 0) layout.preformatted(token.text);
    else layout.flow(token.text);
  }
  return layout.end();
}
