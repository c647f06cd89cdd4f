// Who caused an open or a click: the rules, as one table, each with its source. How they are applied: verdict.ts.
import type { Network } from "./network.ts";

/**
 * `person`: a mail program or browser in somebody's hands. `imageProxy`: a mail service that fetches the image when somebody
 * opens the mail. `privacyProxy`: one that fetches it whether or not anybody does. `scanner`: a machine that fetches or
 * follows on its own: a security gateway, a bot, a prefetch. `unknown`: nothing says.
 */
export const verdicts = ["person", "imageProxy", "privacyProxy", "scanner", "unknown"] as const;

export type Verdict = (typeof verdicts)[number];

/** Many different links clicked in one go. */
export interface Burst {
  links: number;
  withinMs: number;
}

/** What must hold, all of it, for a rule to apply. */
export interface VerdictCondition {
  type?: "open" | "click";
  /** A pattern of the user agent; `none`: there is none; `botList`: the package isbot lists it (but see `notABot`). */
  agent?: RegExp | "none" | "botList";
  /** What SES itself says of the event. */
  isBotEvent?: "Likely";
  network?: Network;
  /** Before the delivery, or at most so long after it. Where no delivery is known, after the sending. */
  sinceDeliveryMs?: number;
  /** A click of such a burst, or an open by the same agent in the midst of it. */
  burst?: Burst;
  /** Beyond the events that an outcome keeps inside: the others are not at hand to judge it by. */
  isBeyondOutcome?: true;
}

export interface VerdictRule {
  /** Its name, kept with the events it decided. */
  reason: string;
  verdict: Verdict;
  when: VerdictCondition;
  /** The bot list names this agent, and does not know better. */
  notABot?: true;
  /** The reason in words. */
  text: string;
  source: string;
}

const isbot = "https://github.com/omrilotan/isbot (npm package isbot)";
const fieldGuide = "https://check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect";

const gateway = (product: string, agent: RegExp, source: string): VerdictRule => ({
  reason: `gateway-${product.toLowerCase().replaceAll(" ", "-")}`,
  verdict: "scanner",
  when: { agent },
  text: `${product} checks mail before it reaches people.`,
  source,
});

