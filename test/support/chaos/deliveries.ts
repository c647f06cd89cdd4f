// Facts as they arrive: the JSON that SES publishes inside EventBridge's envelope, some twice, in no order, with things
// between them that are nobody's.
import type { EventType } from "../../../shared/domain/event.ts";
import { isoOf, type Copy, type Fact } from "./facts.ts";
import { withoutOwnTime } from "./lives.ts";
import type { Random } from "./random.ts";

type Json = Record<string, unknown>;

/** SES's words for a type (SES developer guide, "Event data that Amazon SES publishes"; EventBridge events reference). */
const words: Record<EventType, { eventType: string; detailType: string; body: string; named?: string }> = {
  send: { eventType: "Send", detailType: "Email Sent", body: "send" },
  delivery: { eventType: "Delivery", detailType: "Email Delivered", body: "delivery", named: "recipients" },
  bounce: { eventType: "Bounce", detailType: "Email Bounced", body: "bounce", named: "bouncedRecipients" },
  complaint: {
    eventType: "Complaint",
    detailType: "Email Complaint Received",
    body: "complaint",
    named: "complainedRecipients",
  },
  reject: { eventType: "Reject", detailType: "Email Rejected", body: "reject" },
  open: { eventType: "Open", detailType: "Email Opened", body: "open" },
  click: { eventType: "Click", detailType: "Email Clicked", body: "click" },
  renderingFailure: { eventType: "Rendering Failure", detailType: "Email Rendering Failed", body: "failure" },
  deliveryDelay: {
    eventType: "DeliveryDelay",
    detailType: "Email Delivery Delayed",
    body: "deliveryDelay",
    named: "delayedRecipients",
  },
  subscription: { eventType: "Subscription", detailType: "Email Subscribed", body: "subscription" },
};

const recipientsOf = ({ type, recipients }: Fact): unknown[] =>
  type === "delivery"
    ? recipients
    : recipients.map((emailAddress) =>
        type === "complaint"
          ? { emailAddress }
          : { emailAddress, action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user unknown" },
      );

const headersOf = ({ mail }: Fact): Json => ({
  headersTruncated: false,
  headers: [
    { name: "From", value: mail.from },
    { name: "To", value: mail.recipients.join(", ") },
    { name: "Subject", value: mail.subject },
    { name: "MIME-Version", value: "1.0" },
    { name: "Content-Type", value: 'multipart/alternative; boundary="=_c3f0a1"' },
    { name: "List-Unsubscribe", value: "<https://shop.example/unsubscribe>" },
  ],
  commonHeaders: {
    from: [mail.from],
    to: mail.recipients,
    messageId: mail.messageId,
    subject: mail.subject,
  },
});

const tagsOf = ({ mail, type }: Fact): Json => ({
  "ses:operation": ["SendRawEmail"],
  "ses:configuration-set": ["sesami"],
  "ses:source-ip": ["192.0.2.10"],
  "ses:source-tls-version": ["TLSv1.3"],
  "ses:from-domain": ["shop.example"],
  "ses:caller-identity": ["sesami-customer"],
  ...(type === "delivery" ? { "ses:outgoing-ip": ["192.0.2.77"], "ses:outgoing-tls-version": ["TLSv1.3"] } : {}),
  ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
});

/** What SES publishes for one telling of a fact. */
export function sesJsonOf(fact: Fact, copy: Copy): Json {
  const { mail, type } = fact;
  const { eventType, body, named } = words[type];
  const isPublished = copy.style === "eventPublishing";
  return {
    [isPublished ? "eventType" : "notificationType"]: eventType,
    mail: {
      timestamp: isoOf(copy.mailAtMs),
      source: mail.from,
      ...(type === "open" || type === "click"
        ? {}
        : { sourceArn: `arn:aws:ses:${mail.account.region}:${mail.account.accountId}:identity/shop.example` }),
      sendingAccountId: mail.account.accountId,
      messageId: mail.messageId,
      destination: mail.recipients,
      ...(isPublished && type !== "renderingFailure" ? headersOf(fact) : {}),
      ...(isPublished ? { tags: tagsOf(fact) } : {}),
    },
    [body]: {
      ...fact.body,
      ...(withoutOwnTime.has(type) ? {} : { timestamp: isoOf(copy.atMs) }),
      ...(named === undefined ? {} : { [named]: recipientsOf(fact) }),
    },
  };
}

/** One delivery of it by EventBridge, as JSON; the account and region are the envelope's. */
export function eventBridgeBody(random: Random, fact: Fact, copy: Copy): string {
  const { accountId, region } = fact.mail.account;
  return JSON.stringify({
    version: "0",
    id: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`,
    "detail-type": words[fact.type].detailType,
    source: "aws.ses",
    account: accountId,
    time: `${isoOf(copy.atMs).slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:ses:${region}:${accountId}:configuration-set/sesami`],
    detail: sesJsonOf(fact, copy),
  });
}

/** How much of what arrives is a copy of something that arrived already. */
const duplicated = 0.1;

/**
 * Everything that a queue is sent, in the order it comes: a third of it anywhere, the rest near what was sent about the
 * same time, so that events of one mail meet in batches and in races. A duplicate is the same delivery again, or the same
 * event under another id of EventBridge.
 */
export function deliveriesOf(random: Random, facts: readonly Fact[]): string[] {
  const placed: { body: string; place: number }[] = [];
  for (const [index, fact] of facts.entries())
    for (const copy of fact.copies) {
      const place = () => index / facts.length + random.next() * (random.chance(1 / 3) ? 1 : 0.02);
      const body = eventBridgeBody(random, fact, copy);
      placed.push({ body, place: place() });
      if (random.chance(duplicated))
        placed.push({ body: random.chance(0.5) ? body : eventBridgeBody(random, fact, copy), place: place() });
    }
  return placed.toSorted((a, b) => a.place - b.place).map(({ body }) => body);
}
