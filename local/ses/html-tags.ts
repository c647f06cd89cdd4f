// The tags of an HTML document and where they stand, found as a browser finds them (WHATWG HTML, 13.2.5 Tokenization):
// comments, scripts and text areas hold none. No meaning of tags here (tracked-html.ts).

export interface Attribute {
  /** Lower case. */
  name: string;
  /** As written: character references not decoded, quotes removed. */
  value: string;
  start: number;
  end: number;
}

export interface Tag {
  /** Lower case. */
  name: string;
  isEnd: boolean;
  start: number;
  end: number;
  attributes: Attribute[];
}

/** Elements whose content is text, not markup. */
const rawTextElements = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"]);
const space = /[\t\n\f\r ]/;

const indexAfter = (html: string, text: string, from: number): number => {
  const index = html.indexOf(text, from);
  return index === -1 ? html.length : index + text.length;
};

function commentEnd(html: string, start: number): number {
  const ends = [indexAfter(html, "-->", start + 2), indexAfter(html, "--!>", start + 4)];
  return Math.min(...ends);
}

/** Runs on while the character matches. */
function skip(html: string, from: number, pattern: RegExp): number {
  let at = from;
  while (at < html.length && pattern.test(html.charAt(at))) at += 1;
  return at;
}

function readAttribute(html: string, start: number): Attribute | undefined {
  // An equals sign in the first place belongs to the name.
  const nameEnd = skip(html, start + 1, /[^\t\n\f\r />=]/);
  const name = html.slice(start, nameEnd).toLowerCase();
  const equals = skip(html, nameEnd, space);
  if (html.charAt(equals) !== "=") return { name, value: "", start, end: nameEnd };
  const valueStart = skip(html, equals + 1, space);
  const quote = html.charAt(valueStart);
  if (quote === '"' || quote === "'") {
    const close = html.indexOf(quote, valueStart + 1);
    return close === -1 ? undefined : { name, value: html.slice(valueStart + 1, close), start, end: close + 1 };
  }
  const valueEnd = skip(html, valueStart, /[^\t\n\f\r >]/);
  return { name, value: html.slice(valueStart, valueEnd), start, end: valueEnd };
}

/** Undefined where the document ends within the tag: then it is none. */
function readTag(html: string, start: number): Tag | undefined {
  const isEnd = html.charAt(start + 1) === "/";
  const nameStart = start + (isEnd ? 2 : 1);
  let at = skip(html, nameStart, /[^\t\n\f\r />]/);
  const name = html.slice(nameStart, at).toLowerCase();
  const attributes: Attribute[] = [];
  for (;;) {
    at = skip(html, at, /[\t\n\f\r /]/);
    if (at >= html.length) return undefined;
    if (html.charAt(at) === ">") return { name, isEnd, start, end: at + 1, attributes };
    const attribute = readAttribute(html, at);
    if (!attribute) return undefined;
    attributes.push(attribute);
    at = attribute.end;
  }
}

function rawTextEnd(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, "gi");
  close.lastIndex = from;
  return close.exec(html)?.index ?? html.length;
}

export function listTags(html: string): Tag[] {
  const tags: Tag[] = [];
  let at = html.indexOf("<");
  while (at !== -1 && at < html.length) {
    if (/^<\/?[a-z]/i.test(html.slice(at, at + 3))) {
      const tag = readTag(html, at);
      if (!tag || tag.name === "plaintext") return tags;
      tags.push(tag);
      at = !tag.isEnd && rawTextElements.has(tag.name) ? rawTextEnd(html, tag.name, tag.end) : tag.end;
    } else if (html.startsWith("<!--", at)) at = commentEnd(html, at);
    else if (/^<[!?/]/.test(html.slice(at, at + 2))) at = indexAfter(html, ">", at);
    else at += 1;
    at = html.indexOf("<", at);
  }
  return tags;
}
