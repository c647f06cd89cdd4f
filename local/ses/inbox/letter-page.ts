// One mail: who, what, when; its body in three views; what SES published of it; what its reader may report.
import type { SesMessage } from "../message.ts";
import type { ReaderReport } from "../outcomes.ts";
import type { Letter } from "./letters.ts";
import { html, type Markup } from "./markup.ts";
import { timeMarkup } from "./page.ts";

export const letterViews = ["html", "text", "source"] as const;
export type LetterView = (typeof letterViews)[number];

const reportLabels: Record<ReaderReport, string> = {
  complaint: "Report as spam",
  "out-of-office": "Reply out of office",
  bounce: "Bounce later",
  unsubscribe: "Unsubscribe",
};

const doneLabels: Record<ReaderReport, string> = {
  complaint: "Reported as spam.",
  "out-of-office": "Answered out of office.",
  bounce: "Bounced.",
  unsubscribe: "Unsubscribed.",
};

const viewLabels: Record<LetterView, string> = { html: "HTML", text: "Text", source: "Source" };

/** The view asked for where the mail has it, else the best it has. */
export function chooseView(letter: Letter, asked: string | null): LetterView {
  const possible = letterViews.filter((view) => hasView(letter, view));
  return possible.find((view) => view === asked) ?? possible[0] ?? "text";
}

function hasView({ message, text }: Letter, view: LetterView): boolean {
  if (view === "html") return message?.html !== undefined;
  return view === "text" ? text !== undefined : message !== undefined;
}

function viewTabs(letter: Letter, current: LetterView): Markup {
  const tabs = letterViews.filter((view) => hasView(letter, view));
  return html`<nav class="views" aria-label="Views of the mail">
    ${tabs.map((view) =>
      view === current
        ? html`<a href="?view=${view}" aria-current="page">${viewLabels[view]}</a>`
        : html`<a href="?view=${view}">${viewLabels[view]}</a>`,
    )}
  </nav>`;
}

function bodyOf(letter: Letter, view: LetterView, done: ReaderReport | undefined): Markup {
  if (view === "html" && done)
    return html`<p class="note">
      Not shown again, as that would count as another open. <a href="?view=html">Show the mail</a>
    </p>`;
  if (view === "html")
    return html`<iframe
      title="The mail"
      src="/inbox/mail/${letter.id}/body"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
    ></iframe>`;
  const source = letter.message?.sourceText;
  const cut = view === "source" && letter.message?.sourceTruncated;
  return html`
    ${
      view === "source" &&
      html`<p class="note">
        As taken by SES, without its own headers; pixel and links are put in when the mail is shown.
      </p>`
    }
    <pre tabindex="0">${view === "source" ? source : letter.text}</pre>
    ${cut && html`<p class="note">The rest is not kept.</p>`}
  `;
}

const kilobytes = (sizeBytes: number): string =>
  sizeBytes < 1024 ? `${sizeBytes} bytes` : `${(sizeBytes / 1024).toFixed(1)} kB`;

function attachmentsOf({ attachments }: SesMessage): Markup | undefined {
  if (attachments.length === 0) return undefined;
  return html`<section>
    <h2>Attachments</h2>
    <ul class="attachments">
      ${attachments.map(
        ({ filename, mimeType, sizeBytes }) =>
          html`<li><strong>${filename}</strong> <span>${mimeType}, ${kilobytes(sizeBytes)}</span></li>`,
      )}
    </ul>
  </section>`;
}

/** What the page's script asks for again and again: an open shows as soon as the frame has loaded its pixel. */
export function eventList({ published, configurationSet }: SesMessage): Markup {
  if (published.length === 0)
    return html`<p class="note">
      ${
        configurationSet === undefined
          ? "None: the mail was sent without a configuration set."
          : `None that configuration set “${configurationSet}” asks for.`
      }
    </p>`;
  return html`<ol class="events">
    ${published.map(
      ({ type, atMs, about }) =>
        html`<li><strong>${type}</strong> ${timeMarkup(atMs)} <span>${about.join(", ")}</span></li>`,
    )}
  </ol>`;
}

const eventsOf = (letter: Letter, message: SesMessage): Markup => html`
  <section>
    <h2>Events that SES published</h2>
    <div data-live="/inbox/mail/${letter.id}/events">${eventList(message)}</div>
  </section>
`;

function reportsOf(letter: Letter, reports: readonly ReaderReport[]): Markup {
  return html`<section class="reports" aria-labelledby="reports">
    <h2 id="reports">Play the recipient</h2>
    <div>
      ${reports.map(
        (report) =>
          html`<form method="post" action="/inbox/mail/${letter.id}/${report}">
            <button>${reportLabels[report]}</button>
          </form>`,
      )}
    </div>
    <p class="note">Only on this laptop. SES publishes what it would publish if a recipient or mail server did this.</p>
  </section>`;
}

export interface LetterPageOptions {
  view: LetterView;
  reports: readonly ReaderReport[];
  /** What was just reported. */
  done?: ReaderReport | undefined;
}

export function letterPage(letter: Letter, { view, reports, done }: LetterPageOptions): Markup {
  const { message } = letter;
  return html`
    <p class="back"><a href="/inbox">All mailboxes</a></p>
    ${done && html`<p class="done" role="status">${doneLabels[done]}</p>`}
    <article>
      <h1>${letter.subject || "(no subject)"}</h1>
      <dl class="envelope">
        <dt>From</dt>
        <dd>${letter.from}</dd>
        <dt>To</dt>
        <dd><a href="/inbox?to=${encodeURIComponent(letter.to)}">${letter.to}</a></dd>
        <dt>Received</dt>
        <dd>${timeMarkup(letter.receivedAtMs)}</dd>
        ${
          message &&
          html`<dt>Message id</dt>
            <dd><code>${message.messageId}</code></dd>`
        }
      </dl>
      ${!message && html`<p><span class="label">system mail</span> From the laptop cloud itself, not sent through SES.</p>`}
      ${viewTabs(letter, view)} ${bodyOf(letter, view, done)} ${message && attachmentsOf(message)}
    </article>
    ${message && reportsOf(letter, reports)} ${message && eventsOf(letter, message)}
  `;
}
