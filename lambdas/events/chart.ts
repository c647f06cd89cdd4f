// What a chart is made of: which hours or days it has, in whose time zone, and which counters can answer for them.
import type { StatsQuery } from "../../shared/contract/api/stats.ts";
import { addDays, assertLength, assertOneRange, assertOrder, daysOf, type CalendarDays } from "./range.ts";
import { timeZoneOf, utc, type TimeZone } from "./time-zone.ts";

export interface Chart {
  interval: "hour" | "day";
  zone: TimeZone;
  /** Why it is not quite what was asked for. */
  note?: string;
  /** Where its hours or days begin, and where the last one ends; in milliseconds, at half hours. */
  boundaries: number[];
  /** Days of UTC are read from their own counters, everything else from half hours. */
  source: "halfHours" | "days";
  /** In `zone`. */
  days: CalendarDays;
}

const hourMs = 3_600_000;
const halfHourMs = hourMs / 2;
const dayMs = 24 * hourMs;

const defaultChartDays = 14;
/** As far as half hours are read; they serve any time zone. */
const maxHalfHourDays = 31;
const maxHourlyDays = 2;

const notes = {
  long: `Ranges of more than ${maxHalfHourDays} days are counted by days of UTC.`,
  split: "What is split is counted by days of UTC.",
  quarter: "Counted by half hours: days of this time zone begin up to 15 minutes earlier here.",
};

/** @throws AppError `invalid_request` */
export function chartOf(query: StatsQuery, nowMs: number): Chart {
  assertOneRange(query);
  const zone = timeZoneOf(query.tz);
  const days = calendarDaysOf(query, zone, nowMs);
  const length = lengthOf(days);
  assertOrder(length > 0);
  assertLength(length);

  if (query.split !== undefined || length > maxHalfHourDays) {
    const note = query.split === undefined ? notes.long : notes.split;
    const chart = dailyChart(calendarDaysOf(query, utc, nowMs), utc);
    const isAsAsked = zone.name === utc.name && query.period !== "24h";
    return isAsAsked ? chart : { ...chart, note };
  }
  if (query.period === "24h") return last24Hours(zone, nowMs);
  return length <= maxHourlyDays ? hourlyChart(days, zone, nowMs) : dailyChart(days, zone);
}

const lengthOf = ({ fromDay, toDay }: CalendarDays): number => (Date.parse(toDay) - Date.parse(fromDay)) / dayMs + 1;

function calendarDaysOf({ period, from, to }: StatsQuery, zone: TimeZone, nowMs: number): CalendarDays {
  if (period === "24h") return { fromDay: zone.dayOf(nowMs - dayMs), toDay: zone.dayOf(nowMs) };
  if (period !== undefined) return daysOf(period, zone, nowMs);
  const toDay = to ?? zone.dayOf(nowMs);
  return { fromDay: from ?? addDays(toDay, 1 - defaultChartDays), toDay };
}

function dailyChart(days: CalendarDays, zone: TimeZone): Chart {
  const boundaries = Array.from({ length: lengthOf(days) + 1 }, (_, index) =>
    zone.startOfDay(addDays(days.fromDay, index)),
  );
  return onHalfHours({ interval: "day", zone, boundaries, source: zone === utc ? "days" : "halfHours", days });
}

/** Until the hour that it is now, if the last day is not over. */
function hourlyChart(days: CalendarDays, zone: TimeZone, nowMs: number): Chart {
  const fromMs = zone.startOfDay(days.fromDay);
  const toMs = Math.min(zone.startOfDay(addDays(days.toDay, 1)), zone.startOfHour(nowMs) + hourMs);
  return hoursOf(fromMs, Math.max(toMs, fromMs + hourMs), zone);
}

/** The hour that it is now, and the 23 before. */
function last24Hours(zone: TimeZone, nowMs: number): Chart {
  const toMs = zone.startOfHour(nowMs) + hourMs;
  return hoursOf(toMs - dayMs, toMs, zone);
}

function hoursOf(fromMs: number, toMs: number, zone: TimeZone): Chart {
  const boundaries = Array.from({ length: Math.ceil((toMs - fromMs) / hourMs) + 1 }, (_, index) =>
    Math.min(toMs, fromMs + index * hourMs),
  );
  const days = { fromDay: zone.dayOf(fromMs), toDay: zone.dayOf(toMs - 1) };
  return onHalfHours({ interval: "hour", zone, boundaries, source: "halfHours", days });
}

/** A few zones are a quarter of an hour off (Nepal, the Chatham Islands). */
function onHalfHours(chart: Chart): Chart {
  const boundaries = chart.boundaries.map((atMs) => atMs - (atMs % halfHourMs));
  const isExact = boundaries.every((atMs, index) => atMs === chart.boundaries[index]);
  return isExact ? chart : { ...chart, boundaries, note: notes.quarter };
}
