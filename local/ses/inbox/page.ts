// The frame of every inbox page: head, banner, and the headers that keep hostile mail in its place.
import type { ServerResponse } from "node:http";
import { html, type Markup } from "./markup.ts";

const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23b4690e' " +
  "d='M1 3h14v10H1z'/%3E%3Cpath fill='none' stroke='%23fff' d='m1 3 7 6 7-6'/%3E%3C/svg%3E";

export function sendPage(response: ServerResponse, status: number, page: { title: string; body: Markup }): void {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · laptop inbox</title>
        <link rel="icon" href="${icon}" />
        <link rel="stylesheet" href="/inbox/inbox.css" />
        <link rel="stylesheet" href="/inbox/letter.css" />
        <script src="/inbox/inbox.js" type="module"></script>
      </head>
      <body>
        <header class="banner">
          <a class="home" href="/inbox">Laptop inbox</a>
          <span>No mail leaves this machine.</span>
        </header>
        <main>${page.body}</main>
      </body>
    </html> `;
  sendText(response, status, { type: "text/html", policy: pagePolicy, body: markup });
}

export function sendText(
  response: ServerResponse,
  status: number,
  { type, policy = "default-src 'none'", body }: { type: string; policy?: string; body: string },
): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  response.end(body);
}

const dateAndTime = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

/** A time in the reader's zone: the machine is theirs. */
export const timeMarkup = (atMs: number): Markup =>
  html`<time datetime="${new Date(atMs).toISOString()}">${dateAndTime.format(atMs)}</time>`;
