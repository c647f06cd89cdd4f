// What GET /stats answers.
import * as v from "valibot";
import { eventTypes } from "../../../domain/event.ts";
import { activityCounters, cohortCounters, type StatsView } from "../../api/stats.ts";
import { instant, total, viewOf } from "../view.ts";

/** A count under each name. */
const countsOf = <const Name extends string>(names: readonly Name[]) =>
  v.object(Object.fromEntries(names.map((name) => [name, total])) as Record<Name, typeof total>);

const share = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const moment = { activity: countsOf(activityCounters), cohort: countsOf(cohortCounters) };

const counts = {
  ...moment,
  rates: v.object({
    delivered: share,
    bounced: share,
    complained: share,
    opened: share,
    clicked: share,
    openedByPersons: share,
    clickedByPersons: share,
  }),
};

const point = v.object({ ...moment, at: instant });
const eventCounts = countsOf(eventTypes);

export const statsView = viewOf<StatsView>()(
  v.object({
    ...counts,
    from: instant,
    to: instant,
    timeZone: v.string(),
    note: v.optional(v.string()),
    interval: v.picklist(["hour", "day"]),
    series: v.array(point),
    split: v.optional(
      v.object({
        by: v.string(),
        values: v.array(v.object({ ...counts, value: v.string(), series: v.optional(v.array(point)) })),
        other: v.optional(v.object(counts)),
        note: v.optional(v.string()),
      }),
    ),
    days: v.array(v.object({ day: v.string(), counts: eventCounts })),
    totals: eventCounts,
  }),
);
