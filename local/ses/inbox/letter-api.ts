// The mails as JSON, for tests and tools.
import type { SesMessage } from "../message.ts";
import { followUrl, trackedView } from "../tracking.ts";
import type { Letter } from "./letters.ts";

export interface LetterView {
  id: string;
  /** SES's id; null on a mail of another service of the laptop cloud. */
  messageId: string | null;
  to: string;
  from: string;
  subject: string;
  /** ISO 8601 UTC. */
  receivedAt: string;
  /** As the recipient gets it, pixel and links in place. */
  html: string | null;
  text: string | null;
  /** In the order of the mail. `link` is where it leads, `url` what to open to follow it as a reader does. */
  links: { link: string; url: string }[];
  /** Null where opens are not tracked. */
  openPixelUrl: string | null;
}

function htmlView(message: SesMessage, publicUrl: string) {
  const view = trackedView(message, publicUrl);
  return {
    html: view.html,
    links: view.links.map((link) => ({ link: link.link, url: followUrl(message, publicUrl, link) })),
    openPixelUrl: view.openPixelUrl ?? null,
  };
}

export function toLetterView({ message, ...letter }: Letter, publicUrl: string): LetterView {
  return {
    id: letter.id,
    messageId: message?.messageId ?? null,
    to: letter.to,
    from: letter.from,
    subject: letter.subject,
    receivedAt: new Date(letter.receivedAtMs).toISOString(),
    text: letter.text ?? null,
    ...(message?.html === undefined ? { html: null, links: [], openPixelUrl: null } : htmlView(message, publicUrl)),
  };
}
