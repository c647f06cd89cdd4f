// What a ledger must say once it knows these facts: reckoned from the facts alone, by the rules as they are written down
// (docs/events.md), and by none of the code under test.
import type { EventType } from "../../../shared/domain/event.ts";
import { addCounts, bucketsOf, type Counts } from "./counts.ts";
import { isoOf, timeOf, type Fact, type Mail } from "./facts.ts";

/** What a message's outcome for one recipient says, as far as the truth is known. */
export interface OutcomeTruth {
  recipient: string;
  status: string;
  delivered: boolean;
  automaticReply: boolean;
  sentAt: string;
  opens: number;
  clicks: number;
  /** Clicks per link, as `link count`, in order. */
  links: string[];
  /** `type time` of every event, in order. */
  events: string[];
}

export interface SuppressionTruth {
  reason: "bounce" | "complaint";
  since: string;
  possible: boolean;
}

export interface TenantTruth {
  /** By message, ordered by recipient. */
  outcomes: Map<string, OutcomeTruth[]>;
  /** `time type message recipient` of every event, in order: what a list of everything shows. */
  rows: string[];
  /** What counters say, as counts.ts names them. */
  counts: Counts;
  /** By address. */
  suppressions: Map<string, SuppressionTruth[]>;
}

/** Permanent in SES's words, but the mailbox may be there. None of them is made here yet. */
const notGone = new Set(["UnsubscribedRecipient", "EmailValidationSuppressed"]);

const bodyOf = (fact: Fact, field: string): string | undefined =>
  typeof fact.body[field] === "string" ? fact.body[field] : undefined;

const isPrevented = (fact: Fact): boolean => bodyOf(fact, "complaintSubType") !== undefined;

const isComplaint = (fact: Fact): boolean =>
  fact.type === "complaint" && !isPrevented(fact) && bodyOf(fact, "complaintFeedbackType") !== "not-spam";

const isReply = (fact: Fact): boolean =>
  fact.type === "bounce" && bodyOf(fact, "bounceType") === "Transient" && bodyOf(fact, "bounceSubType") === "General";

const isHardBounce = (fact: Fact): boolean =>
  fact.type === "bounce" &&
  bodyOf(fact, "bounceType") === "Permanent" &&
  !notGone.has(bodyOf(fact, "bounceSubType") ?? "");

/** Event publishing says when a mail was sent; notifications are believed only where there is nothing else. */
function sentAtOf(facts: readonly Fact[]): string {
  const copies = facts.flatMap((fact) => fact.copies);
  const published = copies.filter(({ style }) => style === "eventPublishing");
  return isoOf(Math.min(...(published.length > 0 ? published : copies).map(({ mailAtMs }) => mailAtMs)));
}

function statusOf(facts: readonly Fact[], delivered: boolean): string {
  const has = (type: EventType) => facts.some((fact) => fact.type === type);
  if (facts.some(isComplaint)) return "complained";
  if (facts.some((fact) => fact.type === "bounce" && !(delivered && isReply(fact)))) return "bounced";
  if (has("reject") || facts.some((fact) => fact.type === "complaint" && isPrevented(fact))) return "rejected";
  if (has("renderingFailure")) return "failed";
  if (has("click")) return "clicked";
  if (has("open")) return "opened";
  if (delivered) return "delivered";
  return has("deliveryDelay") ? "delayed" : "sent";
}

function outcomeOf(recipient: string, facts: readonly Fact[]): OutcomeTruth {
  const ofType = (type: EventType) => facts.filter((fact) => fact.type === type);
  const delivered = facts.some(
    (fact) => ["delivery", "open", "click"].includes(fact.type) || (fact.type === "complaint" && !isPrevented(fact)),
  );
  const links = Map.groupBy(ofType("click"), (click) => bodyOf(click, "link"));
  return {
    recipient,
    status: statusOf(facts, delivered),
    delivered,
    automaticReply: delivered && facts.some(isReply),
    sentAt: sentAtOf(facts),
    opens: ofType("open").length,
    clicks: ofType("click").length,
    links: [...links].map(([link, clicks]) => `${link} ${clicks.length}`).toSorted(),
    events: facts.map((fact) => `${fact.type} ${isoOf(timeOf(fact))}`).toSorted(),
  };
}

/** Certain evidence before possible, then the earlier. */
const isBetter = (a: SuppressionTruth, b: SuppressionTruth): boolean =>
  a.possible === b.possible ? a.since < b.since : b.possible;

function suppress({ suppressions }: TenantTruth, address: string, found: SuppressionTruth): void {
  const others = suppressions.get(address) ?? [];
  const same = others.find(({ reason }) => reason === found.reason);
  if (same && !isBetter(found, same)) return;
  suppressions.set(
    address,
    [...others.filter((other) => other !== same), found].toSorted((a, b) => (a.reason < b.reason ? -1 : 1)),
  );
}

