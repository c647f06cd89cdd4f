// Holds what the stores answer against the truth, by what anybody can read of them. Every difference is one line.
import { isDeepStrictEqual } from "node:util";
import { messageRecipient, type Outcome } from "../../../shared/domain/outcome.ts";
import { countsAsPerson } from "../../../shared/domain/verdict.ts";
import type { EventPosition, Ledger } from "../../../shared/store/ledger/ledger.ts";
import type { Suppressions } from "../../../shared/store/suppressions.ts";
import { addCounts, bucketsOf, readCounts, type CountReader, type Counts } from "./counts.ts";
import type { OutcomeTruth, SuppressionTruth, TenantTruth } from "./truth.ts";

export interface Readers {
  ledger: Pick<Ledger, "getMessageOutcomes" | "listEvents"> & CountReader;
  suppressions: Pick<Suppressions, "listSuppressions">;
}

/** Whole days, with all that any of it happened on. */
export interface Period {
  fromMs: number;
  toMs: number;
}

const pageSize = 500;

const toOutcomeTruth = (outcome: Outcome): OutcomeTruth => ({
  recipient: outcome.recipient === messageRecipient(outcome.messageId) ? "" : outcome.recipient,
  status: outcome.status,
  delivered: outcome.delivered,
  automaticReply: outcome.automaticReply,
  sentAt: outcome.sentAt,
  opens: outcome.opens.total,
  clicks: outcome.clicks.total,
  links: Object.entries(outcome.links)
    .map(([link, { total }]) => `${link} ${total}`)
    .toSorted(),
  events: outcome.events.map(({ type, occurredAt }) => `${type} ${occurredAt}`).toSorted(),
});

async function compareOutcomes({ ledger }: Readers, tenantId: string, truth: TenantTruth): Promise<string[]> {
  const differences: string[] = [];
  for (const [messageId, expected] of truth.outcomes) {
    const outcomes = (await ledger.getMessageOutcomes(tenantId, messageId)).map(toOutcomeTruth);
    const found = new Map(outcomes.map((outcome) => [outcome.recipient, outcome]));
    for (const outcome of expected) {
      const stored = found.get(outcome.recipient);
      found.delete(outcome.recipient);
      if (!isDeepStrictEqual(stored, outcome))
        differences.push(`${tenantId} ${messageId}: ${JSON.stringify(stored)} is not ${JSON.stringify(outcome)}`);
    }
    for (const recipient of found.keys()) differences.push(`${tenantId} ${messageId}: nothing became of ${recipient}`);
  }
  return differences;
}

/** Lines of one of two lists and not of the other; a line twice in one must be twice in the other. */
export function compareLines(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts].flatMap(([line, count]) => {
    if (count === 0) return [];
    return [`${what}: ${count > 0 ? `${count} too many` : `${-count} missing`} of ${line}`];
  });
}

async function compareRows({ ledger }: Readers, tenantId: string, truth: TenantTruth, period: Period) {
  const rows: string[] = [];
  let position: EventPosition | undefined;
  do {
    const page = await ledger.listEvents(tenantId, { ...period, limit: pageSize, position });
    for (const { occurredAt, type, messageId, recipient } of page.events)
      rows.push(`${occurredAt} ${type} ${messageId} ${recipient ?? ""}`);
    position = page.position;
  } while (position);
  return compareLines(`${tenantId} rows`, rows, truth.rows);
}

/** Who opens and clicks is the verdicts' to say: that the counters say the same is held against what the outcomes say. */
function countPersons(counts: Counts, outcome: Outcome): void {
  const dimensions = [
    ...(outcome.configurationSet === undefined ? [] : [`cs=${outcome.configurationSet}`]),
    ...(outcome.tags["campaign"] ?? []).map((campaign) => `tag:campaign=${campaign}`),
  ];
  for (const event of outcome.events)
    if ((event.type === "open" || event.type === "click") && countsAsPerson(event.verdict))
      addCounts(counts, bucketsOf(event.occurredAt), [`${event.type}ByPerson`], dimensions);
  if (outcome.recipient === messageRecipient(outcome.messageId)) return;
  const clicked = outcome.clicksByPersons.total > 0;
  const opened = clicked || outcome.opensByPersons.total > 0;
  const cohort = [...(opened ? ["openedByPersons"] : []), ...(clicked ? ["clickedByPersons"] : [])];
  addCounts(counts, bucketsOf(outcome.sentAt), cohort, dimensions);
}

async function compareCounts({ ledger }: Readers, tenantId: string, truth: TenantTruth, period: Period) {
  const expected: Counts = new Map(truth.counts);
  for (const messageId of truth.outcomes.keys())
    for (const outcome of await ledger.getMessageOutcomes(tenantId, messageId)) countPersons(expected, outcome);
  const linesOf = (counts: Counts) => [...counts].map(([line, count]) => `${line} ${count}`);
  return compareLines(`${tenantId} counts`, linesOf(await readCounts(ledger, tenantId, period)), linesOf(expected));
}

async function compareSuppressions({ suppressions }: Readers, tenantId: string, truth: TenantTruth) {
  const line = (address: string, { reason, since, possible }: SuppressionTruth) =>
    `${address} ${reason} ${since}${possible ? " possible" : ""}`;
  const found: string[] = [];
  let position: { after: string } | undefined;
  do {
    const page = await suppressions.listSuppressions(tenantId, { limit: pageSize, position });
    for (const { address, reasons } of page.items)
      for (const { reason, since, possible } of reasons)
        found.push(line(address, { reason: reason as "bounce", since, possible: possible ?? false }));
    position = page.position;
  } while (position);
  const expected = [...truth.suppressions].flatMap(([address, reasons]) =>
    reasons.map((reason) => line(address, reason)),
  );
  return compareLines(`${tenantId} suppressions`, found, expected);
}

/** What is there and should not be, or should and is not: empty when everything is as it happened. */
export async function compareWithTruth(
  readers: Readers,
  truth: ReadonlyMap<string, TenantTruth>,
  period: Period,
): Promise<string[]> {
  const differences: string[] = [];
  for (const [tenantId, expected] of truth)
    for (const compare of [compareOutcomes, compareRows, compareCounts, compareSuppressions])
      differences.push(...(await compare(readers, tenantId, expected, period)));
  return differences;
}
