// The HTML of a mail as the frame of its page shows it: pixel and links at work, scripts and forms not.
import type { SesMessage } from "../message.ts";
import { trackedView } from "../tracking.ts";

/**
 * `sandbox` holds also when somebody opens the address by itself: no script, no form, no origin. Pictures load, as in
 * a mail program that shows them.
 */
export const letterBodyPolicy = [
  "default-src 'none'",
  "img-src http: https: data:",
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-popups allow-popups-to-escape-sandbox",
].join("; ");

/** Links open in a tab of their own. The document type, where there is one, must stay first. */
export function letterBody(message: SesMessage, publicUrl: string): string {
  const { html } = trackedView(message, publicUrl);
  const [doctype = ""] = /^\s*<!doctype[^>]*>/i.exec(html) ?? [];
  return `${doctype}<base target="_blank">${html.slice(doctype.length)}`;
}
