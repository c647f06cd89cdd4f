// When which events arrive at an operator whose customers have sent at one pace for a long time: as many events of mails
// sent hours ago as of those sent this minute.
import type { Fact, Mail } from "../../test/support/chaos/facts.ts";
import type { Random } from "../../test/support/chaos/random.ts";
import type { ConnectedAccount } from "../../test/support/event-functions.ts";

export interface ArrivalProfile {
  tenants: number;
  /** Of all tenants together; each mail has one recipient. */
  mailsPerSecond: number;
  seconds: number;
}

export interface Arrival {
  /** Since the begin; negative for what arrived before. */
  atMs: number;
  fact: Fact;
}

export interface Arrivals {
  accounts: ConnectedAccount[];
  /** What mails had been through already whose later events arrive during the time. */
  before: Arrival[];
  /** In order. */
  during: Arrival[];
}

export const beginMs = Date.parse("2026-11-23T10:07:00Z");

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const userAgent =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

/** Of an exponential distribution. */
const waitMs = (random: Random, meanMs: number): number => -Math.log(1 - random.next()) * meanMs;

interface LifeEvent {
  type: Fact["type"];
  /** After the mail was sent. */
  afterMs: number;
  body: Fact["body"];
}

/** Four events: sent, delivered within seconds, opened (half within the hour, half within the day), then a click or an open. */
function lifeOf(random: Random): LifeEvent[] {
  const device = { userAgent, ipAddress: `198.51.100.${random.integer(1, 254)}`, isBotEvent: "Unlikely" };
  const deliveredMs = random.integer(400, 4_000);
  const openedMs = deliveredMs + 5_000 + waitMs(random, random.chance(0.5) ? 30 * minuteMs : 12 * hourMs);
  const last: LifeEvent = random.chance(0.4)
    ? {
        type: "click",
        afterMs: openedMs + random.integer(5_000, 60_000),
        body: { ...device, link: `https://shop.example/offers/${random.integer(1, 6)}?from=mail`, linkTags: null },
      }
    : { type: "open", afterMs: openedMs + waitMs(random, 6 * hourMs), body: device };
  return [
    { type: "send", afterMs: 0, body: {} },
    {
      type: "delivery",
      afterMs: deliveredMs,
      body: {
        processingTimeMillis: deliveredMs,
        smtpResponse: "250 2.0.0 OK 1763892420 6a1803df08f44-8b4d6a5e1a2si12345678d6.42 - gsmtp",
        reportingMTA: "a8-30.smtp-out.amazonses.example",
      },
    },
    { type: "open", afterMs: openedMs, body: device },
    last,
  ];
}

const mailOf = (random: Random, account: ConnectedAccount, sentAtMs: number): Mail => ({
  account,
  messageId: `0100${random.hex(12)}-${random.hex(8)}-${random.hex(4)}-4000-8000-${random.hex(12)}-000000`,
  sentAtMs,
  from: "Corner Shop <orders@shop.example>",
  subject: "Your order has left the shop and is on its way",
  recipients: [`first.lastname.${random.integer(1, 1e7)}@mail.example.com`],
  tags: { campaign: random.pick(["orders", "welcome", "spring"]), stage: "production" },
});

/** From SES's event to our queue. */
const transportMs = 500;

const toArrival = (mail: Mail, { type, afterMs, body }: LifeEvent): Arrival => {
  const happenedMs = Math.round(mail.sentAtMs + afterMs);
  return {
    atMs: happenedMs + transportMs - beginMs,
    fact: {
      mail,
      type,
      recipients: type === "send" || type === "delivery" ? mail.recipients : [],
      body,
      copies: [{ style: "eventPublishing", atMs: happenedMs, mailAtMs: mail.sentAtMs }],
    },
  };
};

/**
 * As many mails as are sent in the time, and as many events as they ever have. What would happen after the end of the time
 * stands for the same event of a mail that was sent as much earlier.
 */
export function makeArrivals(random: Random, { tenants, mailsPerSecond, seconds }: ArrivalProfile): Arrivals {
  const accounts = Array.from({ length: tenants }, (_, index) => ({
    tenantId: `ten_${String(index).padStart(20, "0")}`,
    accountId: String(222_222_222_222 + index),
    region: "us-east-1",
  }));
  const before: Arrival[] = [];
  const during: Arrival[] = [];
  const spanMs = seconds * 1_000;
  for (let mails = 0; mails < mailsPerSecond * seconds; mails += 1) {
    const account = random.pick(accounts);
    const sentMs = random.next() * spanMs;
    const life = lifeOf(random);
    const spanOf = ({ afterMs }: LifeEvent) => Math.floor((sentMs + transportMs + afterMs) / spanMs);
    for (const span of new Set(life.map(spanOf))) {
      const mail = mailOf(random, account, Math.round(beginMs + sentMs - span * spanMs));
      for (const event of life)
        if (spanOf(event) < span) before.push(toArrival(mail, event));
        else if (spanOf(event) === span) during.push(toArrival(mail, event));
    }
  }
  return { accounts, before, during: during.toSorted((a, b) => a.atMs - b.atMs) };
}