/** The first that applies decides; the last always does. Order: what names itself, what SES says, circumstances, the rest. */
export const verdictRules: readonly VerdictRule[] = [
  {
    reason: "gmail-prefetch",
    verdict: "scanner",
    when: { agent: /Chrome\/42\.0\.2311\.135 Safari\/537\.36 Edge\/12\.246 Mozilla\/5\.0$/ },
    text: "Gmail fetches images ahead while somebody has Gmail open; the mail itself is not opened.",
    source: "https://bird.com/en-us/blog/gmail-prefetching-images",
  },
  {
    reason: "apple-mail-privacy",
    verdict: "privacyProxy",
    when: { type: "open", agent: /^Mozilla\/5\.0$/, network: "apple" },
    text: "Apple's Mail Privacy Protection fetches every image through its relays, whether or not the mail is read.",
    source: "https://help.socketlabs.com/docs/identifying-apple-mpp-opens-in-notification-api-events",
  },
  {
    reason: "bare-agent",
    verdict: "privacyProxy",
    when: { type: "open", agent: /^Mozilla\/5\.0$/ },
    text: "The bare agent that Apple's Mail Privacy Protection shows, from a network not known to be Apple's.",
    source: "https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages/open-click-bot-detect",
  },
  gateway("Barracuda", /barracuda|cudasvc/i, "https://www.tryrankly.com/agent-directory/barracuda-sentinel"),
  gateway("Proofpoint", /proofpoint|urldefense/i, fieldGuide),
  gateway("Mimecast", /mimecast/i, fieldGuide),
  gateway("Cisco Secure Email", /CiscoSecureEmail|ironport/i, fieldGuide),
  gateway("Trend Micro", /\bTMES\b|trend ?micro/i, fieldGuide),
  gateway("Fortinet", /forti(?:mail|guard|net)/i, fieldGuide),
  gateway("Sophos", /\bsophos/i, fieldGuide),
  {
    reason: "known-disguise",
    verdict: "scanner",
    when: { agent: /OS X v10\.9\.3; Trident\/|MSIE 10\.0; Windows NT 6\.1; Trident\/6\.0\)$|Firefox\/2\.0\.0\.16$/ },
    text: "A browser that was never made or is long gone: link scanners give themselves out for it.",
    source: "https://github.com/Groundhogg/wp-plugin, traffic filter, known problem user agents",
  },
  {
    reason: "microsoft-service",
    verdict: "scanner",
    when: { agent: /^Microsoft Exchange\/|Office (?:Existence|Protocol) Discovery|^Office 365 Conn|SafeLinks/i },
    text: "A service of Microsoft's that checks or previews links.",
    source: `https://github.com/skuz-ko/php-email-open-bot-detection; ${isbot}`,
  },
  {
    reason: "ses-says-bot",
    verdict: "scanner",
    when: { isBotEvent: "Likely" },
    text: "Amazon SES takes it for a machine's.",
    source: "Amazon SES developer guide, contents of event data: isBotEvent, since 2026-08-06",
  },
  {
    reason: "bot-list",
    verdict: "scanner",
    when: { agent: "botList" },
    text: "The program is on a list of bots, HTTP libraries and link previews.",
    source: isbot,
  },
  {
    reason: "mail-filter-network",
    verdict: "scanner",
    when: { network: "mailFilter" },
    text: "It came from the mail filter of Microsoft 365, on which nobody reads mail.",
    source: "https://endpoints.office.com/endpoints/worldwide, Exchange, id 10",
  },
  {
    reason: "exchange-online-click",
    verdict: "scanner",
    when: { type: "click", network: "exchangeOnline" },
    text: "The link was followed by Exchange Online itself, which checks and previews links.",
    source: "https://exchangetuts.com/how-do-i-stop-outlookcom-from-following-links-in-email-1640799842939013",
  },
  {
    reason: "google-click",
    verdict: "scanner",
    when: { type: "click", network: "google" },
    text: "The link was followed by Google itself, which checks links.",
    source: "https://check.live-direct-marketing.online/blog/gmail-image-proxy-link-tracking",
  },
  {
    reason: "no-agent-click",
    verdict: "scanner",
    when: { type: "click", agent: "none" },
    text: "The link was followed by a program that does not say what it is; browsers do.",
    source: `${fieldGuide}; RFC 9110 section 10.1.5`,
  },
  {
    reason: "open-at-delivery",
    verdict: "scanner",
    when: { type: "open", sinceDeliveryMs: 2_000 },
    text: "It happened before, or within 2 seconds of, the delivery: nobody can have seen the mail yet.",
    source: "https://suped.com/learn/email-deliverability/how-to-identify-artificial-email-opens-and-clicks",
  },
  {
    reason: "click-at-delivery",
    verdict: "scanner",
    when: { type: "click", sinceDeliveryMs: 5_000 },
    text: "It happened before, or within 5 seconds of, the delivery: nobody can have read the mail yet.",
    source: fieldGuide,
  },
  {
    reason: "three-links-at-once",
    verdict: "scanner",
    when: { burst: { links: 3, withinMs: 2_000 } },
    text: "Three or more different links were followed within 2 seconds.",
    source: "https://nation.marketo.com/t5/product-blogs/update-to-filtering-bot-activity-jan-2024/ba-p/344196",
  },
  {
    reason: "five-links-at-once",
    verdict: "scanner",
    when: { burst: { links: 5, withinMs: 10_000 } },
    text: "Five or more different links were followed within 10 seconds.",
    source: "https://help.maestra.io/docs/filtering-out-fake-clicks-keeping-your-click-rate-clean",
  },
  {
    reason: "beyond-outcome",
    verdict: "unknown",
    when: { isBeyondOutcome: true },
    text: "The mail has more than 40 events; those past them are not judged by their circumstances.",
    source: "docs/decisions/0011-who-counts-as-a-person.md",
  },
  {
    reason: "google-image-proxy",
    verdict: "imageProxy",
    when: { type: "open", agent: /GoogleImageProxy/ },
    notABot: true,
    text: "Gmail fetched the image for somebody who opened the mail.",
    source: "https://wordtothewise.com/2013/12/gmail-deploys-image-proxy-servers/",
  },
  {
    reason: "yahoo-mail-proxy",
    verdict: "imageProxy",
    when: { type: "open", agent: /YahooMailProxy/ },
    notABot: true,
    text: "Yahoo Mail or AOL fetched the image for somebody who opened the mail.",
    source: "https://www.litmus.com/blog/yahoo-mail-introduces-image-caching-what-marketers-must-know",
  },
  {
    reason: "yahoo-network",
    verdict: "imageProxy",
    when: { type: "open", network: "yahoo" },
    text: "Yahoo Mail or AOL fetched the image for somebody who opened the mail.",
    source: "https://senders.yahooinc.com/mail-proxy-servers",
  },
  {
    reason: "exchange-online-open",
    verdict: "imageProxy",
    when: { type: "open", network: "exchangeOnline" },
    text: "Outlook on the web fetched the image for somebody who opened the mail.",
    source: "https://endpoints.office.com/endpoints/worldwide, Exchange, id 1",
  },
  {
    reason: "google-open",
    verdict: "scanner",
    when: { type: "open", network: "google" },
    text: "Google fetched the image itself, and not through the proxy that Gmail shows mail with.",
    source: "https://bird.com/en-us/blog/gmail-prefetching-images",
  },
  {
    reason: "mail-program",
    verdict: "person",
    when: {
      agent:
        /Outlook|Thunderbird|^Airmail |^(?:The Bat!|Postbox|Barca|MailBar|WindowsMail|eMClient|NaverMailApp|Lotus-Notes)|CFNetwork\/|^Dalvik\//,
    },
    notABot: true,
    text: "A mail program or app on somebody's device.",
    source: "https://github.com/matomo-org/device-detector, Tests/Parser/Client/fixtures/pim.yml",
  },
  {
    reason: "browser",
    verdict: "person",
    when: { agent: /^(?:Mozilla|Opera)\/\d.*\(/ },
    text: "A browser or mail program on somebody's device; nothing says otherwise.",
    source: "RFC 9110 section 10.1.5; https://github.com/matomo-org/device-detector, Tests/fixtures",
  },
  {
    reason: "no-agent",
    verdict: "unknown",
    when: { agent: "none" },
    text: "The program does not say what it is.",
    source: "RFC 9110 section 10.1.5",
  },
  {
    reason: "unrecognized",
    verdict: "unknown",
    when: {},
    text: "What the program says of itself is not known.",
    source: "https://suped.com/learn/email-deliverability/how-can-i-identify-bot-user-agents-in-my-email-click-data",
  },
];
