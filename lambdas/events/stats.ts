// GET /stats: counters become series, totals and rates.
import { authorize } from "../../shared/contract/actor.ts";
import {
  activityCounters,
  cohortCounters,
  statsQuery,
  type CountsView,
  type EventCounts,
  type RatesView,
  type SplitView,
  type StatsPoint,
  type StatsView,
} from "../../shared/contract/api/stats.ts";
import { eventTypes } from "../../shared/domain/event.ts";
import type { Counts, CountsAt, DimensionCounts, Ledger, SplitCounts } from "../../shared/store/ledger/ledger.ts";
import { ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";
import { chartOf, type Chart } from "./chart.ts";

export interface StatsDeps {
  ledger: Pick<Ledger, "halfHourCounts" | "dayCounts" | "splitCounts">;
  clock: () => number;
}

export const getStats =
  ({ ledger, clock }: StatsDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const query = parseInput(statsQuery, request.query, "query");
    const chart = chartOf(query, clock());
    const tenantId = authorize(request.actor, "events:read");
    const { split: by } = query;
    const [counts, split] = await Promise.all([
      readCounts(ledger, tenantId, chart),
      by === undefined ? undefined : ledger.splitCounts(tenantId, dimensionNameOf(by), chart.days),
    ]);
    return ok({
      ...toStatsView(chart, counts),
      ...(by !== undefined && split ? { split: toSplitView(by, split, chart) } : {}),
    } satisfies StatsView);
  };

/** As shared/domain/contribution.ts names dimensions. */
const dimensionNameOf = (by: string): string => (by === "configurationSet" ? "cs" : by);

const readCounts = (ledger: StatsDeps["ledger"], tenantId: string, { source, boundaries, days }: Chart) =>
  source === "days"
    ? ledger.dayCounts(tenantId, days)
    : ledger.halfHourCounts(tenantId, { fromMs: boundaries.at(0) ?? 0, toMs: boundaries.at(-1) ?? 0 });

function toStatsView(chart: Chart, counts: readonly CountsAt[]): StatsView {
  const series = toSeries(chart, counts);
  const days = toDays(chart, series);
  const whole = toCountsView(counts.map((at) => at.counts));
  return {
    from: iso(chart.boundaries.at(0)),
    to: iso(chart.boundaries.at(-1)),
    timeZone: chart.zone.name,
    ...(chart.note === undefined ? {} : { note: chart.note }),
    interval: chart.interval,
    series,
    ...whole,
    days,
    totals: typesOf(whole.activity),
  };
}

const iso = (ms = 0): string => new Date(ms).toISOString();

/** A point for each hour or day, those of which nothing is known zero. */
function toSeries({ boundaries }: Chart, counts: readonly CountsAt[]): StatsPoint[] {
  const starts = boundaries.slice(0, -1);
  const points = starts.map((): Counts[] => []);
  let index = 0;
  for (const { atMs, counts: found } of counts) {
    while (index + 1 < starts.length && atMs >= (starts[index + 1] ?? Infinity)) index += 1;
    points[index]?.push(found);
  }
  return starts.map((atMs, point) => toPoint(atMs, points[point] ?? []));
}

const toPoint = (atMs: number, counts: readonly Counts[]): StatsPoint => ({ at: iso(atMs), ...sumOf(counts) });

/** The series by calendar day. */
function toDays({ zone, boundaries }: Chart, series: readonly StatsPoint[]): StatsView["days"] {
  const byDay = new Map<string, EventCounts>();
  for (const [index, { activity }] of series.entries()) {
    // The middle of it: a day of a zone that is a quarter of an hour off begins a little earlier here.
    const middle = ((boundaries[index] ?? 0) + (boundaries[index + 1] ?? 0)) / 2;
    const day = zone.dayOf(middle);
    const known = byDay.get(day);
    const counts = typesOf(activity);
    byDay.set(day, known ? add(known, counts) : counts);
  }
  return [...byDay].map(([day, counts]) => ({ day, counts }));
}

const add = (a: EventCounts, b: EventCounts): EventCounts =>
  Object.fromEntries(eventTypes.map((type) => [type, a[type] + b[type]])) as EventCounts;

const typesOf = (activity: CountsView["activity"]): EventCounts =>
  Object.fromEntries(eventTypes.map((type) => [type, activity[type]])) as EventCounts;

function sumOf(counts: readonly Counts[]): Pick<CountsView, "activity" | "cohort"> {
  const total = <Name extends keyof Counts>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, counts.reduce((sum, each) => sum + (each[name] ?? 0), 0)])) as Record<
      Name,
      number
    >;
  return { activity: total(activityCounters), cohort: total(cohortCounters) };
}

function toCountsView(counts: readonly Counts[]): CountsView {
  const sums = sumOf(counts);
  return { ...sums, rates: ratesOf(sums.cohort) };
}

function ratesOf(cohort: CountsView["cohort"]): RatesView {
  const { sent, delivered } = cohort;
  const share = (count: number, whole: number) => (whole > 0 ? count / whole : null);
  return {
    delivered: share(delivered, sent),
    bounced: share(cohort.bouncedHard + cohort.bouncedSoft, sent),
    complained: share(cohort.complained, delivered),
    opened: share(cohort.opened, delivered),
    clicked: share(cohort.clicked, delivered),
    openedByPersons: share(cohort.openedByPersons, delivered),
    clickedByPersons: share(cohort.clickedByPersons, delivered),
  };
}

/** So that 200 values over a year still fit an answer. */
const maxSplitSeries = 10;

const fullNote =
  "Only the first 200 configuration sets and tag values have counters of their own; the others are counted together.";

/** What was counted and then taken back leaves zeros. */
const isAnything = ({ activity, cohort }: CountsView): boolean =>
  [...Object.values(activity), ...Object.values(cohort)].some((count) => count !== 0);

function toSplitView(by: string, { values, isFull }: SplitCounts, chart: Chart): SplitView {
  const viewOf = ({ days }: DimensionCounts) => toCountsView(days.map(({ counts }) => counts));
  const own = values
    .flatMap(({ value, days }) => (value === undefined ? [] : [{ days, view: { value, ...viewOf({ days }) } }]))
    .filter(({ view }) => isAnything(view))
    .toSorted((a, b) => b.view.cohort.sent - a.view.cohort.sent || (a.view.value < b.view.value ? -1 : 1));
  const other = values.find(({ value }) => value === undefined);
  return {
    by,
    values: own.map(({ days, view }, index) =>
      index < maxSplitSeries ? Object.assign(view, { series: toSeries(chart, days) }) : view,
    ),
    ...(other && isAnything(viewOf(other)) ? { other: viewOf(other) } : {}),
    ...(isFull ? { note: fullNote } : {}),
  };
}
