// Open pixel and click links of an HTML mail (SES developer guide, "Email sending metrics FAQs"): which links are
// tracked, and the HTML with them replaced. No token, no HTTP here (tracking.ts).
import { AwsError } from "../protocol.ts";
import { listTags, type Attribute, type Tag } from "./html-tags.ts";
import type { TrackedLink } from "./message.ts";

const maxTrackedLinks = 250;
const openTrackerPlaceholder = "{{ses:openTracker}}";

/** RFC 3986: SES does not track a link that is not properly encoded. */
const trackableUrl = /^https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/i;

/** Named references that give a character which a URL may hold. Any other is left alone, and its link with it. */
const urlCharacters = new Map(
  [
    "amp& AMP& apos' excl! num# dollar$ percnt% lpar( rpar) ast* midast* plus+ comma, period. sol/ colon:",
    "semi; equals= quest? commat@ lsqb[ lbrack[ rsqb] rbrack] lowbar_ UnderBar_",
  ].flatMap((line) => line.split(" ").map((entry) => [entry.slice(0, -1), entry.slice(-1)] as const)),
);

/** The value of an attribute with its character references decoded; undefined where one is beyond us. */
function findDecoded(value: string): string | undefined {
  let known = true;
  const decoded = value.replace(
    /&(?:#x([0-9a-f]+);?|#(\d+);?|([a-z]\w*);|amp(?![\w=]))/gi,
    (all: string, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return codePoint(Number(decimal));
      if (name === undefined) return "&";
      const character = urlCharacters.get(name);
      if (character === undefined) known = false;
      return character ?? all;
    },
  );
  return known ? decoded : undefined;
}

const codePoint = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\u{fffd}");

const escapeAttribute = (value: string): string => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** `ses:tags="product:book;genre:fiction;"`, keys and values of letters, digits, hyphens and underscores. */
function parseLinkTags(value: string | undefined): TrackedLink["tags"] {
  const pairs = (value ?? "").split(";").map((pair) => pair.split(":").map((part) => part.trim()));
  const tags = pairs.filter(([key = "", text = ""]) => /^[\w-]+$/.test(key) && /^[\w-]+$/.test(text));
  return tags.length > 0 ? Object.fromEntries(tags.map(([key = "", text = ""]) => [key, [text]])) : null;
}

const attributeOf = (tag: Tag, name: string): Attribute | undefined =>
  tag.attributes.find((attribute) => attribute.name === name);

export interface HtmlLink extends TrackedLink {
  /** Its place among the tracked links; undefined when it is not tracked. */
  index?: number;
}

export interface Tracking {
  /** Address that stands in for the tracked link of this index. Absent: no click is tracked. */
  clickUrl?: (index: number) => string;
  /** Absent: no open is tracked. */
  pixelUrl?: string;
}

/**
 * The HTML as it arrives, with `ses:` attributes removed, and its http(s) links in order. Deterministic: the same HTML
 * gives the same links and indices.
 * @throws AwsError `InvalidParameterValue` for a second open tracker placeholder.
 */
export function trackHtml(html: string, tracking: Tracking): { html: string; links: HtmlLink[] } {
  const placeholders = html.split(openTrackerPlaceholder).length - 1;
  if (placeholders > 1)
    throw new AwsError("InvalidParameterValue", `Only one ${openTrackerPlaceholder} placeholder is allowed.`);

  const tags = listTags(html);
  const links: HtmlLink[] = [];
  const edits: { start: number; end: number; text: string }[] = [];
  let tracked = 0;
  for (const tag of tags) {
    if (tag.isEnd || tag.name !== "a") continue;
    for (const { name, start, end } of tag.attributes)
      if (name.startsWith("ses:")) edits.push({ start, end, text: "" });
    const href = attributeOf(tag, "href");
    const link = href && findDecoded(href.value)?.trim();
    if (!href || link === undefined || !trackableUrl.test(link)) continue;
    const found: HtmlLink = { link, tags: parseLinkTags(attributeOf(tag, "ses:tags")?.value) };
    links.push(found);
    if (!tracking.clickUrl || attributeOf(tag, "ses:no-track") || tracked >= maxTrackedLinks) continue;
    found.index = tracked;
    tracked += 1;
    edits.push({ ...href, text: `href="${escapeAttribute(tracking.clickUrl(found.index))}"` });
  }

  const pixel =
    tracking.pixelUrl === undefined
      ? ""
      : `<img alt="" src="${escapeAttribute(tracking.pixelUrl)}" width="1" height="1" style="display:none">`;
  const placeholder = html.indexOf(openTrackerPlaceholder);
  if (placeholder !== -1)
    edits.push({ start: placeholder, end: placeholder + openTrackerPlaceholder.length, text: pixel });
  else {
    const bodyEnd = tags.findLast((tag) => tag.isEnd && tag.name === "body")?.start ?? html.length;
    edits.push({ start: bodyEnd, end: bodyEnd, text: pixel });
  }
  return { html: applyEdits(html, edits), links };
}

function applyEdits(html: string, edits: { start: number; end: number; text: string }[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    if (start < at) continue;
    pieces.push(html.slice(at, start), text);
    at = end;
  }
  return [...pieces, html.slice(at)].join("");
}
