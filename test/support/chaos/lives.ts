// Makes up mails and what becomes of each: the shares are those of ordinary senders, with more of what is rare and hard.
import type { EventType } from "../../../shared/domain/event.ts";
import type { ConnectedAccount } from "../event-functions.ts";
import type { Body, Copy, Fact, Mail } from "./facts.ts";
import type { Random } from "./random.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

const domains = ["example.com", "example.net", "mail.example.org", "post.example"];

const agents = [
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
  "Mozilla/5.0",
];

const hardBounces = ["General", "NoEmail", "Suppressed", "OnAccountSuppressionList"];
const softBounces = ["General", "MailboxFull", "MessageTooLarge", "ContentRejected"];

interface Life {
  mail: Mail;
  facts: Fact[];
  /** Every time of a mail is used once, as opens and clicks are told apart by it. */
  takenMs: Set<number>;
  style: "published" | "both" | "notified";
}

/** These happen when the mail is sent, and say no other time. */
export const withoutOwnTime: ReadonlySet<EventType> = new Set(["send", "reject", "renderingFailure"]);

/** What may be told as a notification of an identity, too. */
const notifiable: ReadonlySet<EventType> = new Set(["bounce", "complaint", "delivery"]);

function copiesOf(random: Random, { mail, style }: Life, type: EventType, atMs: number): Copy[] {
  const published: Copy = { style: "eventPublishing", atMs, mailAtMs: mail.sentAtMs };
  const notified: Copy = {
    style: "identityNotification",
    atMs: atMs + random.integer(-3_000, 3_000),
    mailAtMs: mail.sentAtMs + random.integer(0, 8_000),
  };
  const isNotified = style !== "published" && notifiable.has(type);
  // SES is best effort: now and then it tells nobody.
  return [...(style === "notified" ? [] : [published]), ...(isNotified ? [notified] : [])].filter(
    () => !random.chance(0.01),
  );
}

function happens(
  random: Random,
  life: Life,
  type: EventType,
  recipients: string[],
  atMs: number,
  body: Body = {},
): void {
  let freeMs = atMs;
  while (!withoutOwnTime.has(type) && life.takenMs.has(freeMs)) freeMs += 1;
  life.takenMs.add(freeMs);
  const copies = copiesOf(random, life, type, freeMs);
  if (copies.length > 0) life.facts.push({ mail: life.mail, type, recipients, body, copies });
}

const bounceBody = (random: Random, bounceType: string, bounceSubType: string): Body => ({
  bounceType,
  bounceSubType,
  feedbackId: `0100${random.hex(12)}-${random.hex(8)}-000000`,
  reportingMTA: "dns; a8-30.smtp-out.example.com",
});

/** What comes of the attempt to hand the mail over: true when the recipient has it. */
function deliver(random: Random, life: Life, recipient: string, atMs: number): boolean {
  const delays = random.chance(0.06) ? random.integer(1, 3) : 0;
  for (let delay = 1; delay <= delays; delay += 1)
    happens(random, life, "deliveryDelay", [recipient], atMs + delay * 20 * minuteMs, { delayType: "MailboxFull" });
  const triedMs = atMs + delays * 30 * minuteMs + random.integer(300, 9_000);

  const fate = random.next();
  if (fate < 0.04)
    happens(random, life, "bounce", [recipient], triedMs, bounceBody(random, "Permanent", random.pick(hardBounces)));
  else if (fate < 0.06)
    happens(random, life, "bounce", [recipient], triedMs, bounceBody(random, "Transient", random.pick(softBounces)));
  else if (fate < 0.07)
    happens(random, life, "bounce", [recipient], triedMs, bounceBody(random, "Undetermined", "Undetermined"));
  else {
    happens(random, life, "delivery", [recipient], triedMs, {
      processingTimeMillis: triedMs - life.mail.sentAtMs,
      smtpResponse: "250 2.0.0 Ok: queued",
      reportingMTA: "a8-30.smtp-out.example.com",
    });
    if (random.chance(0.03))
      happens(random, life, "bounce", [recipient], triedMs + minuteMs, bounceBody(random, "Transient", "General"));
    if (random.chance(0.01))
      happens(random, life, "bounce", [recipient], triedMs + 5 * minuteMs, bounceBody(random, "Permanent", "General"));
    return true;
  }
  return false;
}

/** Opens and clicks of one reader; SES can name the reader of a mail to one recipient only. */
function read(random: Random, life: Life, atMs: number): void {
  const { mail } = life;
  const known = mail.recipients.length === 1 ? mail.recipients : [];
  const device = { userAgent: random.pick(agents), ipAddress: `198.51.100.${random.integer(1, 254)}` };
  const opens = random.chance(0.45) ? random.integer(1, 4) : 0;
  for (let open = 0; open < opens; open += 1) {
    const openedMs = atMs + random.integer(1_000, 2 * dayMs);
    happens(random, life, "open", known, openedMs, {
      ...device,
      isBotEvent: random.pick(["Likely", "Unlikely"]),
    });
    if (random.chance(0.3))
      happens(random, life, "click", known, openedMs + random.integer(2_000, minuteMs), {
        ...device,
        link: `https://shop.example/offers/${random.integer(1, 6)}?from=mail`,
        linkTags: null,
      });
  }
  if (random.chance(0.02))
    happens(random, life, "subscription", known, atMs + random.integer(minuteMs, dayMs), {
      contactList: "news",
      source: "UnsubscribeHeader",
      newTopicPreferences: { unsubscribeAll: true },
    });
}

