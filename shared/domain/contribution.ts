// What an outcome adds to a tenant's counters, and what changes when it changes. Pure: writing them is the projector's.
import type { EventType } from "./event.ts";
import { isSendersTag } from "./message-tags.ts";
import { type Outcome, type OutcomeEvent, messageRecipient } from "./outcome.ts";
import { isAutomaticReply, isPermanent } from "./standing.ts";
import { countsAsPerson } from "./verdict.ts";

/**
 * Activity, by when things happened: every event counts under its type, so that a counter above 0 says that a day has such
 * events. `automaticReply` counts those bounces again that are none, `openByPerson` and `clickByPerson` those opens and
 * clicks that count as a person's.
 */
export type ActivityCounter = EventType | "automaticReply" | "openByPerson" | "clickByPerson";

/**
 * Cohorts, by when the mail was sent: outcomes, each at most once. What proves more counts as less, too: a click as opened,
 * an open as delivered, anything as sent. So none of them passes what it is a share of, whatever was lost on the way.
 */
export const cohortCounters = [
  "sent",
  "delivered",
  "bouncedHard",
  "bouncedSoft",
  "complained",
  "opened",
  "clicked",
  "openedByPersons",
  "clickedByPersons",
] as const;

export type CohortCounter = (typeof cohortCounters)[number];

export type Counter = ActivityCounter | CohortCounter;

export interface Contribution {
  /** `H#2026-11-23T08:30` for the half hour that begins then, `D#2026-11-23` for the day; both UTC. */
  bucket: string;
  counter: Counter;
  /** `cs:<configuration set>` or `tag:<name>=<value>`; absent in what counts everything. */
  dimension?: string;
  value: number;
}

/** The half hour and the day of a time given as ISO 8601 UTC. */
export const bucketsOf = (occurredAt: string): [halfHour: string, day: string] => {
  const half = Number(occurredAt.slice(14, 16)) < 30 ? "00" : "30";
  return [`H#${occurredAt.slice(0, 13)}:${half}`, `D#${occurredAt.slice(0, 10)}`];
};

/**
 * What an outcome is counted under besides the whole: its configuration set, and each tag of the sender's own. SES allows no
 * `=` in a tag's name (SES API, MessageTag), so the first one ends it. Values like an address are left out: what is counted
 * stays when a person is erased.
 */
export const dimensionsOf = ({ configurationSet, tags }: Pick<Outcome, "configurationSet" | "tags">): string[] => {
  const own = Object.entries(tags).filter(([name]) => isSendersTag(name));
  return [
    ...(configurationSet === undefined ? [] : [`cs:${configurationSet}`]),
    ...new Set(
      own.flatMap(([name, values]) =>
        values.filter((value) => !value.includes("@")).map((value) => `tag:${name}=${value}`),
      ),
    ),
  ];
};

/** One entry per bucket, counter and dimension, without zeros. */
const sum = (parts: readonly Contribution[]): Contribution[] => {
  const totals = new Map<string, Contribution>();
  for (const part of parts) {
    const key = `${part.bucket}#${part.counter}#${part.dimension ?? ""}`;
    const total = totals.get(key);
    totals.set(key, total ? { ...total, value: total.value + part.value } : part);
  }
  return [...totals.values()].filter(({ value }) => value !== 0);
};

const countOnce = (at: string, counter: Counter): Contribution[] =>
  bucketsOf(at).map((bucket) => ({ bucket, counter, value: 1 }));

const personCounter = { open: "openByPerson", click: "clickByPerson" } as const;

/**
 * What an event kept as an item of its own adds. One that moves out of its outcome takes its count along, but leaves the
 * dimensions: what its message says may still change, and an item of its own would not learn of it.
 */
export const contributionOfEvent = (event: OutcomeEvent): Contribution[] => [
  ...countOnce(event.occurredAt, event.type),
  ...((event.type === "open" || event.type === "click") && countsAsPerson(event.verdict)
    ? countOnce(event.occurredAt, personCounter[event.type])
    : []),
];

const activityOf = (outcome: Outcome): Contribution[] =>
  outcome.events.flatMap((event) => [
    ...contributionOfEvent(event),
    ...(isAutomaticReply(outcome, event) ? countOnce(event.occurredAt, "automaticReply") : []),
  ]);

/** The unique counts of one person's outcome; an outcome of nobody in particular has none. */
const cohortOf = (outcome: Outcome): CohortCounter[] => {
  if (outcome.recipient === messageRecipient(outcome.messageId)) return [];
  const { bounce, opens, clicks, opensByPersons, clicksByPersons } = outcome;
  const clicked = clicks.total > 0;
  const clickedByPersons = clicksByPersons.total > 0;
  const counts: Record<CohortCounter, boolean> = {
    sent: true,
    delivered: outcome.delivered,
    bouncedHard: bounce !== undefined && isPermanent(bounce),
    bouncedSoft: bounce !== undefined && !isPermanent(bounce),
    complained: outcome.status === "complained",
    opened: opens.total > 0 || clicked,
    clicked,
    openedByPersons: opensByPersons.total > 0 || clickedByPersons,
    clickedByPersons,
  };
  return cohortCounters.filter((counter) => counts[counter]);
};

/** What an outcome adds, its overflow items not included. Nothing for an outcome that is not there. */
export const contributionOf = (outcome: Outcome | undefined): Contribution[] => {
  if (!outcome) return [];
  const whole = sum([
    ...activityOf(outcome),
    ...cohortOf(outcome).flatMap((counter) => countOnce(outcome.sentAt, counter)),
  ]);
  return [
    ...whole,
    ...dimensionsOf(outcome).flatMap((dimension) => whole.map((part) => Object.assign({ dimension }, part))),
  ];
};

/** What to add to the counters when `previous` becomes `next`; merges any number of changes when given their sums. */
export const difference = (next: readonly Contribution[], previous: readonly Contribution[]): Contribution[] =>
  sum([...next, ...previous.map((part) => ({ ...part, value: -part.value }))]);
