// The open pixel and the click redirect over HTTP, and the addresses that lead to them. A click goes to a link stored
// with its message, never to one that the request names.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventPublisher } from "./events.ts";
import type { MailStore } from "./mail-store.ts";
import type { SesMessage } from "./message.ts";
import { trackHtml, type HtmlLink } from "./tracked-html.ts";

export const trackingPrefix = "/track";

/** SES collects opens and clicks for 60 days after sending. */
const collectedMs = 60 * 24 * 60 * 60_000;

const transparentGif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

export interface TrackedView {
  html: string;
  links: HtmlLink[];
  /** Undefined: opens of this message are not tracked. */
  openPixelUrl?: string;
}

const clickUrlOf = (publicUrl: string, message: SesMessage, index: number): string =>
  `${publicUrl}${trackingPrefix}/click/${message.trackingToken}.${index}`;

/** The HTML of a message as its recipients get it, with the addresses under which the laptop is reached now. */
export function trackedView(message: SesMessage, publicUrl: string): TrackedView {
  const openPixelUrl = `${publicUrl}${trackingPrefix}/open/${message.trackingToken}.gif`;
  const view = trackHtml(message.html ?? "", {
    ...(message.clickTracking && { clickUrl: (index: number) => clickUrlOf(publicUrl, message, index) }),
    ...(message.openTracking && { pixelUrl: openPixelUrl }),
  });
  return message.openTracking ? { ...view, openPixelUrl } : view;
}

/** Where a click on a link leads: to the redirect if it is tracked. */
export const followUrl = (message: SesMessage, publicUrl: string, link: HtmlLink): string =>
  link.index === undefined ? link.link : clickUrlOf(publicUrl, message, link.index);

/** A guess such as SES makes: agents that say what they are. Image proxies of mailbox providers pass for people. */
const saysBot =
  /bot\b|crawl|spider|slurp|scanner|preview|monitoring|^$|^(curl|wget|python|go-http-client|java|ruby)\b/i;

function visitOf(request: IncomingMessage) {
  const userAgent = request.headers["user-agent"] ?? "";
  return {
    userAgent,
    ipAddress: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    isBotEvent: saysBot.test(userAgent) ? "Likely" : "Unlikely",
  };
}

export interface TrackingDeps {
  mails: MailStore;
  events: EventPublisher;
  clock: () => number;
}

const neverStored = { "cache-control": "no-store, no-cache, must-revalidate, private, max-age=0" };

/** Answers HEAD as GET without an event, as no mail program opens a mail with it. */
export function createTrackingHandler({ mails, events, clock }: TrackingDeps) {
  const publish = (request: IncomingMessage, message: SesMessage, link?: SesMessage["links"][number]) => {
    if (request.method !== "GET" || clock() > message.acceptedAtMs + collectedMs) return;
    const visit = { timestamp: new Date(clock()).toISOString(), ...visitOf(request) };
    if (link) events.publish(message, "CLICK", { ...visit, link: link.link, linkTags: link.tags }, [link.link]);
    else events.publish(message, "OPEN", visit);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const answer = (status: number, headers: Record<string, string>, body: string | Buffer = "") => {
      response.writeHead(status, { ...neverStored, "x-content-type-options": "nosniff", ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    if (request.method !== "GET" && request.method !== "HEAD") {
      answer(405, { allow: "GET, HEAD" });
      return;
    }
    const path = (request.url ?? "").split("?")[0] ?? "";
    const [, kind, token = "", index] = /^\/track\/(open|click)\/([\w-]+)\.(gif|\d{1,3})$/.exec(path) ?? [];
    const message = mails.findByToken(token);
    if (kind === "open" && index === "gif") {
      if (message?.openTracking) publish(request, message);
      answer(200, { "content-type": "image/gif" }, transparentGif);
      return;
    }
    const link = kind === "click" ? message?.links[Number(index)] : undefined;
    if (!message || !link) {
      answer(404, { "content-type": "text/plain; charset=utf-8" }, "This link leads to no mail that is still kept.\n");
      return;
    }
    publish(request, message, link);
    answer(302, { location: link.link, "referrer-policy": "no-referrer" });
  };
}
