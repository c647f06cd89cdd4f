// The list of mails, and the help on addresses that play a part.
import { delayedAddress } from "../address.ts";
import { html, type Markup } from "./markup.ts";
import type { Letter } from "./letters.ts";
import { timeMarkup } from "./page.ts";

const snippetLength = 120;
const shownLetters = 200;

function snippetOf({ text, message }: Letter): string {
  const words = text ?? (message?.html ?? "").replace(/<(style|script|title)[\s\S]*?<\/\1\s*>|<[^>]*>/gi, " ");
  return words.replace(/\s+/g, " ").trim().slice(0, snippetLength);
}

const letterItem = (letter: Letter): Markup => html`
  <li>
    <a href="/inbox/mail/${letter.id}" id="${letter.id}">
      <span class="from">${letter.from}</span>
      ${timeMarkup(letter.receivedAtMs)}
      <span class="subject">${letter.subject || "(no subject)"}</span>
      ${!letter.message && html`<span class="label">system mail</span>`}
      <span class="to">to ${letter.to}</span>
      <span class="snippet">${snippetOf(letter)}</span>
    </a>
  </li>
`;

/** What the page's script asks for again and again. */
export function letterList(letters: Letter[], filter: string): Markup {
  if (letters.length === 0 && filter)
    return html`<p class="empty">No mail to “${filter}”. <a href="/inbox">Show all mailboxes</a></p>`;
  if (letters.length === 0)
    return html`<p class="empty">No mail yet. Send one through SES, and it lands here within a second.</p>`;
  const more = letters.length - shownLetters;
  return html`
    <ol class="letters">
      ${letters.slice(0, shownLetters).map(letterItem)}
    </ol>
    ${more > 0 && html`<p class="note">and ${more} older</p>`}
  `;
}

const parts: [address: string, what: string][] = [
  ["success@simulator.amazonses.com", "Delivery"],
  ["bounce@simulator.amazonses.com", "a hard bounce: 550 5.1.1, user unknown"],
  ["ooto@simulator.amazonses.com", "Delivery, then an out-of-office answer, which SES reports as a transient bounce"],
  ["complaint@simulator.amazonses.com", "Delivery, then a complaint"],
  ["suppressionlist@simulator.amazonses.com", "a bounce, as if the address were on SES's global suppression list"],
];

const help = html`
  <details class="help">
    <summary>Addresses and contents that play a part</summary>
    <h2>As in AWS</h2>
    <p>SES's mailbox simulator; labels work too, as in <code>bounce+one@…</code>. Mail to it is not shown here.</p>
    <dl>
      ${parts.map(
        ([address, what]) =>
          html`<dt><code>${address}</code></dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <p>A mail that holds the EICAR test file, the text that virus scanners agree on, is taken and then rejected.</p>
    <p>
      A template (<code>SendTemplatedEmail</code>) whose data lacks one of its variables is taken, and its rendering
      fails.
    </p>
    <h2>Only on this laptop</h2>
    <dl>
      <dt><code>${delayedAddress}</code></dt>
      <dd>a delivery delay first, then Delivery</dd>
    </dl>
    <p>In a mail, buttons report it as spam, answer out of office, bounce it late, or unsubscribe.</p>
  </details>
`;

export function listPage(letters: Letter[], mailboxes: string[], filter: string): Markup {
  return html`
    <h1>${filter ? html`Mail to “${filter}”` : html`All mailboxes`}</h1>
    <form class="filter" action="/inbox" role="search">
      <label for="to">Mailbox</label>
      <input id="to" name="to" type="search" list="mailboxes" value="${filter}" placeholder="part of an address" />
      <datalist id="mailboxes">${mailboxes.map((address) => html`<option value="${address}"></option>`)}</datalist>
      <button>Show</button>
    </form>
    <noscript><p class="note">Reload the page to see new mail.</p></noscript>
    <div data-live="/inbox/list?to=${encodeURIComponent(filter)}">${letterList(letters, filter)}</div>
    ${help}
  `;
}
