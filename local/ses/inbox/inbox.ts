// The inbox over HTTP: which address shows or does what.
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MailStore } from "../mail-store.ts";
import { readerReports, type Outcomes } from "../outcomes.ts";
import { toLetterView } from "./letter-api.ts";
import { letterBody, letterBodyPolicy } from "./letter-body.ts";
import { chooseView, eventList, letterPage } from "./letter-page.ts";
import { findLetter, listLetters, listMailboxes, type Letter } from "./letters.ts";
import { letterList, listPage } from "./list-page.ts";
import { html } from "./markup.ts";
import { sendPage, sendText } from "./page.ts";

export const inboxPrefix = "/inbox";

export interface InboxDeps {
  mails: MailStore;
  outcomes: Pick<Outcomes, "ofReport">;
  publicUrl: () => string;
}

const readAsset = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const defaultApiLimit = 100;

/** A form of another site must not act here. Browsers say where a request comes from; other programs need not. */
function comesFromHere({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

export function createInboxHandler({ mails, outcomes, publicUrl }: InboxDeps) {
  const assets = new Map([
    ["inbox.css", { type: "text/css", body: readAsset("inbox.css") }],
    ["letter.css", { type: "text/css", body: readAsset("letter.css") }],
    ["inbox.js", { type: "text/javascript", body: readAsset("inbox.js") }],
  ]);

  const showNotFound = (response: ServerResponse) => {
    const body = html`<h1>Not here</h1>
      <p>There is no such page, or the mail is not kept any more. <a href="/inbox">All mailboxes</a></p>`;
    sendPage(response, 404, { title: "Not here", body });
  };

  const showList = (response: ServerResponse, filter: string, whole: boolean) => {
    const part = filter.toLowerCase();
    const letters = listLetters(mails, (to) => to.toLowerCase().includes(part));
    if (!whole) sendText(response, 200, { type: "text/html", body: letterList(letters, filter).markup });
    else sendPage(response, 200, { title: filter || "Mail", body: listPage(letters, listMailboxes(mails), filter) });
  };

  const showLetter = (response: ServerResponse, letter: Letter, query: URLSearchParams) => {
    const view = chooseView(letter, query.get("view"));
    const done = readerReports.find((report) => report === query.get("done"));
    const body = letterPage(letter, { view, reports: readerReports, done });
    sendPage(response, 200, { title: letter.subject || "Mail", body });
  };

  const showApi = (response: ServerResponse, query: URLSearchParams) => {
    const wanted = query.get("to")?.toLowerCase();
    const limit = Number(query.get("limit") ?? defaultApiLimit) || defaultApiLimit;
    const letters = listLetters(mails, (to) => wanted === undefined || to.toLowerCase() === wanted);
    const messages = letters.slice(0, limit).map((letter) => toLetterView(letter, publicUrl()));
    sendText(response, 200, { type: "application/json", body: JSON.stringify({ messages }) });
  };

  const get = (response: ServerResponse, path: string[], query: URLSearchParams) => {
    const [first = "", id = "", last] = path;
    const asset = assets.get(first);
    const letter = first === "mail" ? findLetter(mails, id) : undefined;
    if (first === "" || first === "list") showList(response, query.get("to")?.trim() ?? "", first === "");
    else if (path.join("/") === "api/messages") showApi(response, query);
    else if (asset) sendText(response, 200, asset);
    else if (letter && last === undefined) showLetter(response, letter, query);
    else if (letter?.message && last === "events")
      sendText(response, 200, { type: "text/html", body: eventList(letter.message).markup });
    else if (letter?.message?.html !== undefined && last === "body") {
      const body = letterBody(letter.message, publicUrl());
      sendText(response, 200, { type: "text/html", policy: letterBodyPolicy, body });
    } else showNotFound(response);
  };

  const post = (request: IncomingMessage, response: ServerResponse, [first, id = "", action]: string[]) => {
    request.resume();
    const letter = first === "mail" ? findLetter(mails, id) : undefined;
    const report = readerReports.find((name) => name === action);
    if (!comesFromHere(request))
      sendText(response, 403, { type: "text/plain", body: "Only a page of the inbox may do this.\n" });
    else if (letter?.message && report) {
      outcomes.ofReport[report](letter.message, [letter.to]);
      response.writeHead(303, { location: `${inboxPrefix}/mail/${letter.id}?done=${report}` }).end();
    } else showNotFound(response);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://inbox.example");
    const path = url.pathname.slice(inboxPrefix.length).split("/").filter(Boolean);
    if (request.method === "POST") post(request, response, path);
    else if (request.method === "GET" || request.method === "HEAD") get(response, path, url.searchParams);
    else response.writeHead(405, { allow: "GET, HEAD, POST" }).end();
  };
}
