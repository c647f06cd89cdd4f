// Where hours and days begin in a time zone. Nothing else here knows that zones exist.
import { invalidInput } from "../runtime/input.ts";

export interface TimeZone {
  /** IANA. */
  name: string;
  /** The calendar day of an instant, like 2026-11-23. */
  dayOf: (ms: number) => string;
  /** The first instant of a calendar day; where midnight is skipped, the first there is. */
  startOfDay: (day: string) => number;
  startOfHour: (ms: number) => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const quarterMs = 15 * minuteMs;

/** No zone is further from UTC (IANA time zone database: -12:00 to +14:00). */
const maxOffsetMs = 15 * hourMs;

/** Days and hours as UTC has them. */
export const utc: TimeZone = {
  name: "UTC",
  dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
  startOfDay: (day) => Date.parse(day),
  startOfHour: (ms) => ms - (ms % hourMs),
};

/** @throws AppError `invalid_request` for a name that nobody knows */
export function timeZoneOf(name: string | undefined): TimeZone {
  if (name === undefined || name.toUpperCase() === "UTC") return utc;
  const format = formatOf(name);
  const partsOf = (ms: number) => Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const dayOf = (ms: number): string => {
    const { year, month, day } = partsOf(ms);
    return `${year}-${month}-${day}`;
  };
  return {
    name: format.resolvedOptions().timeZone,
    dayOf,
    startOfDay: (day) => firstInstantOf(day, dayOf),
    startOfHour: (ms) => ms - Number(partsOf(ms)["minute"]) * minuteMs - (ms % minuteMs),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      minute: "2-digit",
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidInput([{ path: "query.tz", message: "must be a time zone like Europe/Berlin" }]);
  }
}

/** By halving: offsets are whole quarters of an hour, and days follow one another. */
function firstInstantOf(day: string, dayOf: (ms: number) => string): number {
  const midnight = Date.parse(day);
  let [before, at] = [-maxOffsetMs / quarterMs, maxOffsetMs / quarterMs];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayOf(midnight + middle * quarterMs) < day) before = middle;
    else at = middle;
  }
  return midnight + at * quarterMs;
}
