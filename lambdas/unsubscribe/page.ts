// The pages behind an unsubscribe link: plain HTML for a person who knows nothing of us. No script, no foreign resource,
// nothing that says the whole address: a forwarded mail shows it to others.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { ApiResponse } from "../runtime/http.ts";

/** What the page says, and which one button it has. */
export type Page =
  | { kind: "ask" | "left" | "returned"; mail: MailOfLink }
  | { kind: "wrongLink" | "unclear" | "unavailable" };

/** The mail that a link leaves, as its recipient knows it. */
export interface MailOfLink {
  address: string;
  /** Absent: everything that can be left. */
  list?: string | undefined;
  /** The domain that it comes from; may be empty. */
  sender: string;
}

const style = `
:root{color-scheme:light dark;--canvas:#fafaf9;--surface:#fff;--line:#e8e6e3;--ink:#1c1917;--muted:#5f5952;--accent:#a2490a}
@media (prefers-color-scheme:dark){:root{--canvas:#100f0e;--surface:#181614;--line:#302c28;--ink:#f4f2ef;--muted:#aaa299;--accent:#f0a35a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--canvas);color:var(--ink);font:1rem/1.6 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:100%;max-width:27rem;padding:2rem;background:var(--surface);border:1px solid var(--line);border-radius:1rem}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3;letter-spacing:-.01em}
p{margin:0 0 1rem;overflow-wrap:anywhere}
p.note{color:var(--muted);font-size:.9375rem}
main>:last-child{margin-bottom:0}
button{width:100%;min-height:2.875rem;padding:.5rem 1rem;border:1px solid var(--ink);border-radius:.625rem;background:var(--ink);color:var(--canvas);font:inherit;font-weight:600;cursor:pointer}
form+p{margin-top:1.25rem}
button.plain{background:transparent;color:var(--ink);border-color:var(--muted)}
button:hover{opacity:.88}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
`;

const styleHash = btoa(String.fromCodePoint(...sha256(utf8ToBytes(style))));

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-language": "en",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // The address of this page is what must not be passed on.
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex, nofollow",
};

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => escapes[char] ?? char);

/** `ada@people.example` → `a…@people.example`: enough for its owner. */
const hint = (address: string): string => {
  const at = address.lastIndexOf("@");
  return `${Array.from(address)[0] ?? ""}…${address.slice(at)}`;
};

const what = ({ list, sender }: MailOfLink): string => {
  const from = sender === "" ? "" : ` from <strong>${escape(sender)}</strong>`;
  return list === undefined ? `mailings${from}` : `mail of the list <strong>${escape(list)}</strong>${from}`;
};

/** The very body that mail programs post (RFC 8058 section 3.2). */
const leave = (label: string, look = ""): string =>
  `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button${look}>${label}</button></form>`;

const comeBack =
  '<form method="post"><button class="plain" name="action" value="subscribe">Subscribe again</button></form>';

const whom = (mail: MailOfLink): string => `<strong>${escape(hint(mail.address))}</strong>`;

interface Text {
  status: number;
  title: string;
  body: string;
}

const ofMail: Record<"ask" | "left" | "returned", (mail: MailOfLink) => Text> = {
  ask: (mail) => ({
    status: 200,
    title: "Unsubscribe?",
    body: `<p>${whom(mail)} will get no more ${what(mail)}.</p>${leave("Unsubscribe")}<p class="note">Mail that you ask for yourself, such as a receipt or a new password, still comes.</p>`,
  }),
  left: (mail) => ({
    status: 200,
    title: "You are unsubscribed",
    body: `<p>${whom(mail)} gets no more ${what(mail)}.</p><p class="note">Something that was on its way already may still arrive.</p>${comeBack}`,
  }),
  returned: (mail) => ({
    status: 200,
    title: "You are subscribed again",
    body: `<p>${whom(mail)} gets ${what(mail)} as before.</p>${leave("Unsubscribe", ' class="plain"')}`,
  }),
};

const ofNoMail: Record<"wrongLink" | "unclear" | "unavailable", Text> = {
  wrongLink: {
    status: 404,
    title: "This link does not work",
    body: "<p>Nothing was changed. The link may have been cut off: open it from the mail again, or copy all of it.</p>",
  },
  unclear: {
    status: 400,
    title: "Nothing was changed",
    body: `<p>It was not said what to do.</p>${leave("Unsubscribe")}`,
  },
  unavailable: {
    status: 503,
    title: "Nothing was changed yet",
    body: `<p>Something is busy on our side. Please try again in a minute.</p>${leave("Try again")}`,
  },
};

export function pageResponse(page: Page): ApiResponse {
  const { status, title, body } = "mail" in page ? ofMail[page.kind](page.mail) : ofNoMail[page.kind];
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return { status, text, headers: { ...headers, ...(status === 503 ? { "retry-after": "60" } : {}) } };
}
