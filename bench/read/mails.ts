// Mails of a year and what became of each, for tables to read from: four events a mail, as the store's own items.
import type { SesEvent } from "../../shared/domain/event.ts";
import { fold } from "../../shared/domain/fold.ts";
import { expiresAtSecondsOf, defaultRetentionDays } from "../../shared/domain/retention.ts";
import { addTo, countChange, sumsOf, type CounterSums } from "../../shared/store/ledger/counter-sums.ts";
import { dimensionKeysOf } from "../../shared/store/ledger/dimension-keys.ts";
import { dimensionKeysKey } from "../../shared/store/ledger/keys.ts";
import { rowsOf } from "../../shared/store/ledger/list-row.ts";
import { toOutcomeItem } from "../../shared/store/ledger/outcome-item.ts";
import type { Item } from "../../shared/store/dynamo-batch.ts";

export interface YearMail {
  tenantId: string;
  messageId: string;
  recipient: string;
  sentAtMs: number;
  campaign: string;
  /** The fourth event; the others are send, delivery and an open. */
  last: "click" | "complaint";
}

const configurationSet = "sesami";
const campaigns = ["welcome", "orders", "spring", "rare"];
const dimensions = [`cs:${configurationSet}`, ...campaigns.map((campaign) => `tag:campaign=${campaign}`)];

export const pickCampaign = (index: number): string => campaigns[index % (campaigns.length - 1)]!;

const keys = dimensionKeysOf(dimensions);

const agent =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

function eventsOf({ messageId, recipient, sentAtMs, campaign, last }: YearMail): SesEvent[] {
  const message = {
    sentAt: new Date(sentAtMs).toISOString(),
    from: "Corner Shop <orders@shop.example>",
    subject: "Your order has left the shop and is on its way",
    destinations: [recipient],
    tags: { "ses:operation": ["SendRawEmail"], "ses:configuration-set": [configurationSet], campaign: [campaign] },
    configurationSet,
  };
  const device = { userAgent: agent, ipAddress: "198.51.100.0/24" };
  const event = (type: SesEvent["type"], afterMs: number, detail: object) =>
    ({
      type,
      messageId,
      recipient,
      attribution: "exact",
      occurredAt: new Date(sentAtMs + afterMs).toISOString(),
      style: "eventPublishing",
      message,
      detail,
    }) as SesEvent;
  return [
    event("send", 0, {}),
    event("delivery", 1_500, { processingTimeMs: 1_500, smtpResponse: "250 2.0.0 OK - gsmtp" }),
    event("open", 240_000, device),
    last === "click"
      ? event("click", 260_000, { ...device, link: "https://shop.example/offers" })
      : event("complaint", 260_000, { feedbackType: "abuse" }),
  ];
}

export const eventsOfMail = 4;

/** The items of these mails, a mail's together; then those of their counters. */
export function* itemsOf(mails: Iterable<YearMail>): Generator<Item[]> {
  const counters: CounterSums = new Map();
  const tenants = new Set<string>();
  for (const mail of mails) {
    const { tenantId } = mail;
    const { outcome } = fold(undefined, eventsOf(mail));
    const expiresAtSeconds = expiresAtSecondsOf(outcome.sentAt, defaultRetentionDays);
    const next = { tenantId, outcome, version: 1, expiresAtSeconds };
    for (const addition of sumsOf(countChange({ sequenceNumber: "1", next }), keys).values()) addTo(counters, addition);
    tenants.add(tenantId);
    yield [toOutcomeItem(next), ...rowsOf(next).values()];
  }
  for (const tenantId of tenants) yield [{ ...dimensionKeysKey(tenantId), keys: dimensions, version: 1 }];
  for (const { key, add } of counters.values()) yield [{ ...key, ...Object.fromEntries(add) }];
}
