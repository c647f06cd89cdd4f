// GET /stats: how much happened, when, and what share of the mail fared how.
import * as v from "valibot";
import { cohortCounters, type ActivityCounter, type CohortCounter } from "../../domain/contribution.ts";
import { eventTypes, type EventType } from "../../domain/event.ts";
import { day, periodFields } from "./period.ts";

export { cohortCounters };

/** Event types first: an automatic reply is counted as a bounce, too, and a person's open as an open. */
export const activityCounters = [
  ...eventTypes,
  "automaticReply",
  "openByPerson",
  "clickByPerson",
] as const satisfies readonly ActivityCounter[];

const tagPrefix = "tag:";

export const statsQuery = v.strictObject({
  ...periodFields,
  /** A day, inclusive; default: 13 days before `to`. */
  from: v.optional(day),
  /** A day, inclusive; default: today. */
  to: v.optional(day),
  /** `configurationSet`, or `tag:<name>`: counts for each value beside those for everything. */
  split: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(300, "must be configurationSet or tag:<name>"),
      v.check(
        (text) => text === "configurationSet" || (text.startsWith(tagPrefix) && text.length > tagPrefix.length),
        "must be configurationSet or tag:<name>",
      ),
    ),
  ),
});

export type StatsQuery = v.InferOutput<typeof statsQuery>;

/** Events by when they happened. */
export type ActivityCounts = Record<ActivityCounter, number>;
/** Messages to one recipient each, by when they were sent, and what has become of them until now. */
export type CohortCounts = Record<CohortCounter, number>;
export type EventCounts = Record<EventType, number>;

/** Shares of a cohort, from 0 to 1; null where there is nothing to take a share of. */
export interface RatesView {
  /** Of what was sent. */
  delivered: number | null;
  bounced: number | null;
  /** Of what was delivered. */
  complained: number | null;
  opened: number | null;
  clicked: number | null;
  openedByPersons: number | null;
  clickedByPersons: number | null;
}

export interface CountsView {
  activity: ActivityCounts;
  cohort: CohortCounts;
  rates: RatesView;
}

export interface StatsPoint {
  /** When the hour or day begins, ISO 8601 UTC. */
  at: string;
  activity: ActivityCounts;
  cohort: CohortCounts;
}

export interface SplitValueView extends CountsView {
  /** The configuration set, or the tag's value. */
  value: string;
  /** Of the values that most was sent with; others have their totals alone. */
  series?: StatsPoint[];
}

export interface SplitView {
  /** `configurationSet` or `tag:<name>`, as asked. */
  by: string;
  /** By how much was sent. What has no such tag is in none of them. */
  values: SplitValueView[];
  /** The values that have no counters of their own, together. */
  other?: CountsView;
  /** Why there are such values. */
  note?: string;
}

export interface StatsView extends CountsView {
  /** ISO 8601 UTC, inclusive. */
  from: string;
  /** ISO 8601 UTC, exclusive. */
  to: string;
  /** In which hours and days begin: the one asked for, or UTC where only UTC days were counted; then `note` says why. */
  timeZone: string;
  note?: string;
  interval: "hour" | "day";
  /** Every hour or day of the range is there. */
  series: StatsPoint[];
  split?: SplitView;
  /** Activity by type, for every day of the range. */
  days: { day: string; counts: EventCounts }[];
  /** Activity by type over the whole range. */
  totals: EventCounts;
}
