// The range of time that a list is asked for: a preset or what was given, else the default, within bounds.
import { defaultRangeDays, maxRangeDays, type Period } from "../../shared/contract/api/period.ts";
import { invalidInput } from "../runtime/input.ts";
import { timeZoneOf, type TimeZone } from "./time-zone.ts";

const dayMs = 86_400_000;

export interface GivenRange {
  period?: Period | undefined;
  from?: string | undefined;
  to?: string | undefined;
  tz?: string | undefined;
}

export interface TimeRange {
  /** Inclusive. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

/** Days, both inclusive. */
export interface CalendarDays {
  fromDay: string;
  toDay: string;
}

const isDay = (text: string): boolean => text.length === "2026-11-23".length;

/** The day so many days later; earlier when negative. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);

/** Days that the preset covers, today among them; `24h` is none of days. */
const daysOfPeriod = { today: 1, "7d": 7, "30d": 30, "90d": 90 } as const;

/** The calendar days of a preset, in the zone. */
export function daysOf(period: Exclude<Period, "24h">, zone: TimeZone, nowMs: number): CalendarDays {
  const toDay = zone.dayOf(nowMs);
  if (period === "12mo") return { fromDay: addDays(yearBefore(toDay), 1), toDay };
  return { fromDay: addDays(toDay, 1 - daysOfPeriod[period]), toDay };
}

/** 29 February has 1 March a year before: a Date takes what its month lacks for the next one's. */
const yearBefore = (day: string): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)) - 1, Number(day.slice(5, 7)) - 1, Number(day.slice(8))))
    .toISOString()
    .slice(0, 10);

/** @throws AppError `invalid_request` when a preset comes with a range */
export function assertOneRange({ period, from, to }: GivenRange): void {
  if (period !== undefined && (from !== undefined || to !== undefined))
    throw invalidInput([{ path: "query.period", message: "stands instead of query.from and query.to" }]);
}

/** @throws AppError `invalid_request` */
export function timeRangeOf(given: GivenRange, nowMs: number): TimeRange {
  assertOneRange(given);
  const zone = timeZoneOf(given.tz);
  const range = given.period === undefined ? customRange(given, zone, nowMs) : presetRange(given.period, zone, nowMs);
  assertOrder(range.fromMs < range.toMs);
  assertLength((range.toMs - range.fromMs) / dayMs);
  return range;
}

/** One more than now, so that what is happening now is in. */
const untilNow = (nowMs: number): number => nowMs + 1;

const presetRange = (period: Period, zone: TimeZone, nowMs: number): TimeRange => ({
  fromMs: period === "24h" ? nowMs - dayMs : zone.startOfDay(daysOf(period, zone, nowMs).fromDay),
  toMs: untilNow(nowMs),
});

function customRange({ from, to }: GivenRange, zone: TimeZone, nowMs: number): TimeRange {
  const toMs = to === undefined ? untilNow(nowMs) : instantOf(to, zone, 1);
  return { fromMs: from === undefined ? toMs - defaultRangeDays * dayMs : instantOf(from, zone, 0), toMs };
}

/** An instant as it is; of a day its beginning, or that of a later one. */
const instantOf = (text: string, zone: TimeZone, daysLater: number): number =>
  isDay(text) ? zone.startOfDay(addDays(text, daysLater)) : Date.parse(text);

/** @throws AppError `invalid_request` */
export function assertOrder(isRight: boolean): void {
  if (!isRight) throw invalidInput([{ path: "query.from", message: "must be before query.to" }]);
}

/** @throws AppError `invalid_request` */
export function assertLength(days: number): void {
  if (days > maxRangeDays)
    throw invalidInput([{ path: "query.from", message: `must be within ${maxRangeDays} days of query.to` }]);
}
