// What an outcome adds to a tenant's counters, and what changes when it changes. Pure: writing them is the projector's.
import type { EventType } from "./event.ts";
import type { Outcome, OutcomeEvent } from "./outcome.ts";
import { isAutomaticReply } from "./standing.ts";

/**
 * Activity, by when things happened: every event counts under its type, so that a counter above 0 says that a day has such
 * events; `automaticReply` counts those bounces again that are none.
 */
export type Counter = EventType | "automaticReply";

export interface Contribution {
  /** `H#2026-11-23T08:30` for the half hour that begins then, `D#2026-11-23` for the day; both UTC. */
  bucket: string;
  counter: Counter;
  value: number;
}

/** The half hour and the day of a time given as ISO 8601 UTC. */
export const bucketsOf = (occurredAt: string): [halfHour: string, day: string] => {
  const half = Number(occurredAt.slice(14, 16)) < 30 ? "00" : "30";
  return [`H#${occurredAt.slice(0, 13)}:${half}`, `D#${occurredAt.slice(0, 10)}`];
};

/** One entry per bucket and counter, without zeros. */
const sum = (parts: readonly Contribution[]): Contribution[] => {
  const totals = new Map<string, Contribution>();
  for (const { bucket, counter, value } of parts) {
    const key = `${bucket}#${counter}`;
    totals.set(key, { bucket, counter, value: (totals.get(key)?.value ?? 0) + value });
  }
  return [...totals.values()].filter(({ value }) => value !== 0);
};

const countOnce = (event: OutcomeEvent, counter: Counter): Contribution[] =>
  bucketsOf(event.occurredAt).map((bucket) => ({ bucket, counter, value: 1 }));

/** What an event kept as an item of its own adds. One that moves out of its outcome takes its count along. */
export const contributionOfEvent = (event: OutcomeEvent): Contribution[] => countOnce(event, event.type);

/** What an outcome adds, its overflow items not included. Nothing for an outcome that is not there. */
export const contributionOf = (outcome: Pick<Outcome, "events" | "delivered"> | undefined): Contribution[] => {
  if (!outcome) return [];
  const automaticReplies = outcome.events.filter((event) => isAutomaticReply(outcome, event));
  return sum([
    ...outcome.events.flatMap(contributionOfEvent),
    ...automaticReplies.flatMap((event) => countOnce(event, "automaticReply")),
  ]);
};

/** What to add to the counters when `previous` becomes `next`; merges any number of changes when given their sums. */
export const difference = (next: readonly Contribution[], previous: readonly Contribution[]): Contribution[] =>
  sum([...next, ...previous.map((part) => ({ ...part, value: -part.value }))]);
