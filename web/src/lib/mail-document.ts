// A mail's HTML made harmless for looking at: nothing runs, nothing is loaded, no link leads anywhere. So looking is never
// an open or a click of the recipient's.

/** Whatever the HTML says: no scripts, no frames, no forms, and nothing from anywhere but the mail itself. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

/** They would run, load, lead away, or say where the rest is loaded from. `link` may even look up names (`dns-prefetch`). */
const forbiddenElements = "script, link, meta, base, iframe, frame, frameset, object, embed, portal, noscript";
const leadingAttributes: ReadonlySet<string> = new Set(
  "href xlink:href action formaction ping target srcdoc background".split(" "),
);

/** For the `srcdoc` of a frame that is sandboxed as well. */
export function toMailDocument(html: string): string {
  // Such a document has no window: nothing in it runs or loads (HTML standard, DOMParser).
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of parsed.querySelectorAll(forbiddenElements)) element.remove();
  for (const element of parsed.querySelectorAll("*")) {
    const address = element.getAttribute("href");
    for (const name of element.getAttributeNames())
      if (leadingAttributes.has(name) || name.startsWith("on")) element.removeAttribute(name);
    if (address !== null && !element.hasAttribute("title")) element.setAttribute("title", address);
  }
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><style>body{overflow-wrap:anywhere}a{color:#0645ad;text-decoration:underline}</style>`;
  return `<!doctype html><html><head>${head}${parsed.head.innerHTML}</head>${parsed.body.outerHTML}</html>`;
}