function addFact(tenant: TenantTruth, fact: Fact, recipient: string): void {
  const { mail, type } = fact;
  const time = isoOf(timeOf(fact));
  tenant.rows.push(`${time} ${type} ${mail.messageId} ${recipient}`);
  if (recipient === "") return;
  if (isHardBounce(fact)) suppress(tenant, recipient, { reason: "bounce", since: time, possible: false });
  if (isComplaint(fact))
    suppress(tenant, recipient, { reason: "complaint", since: time, possible: fact.recipients.length > 1 });
}

/** Configuration set and tag are known from event publishing alone. */
const dimensionsOf = (facts: readonly Fact[]): string[] => {
  const isTagged = facts.some(({ copies }) => copies.some(({ style }) => style === "eventPublishing"));
  const tags = Object.entries(facts[0]?.mail.tags ?? {}).map(([name, value]) => `tag:${name}=${value}`);
  return isTagged ? ["cs=sesami", ...tags] : [];
};

/** What may happen again and again is kept inside after what happens once. */
const insideClass: Partial<Record<EventType, number>> = { deliveryDelay: 1, open: 1, click: 1, subscription: 2 };

/** The forty that an outcome keeps inside: only those are counted by dimension. */
const insideOf = (facts: readonly Fact[]): ReadonlySet<Fact> =>
  new Set(
    facts
      .toSorted((a, b) => (insideClass[a.type] ?? 0) - (insideClass[b.type] ?? 0) || timeOf(a) - timeOf(b))
      .slice(0, 40),
  );

/** Events by when they happened; a bounce that is an automatic reply is counted as one besides. */
function countActivity({ counts }: TenantTruth, facts: readonly Fact[], outcome: OutcomeTruth): void {
  const inside = insideOf(facts);
  const dimensions = dimensionsOf(facts);
  for (const fact of facts) {
    const buckets = bucketsOf(isoOf(timeOf(fact)));
    const counters = [fact.type, ...(outcome.automaticReply && isReply(fact) ? ["automaticReply"] : [])];
    addCounts(counts, buckets, counters, inside.has(fact) ? dimensions : []);
    addCounts(counts, [`rows ${buckets[1]}`], [fact.type], []);
  }
}

/** Outcomes by when the mail was sent. Whatever proves more proves less, too. */
function countCohort({ counts }: TenantTruth, facts: readonly Fact[], outcome: OutcomeTruth): void {
  const bounces = facts.filter((fact) => fact.type === "bounce" && !(outcome.delivered && isReply(fact)));
  const isHard = bounces.some((fact) => bodyOf(fact, "bounceType") === "Permanent");
  const cohort: Record<string, boolean> = {
    sent: true,
    delivered: outcome.delivered,
    bouncedHard: isHard,
    bouncedSoft: bounces.length > 0 && !isHard,
    complained: facts.some(isComplaint),
    opened: outcome.opens + outcome.clicks > 0,
    clicked: outcome.clicks > 0,
  };
  const counters = Object.keys(cohort).filter((counter) => cohort[counter]);
  addCounts(counts, bucketsOf(outcome.sentAt), counters, dimensionsOf(facts));
}

const emptyTruth = (): TenantTruth => ({
  outcomes: new Map(),
  rows: [],
  counts: new Map(),
  suppressions: new Map(),
});

/** The truth about each tenant. */
export function truthOf(facts: readonly Fact[]): Map<string, TenantTruth> {
  const tenants = new Map<string, TenantTruth>();
  for (const [mail, told] of Map.groupBy(facts, (fact): Mail => fact.mail)) {
    const { tenantId } = mail.account;
    const tenant = tenants.get(tenantId) ?? emptyTruth();
    tenants.set(tenantId, tenant);
    const byRecipient = Map.groupBy(
      told.flatMap((fact) =>
        (fact.recipients.length > 0 ? fact.recipients : [""]).map((recipient) => ({ recipient, fact })),
      ),
      ({ recipient }) => recipient,
    );
    const outcomes = [...byRecipient].map(([recipient, about]) => {
      const known = about.map(({ fact }) => fact);
      for (const fact of known) addFact(tenant, fact, recipient);
      const outcome = outcomeOf(recipient, known);
      countActivity(tenant, known, outcome);
      if (recipient !== "") countCohort(tenant, known, outcome);
      return outcome;
    });
    tenant.outcomes.set(
      mail.messageId,
      outcomes.toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1)),
    );
  }
  for (const { rows } of tenants.values()) rows.sort();
  return tenants;
}