/** Providers redact who complained: SES names everybody on the mail at that provider. */
function complain(random: Random, life: Life, reached: string[], atMs: number): void {
  const complainer = random.pick(reached);
  const provider = complainer.slice(complainer.indexOf("@"));
  const named = reached.filter((recipient) => recipient.endsWith(provider));
  happens(random, life, "complaint", named, atMs + random.integer(minuteMs, dayMs), {
    complaintFeedbackType: random.pick(["abuse", "abuse", "abuse", "other", "not-spam"]),
    complaintSubType: null,
    feedbackId: `0100${random.hex(12)}-${random.hex(8)}-000000`,
  });
}

/** All that happened to a mail and was told at least once. */
function live(random: Random, mail: Mail, style: Life["style"]): Fact[] {
  const life: Life = { mail, facts: [], takenMs: new Set(), style };
  happens(random, life, "send", mail.recipients, mail.sentAtMs);
  const atOnce = random.next();
  if (atOnce < 0.01) happens(random, life, "renderingFailure", mail.recipients, mail.sentAtMs, failure);
  else if (atOnce < 0.015) happens(random, life, "reject", mail.recipients, mail.sentAtMs, { reason: "Bad content" });
  else if (atOnce < 0.02)
    happens(random, life, "complaint", mail.recipients.slice(0, 1), mail.sentAtMs + 700, {
      complaintSubType: "OnAccountSuppressionList",
      feedbackId: `0100${random.hex(12)}-${random.hex(8)}-000000`,
    });
  else {
    const reached = mail.recipients.filter((recipient) => deliver(random, life, recipient, mail.sentAtMs));
    for (let reader = 0; reader < reached.length; reader += 1) read(random, life, mail.sentAtMs + 10_000);
    if (reached.length > 0 && random.chance(0.03)) complain(random, life, reached, mail.sentAtMs);
  }
  return life.facts;
}

const failure = { errorMessage: "Attribute 'name' is not present in the rendering data.", templateName: "welcome" };

/** The events of these facts, one for each recipient. */
export const countEvents = (facts: readonly Fact[]): number =>
  facts.reduce((sum, { recipients }) => sum + Math.max(1, recipients.length), 0);

/** Most mails go to one recipient, some to up to 50, as many as SES takes. */
function countRecipients(random: Random): number {
  const size = random.next();
  if (size < 0.8) return 1;
  if (size < 0.95) return random.integer(2, 5);
  return size < 0.99 ? random.integer(6, 20) : random.integer(21, 50);
}

/** `people` is how many different addresses there are. */
function write(random: Random, account: ConnectedAccount, sentAtMs: number, people: number): Mail {
  const recipients = new Set<string>();
  const wanted = Math.min(countRecipients(random), people);
  while (recipients.size < wanted) {
    const person = random.integer(1, people);
    recipients.add(`reader-${person}@${domains[person % domains.length]}`);
  }
  return {
    account,
    messageId: `0100${random.hex(12)}-${random.hex(8)}-${random.hex(4)}-4000-8000-${random.hex(12)}-000000`,
    sentAtMs,
    from: "Corner Shop <orders@shop.example>",
    subject: `Offer ${random.integer(1, 900)} of the week`,
    recipients: [...recipients],
    tags: { campaign: random.pick(["spring", "orders", "welcome"]) },
  };
}

/** A list address whose mail is opened again and again: more than an outcome holds inside. */
function openOftenByAList(random: Random, account: ConnectedAccount, sentAtMs: number): Fact[] {
  const mail = { ...write(random, account, sentAtMs, 1_000), recipients: [`list-${random.hex(4)}@lists.example`] };
  const life: Life = { mail, facts: [], takenMs: new Set(), style: "published" };
  happens(random, life, "send", mail.recipients, sentAtMs);
  while (life.facts.length < 70) read(random, life, sentAtMs + 10_000);
  return life.facts;
}

export interface Lives {
  facts: Fact[];
  events: number;
}

/**
 * Facts of at least so many events: mails of four days, of all accounts, ended before `untilMs` but for late opens.
 * One event in seventy is of a list address.
 */
export function makeLives(
  random: Random,
  { events, accounts, untilMs }: { events: number; accounts: readonly ConnectedAccount[]; untilMs: number },
): Lives {
  const facts: Fact[] = [];
  let made = 0;
  for (let mails = 0; made < events; mails += 1) {
    const account = random.pick(accounts);
    const sentAtMs = untilMs - random.integer(2 * dayMs, 6 * dayMs);
    const style = random.chance(0.25) ? random.pick(["both", "both", "notified"] as const) : "published";
    const told =
      mails % 1_000 === 7
        ? openOftenByAList(random, account, sentAtMs)
        : live(random, write(random, account, sentAtMs, Math.ceil(events / 4)), style);
    facts.push(...told);
    made += countEvents(told);
  }
  return { facts, events: made };
}
