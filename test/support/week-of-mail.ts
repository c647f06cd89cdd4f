// A week of a small shop's mail, for pictures: its SES tells of it on the customer's own bus, as of mail that was sent then.
import type { Cloud } from "../../local/cloud.ts";
import type { EventInput } from "../../local/eventbridge/event.ts";
import { laptopRegion } from "../../local/laptop.ts";
import type { EventType } from "../../shared/domain/event.ts";
import { eventBridgeBody } from "./chaos/deliveries.ts";
import type { Body, Fact, Mail } from "./chaos/facts.ts";
import { createRandom, type Random } from "./chaos/random.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const days = 7;

/** How many mails on a day, from six days ago until today. */
const mailsOfDay = [38, 52, 47, 61, 29, 24, 44];

const campaigns = [
  { campaign: "orders", subject: "Your order is on its way", share: 0.5, opened: 0.72, clicked: 0.45 },
  { campaign: "autumn", subject: "The autumn harvest is in", share: 0.85, opened: 0.41, clicked: 0.22 },
  { campaign: "welcome", subject: "Welcome to the shop", share: 1, opened: 0.58, clicked: 0.36 },
];

const names = ["ada", "grace", "eve", "alan", "edsger", "barbara", "donald", "radia", "tim", "margaret"];

const device = {
  userAgent:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  ipAddress: "198.51.100.7",
};

/** Some wait as long, many much less. */
const delayMs = (random: Random, meanMs: number): number => Math.round(-Math.log(1 - random.next()) * meanMs);

function factsOf(random: Random, mail: Mail, { opened, clicked }: (typeof campaigns)[number]): Fact[] {
  const facts: Fact[] = [];
  const happens = (type: EventType, atMs: number, body: Body = {}) => {
    const recipients = ["open", "click"].includes(type) ? [] : mail.recipients;
    facts.push({ mail, type, recipients, body, copies: [{ style: "eventPublishing", atMs, mailAtMs: mail.sentAtMs }] });
  };
  happens("send", mail.sentAtMs);
  const deliveredMs = mail.sentAtMs + random.integer(400, 4000);
  if (random.chance(0.04)) {
    happens("bounce", deliveredMs, {
      bounceType: random.chance(0.6) ? "Permanent" : "Transient",
      bounceSubType: "General",
    });
    return facts;
  }
  happens("delivery", deliveredMs, { processingTimeMillis: deliveredMs - mail.sentAtMs, smtpResponse: "250 2.0.0 OK" });
  if (!random.chance(opened)) return facts;
  const openedMs = deliveredMs + minuteMs + delayMs(random, hourMs);
  happens("open", openedMs, device);
  if (random.chance(clicked / opened))
    happens("click", openedMs + delayMs(random, minuteMs) + 2000, { ...device, link: "https://shop.example/sesame" });
  else if (random.chance(0.01)) happens("complaint", openedMs + minuteMs, { complaintFeedbackType: "abuse" });
  return facts;
}

/** The same week at each call, but for when it was. @param accountId has a connection, so that its events are admitted */
export function publishWeekOfMail({ eventBridge }: Cloud, accountId: string, nowMs: number): void {
  const random = createRandom(7);
  // The bus knows of no tenants.
  const account = { tenantId: "", accountId, region: laptopRegion };
  for (const [day, mails] of mailsOfDay.entries())
    for (let index = 0; index < mails; index += 1) {
      const chance = random.next();
      const campaign = campaigns.find(({ share }) => chance < share)!;
      const mail: Mail = {
        account,
        messageId: `0100${random.hex(12)}-${random.hex(8)}-${random.hex(4)}-4000-8000-${random.hex(12)}-000000`,
        sentAtMs: nowMs - (days - 1 - day) * 24 * hourMs - random.integer(5 * minuteMs, 6 * hourMs),
        from: "Shop <hello@shop.example>",
        subject: campaign.subject,
        recipients: [`${random.pick(names)}.${random.integer(1, 99)}@people.example`],
        tags: { campaign: campaign.campaign },
      };
      for (const fact of factsOf(random, mail, campaign))
        if (fact.copies[0]!.atMs <= nowMs) {
          const event = JSON.parse(eventBridgeBody(random, fact, fact.copies[0]!)) as EventInput;
          eventBridge.publishFromService(account.accountId, account.region, event);
        }
    }
}
