// All date arithmetic of the dashboard. Days are the reader's own, as clock times are; the API is told the time zone.
import type { Period } from "../../../shared/contract/api/period.ts";

const dayMs = 86_400_000;

/** The calendar day that lies `days` after (or, negative, before) the given one. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** The reader's time zone by its IANA name; undefined where the browser does not say. */
export const findTimeZone = (): string | undefined => {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined;
  return name === "Etc/Unknown" ? undefined : name;
};

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** The reader's day of an instant: `2026-11-23`. */
export const dayOf = (timeMs: number): string => {
  const date = new Date(timeMs);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
};

/** What a field for a day and a time holds of an instant, in the reader's own time: `2026-11-23T08:05`. */
export const dayTimeOf = (timeMs: number): string => {
  const date = new Date(timeMs);
  return `${dayOf(timeMs)}T${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
};

/** The instant of such a day and time, ISO 8601 UTC; undefined where it is none. */
export const instantOf = (dayTime: string): string | undefined => {
  const date = new Date(dayTime);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};

/** What the API calls a period, in the words of its choice and of a sentence. */
export const periodWords: Record<Period, { short: string; long: string }> = {
  today: { short: "Today", long: "today" },
  "24h": { short: "24 hours", long: "the last 24 hours" },
  "7d": { short: "7 days", long: "the last 7 days" },
  "30d": { short: "30 days", long: "the last 30 days" },
  "90d": { short: "90 days", long: "the last 90 days" },
  "12mo": { short: "12 months", long: "the last 12 months" },
};

export const periods = Object.keys(periodWords) as Period[];

const daysOfPeriod: Record<Period, number> = { today: 1, "24h": 2, "7d": 7, "30d": 30, "90d": 90, "12mo": 365 };

/** About the same range as first and last day, both inclusive: where a choice of one's own begins. */
export function rangeOf(period: Period, nowMs: number): { from: string; to: string } {
  const to = dayOf(nowMs);
  return { from: addDays(to, 1 - daysOfPeriod[period]), to };
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const withYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

/** As short as it stays clear: today only the clock, this year without the year. */
export function showTime(iso: string, nowMs: number): string {
  const then = new Date(iso);
  const now = new Date(nowMs);
  if (then.toDateString() === now.toDateString()) return clock.format(then);
  return (then.getFullYear() === now.getFullYear() ? dayAndClock : withYear).format(then);
}

/** For titles: nothing left out. */
export const showFullTime = (iso: string): string => `${withYear.format(new Date(iso))} (${iso})`;

/** `23 Nov` of a calendar day. */
export const showDay = (day: string): string => shortDay.format(new Date(`${day}T00:00:00Z`));

/** `23 Nov 2026` of a calendar day. */
export const showDayAndYear = (day: string): string => longDay.format(new Date(`${day}T00:00:00Z`));

const halfDayMs = dayMs / 2;

/** Names the hour or day that begins at `at`, in the zone whose hours and days they are. */
export function pointNames(interval: "hour" | "day", timeZone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone,
    ...(interval === "hour"
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : { day: "numeric", month: "short" }),
  });
  // The middle of a day: in zones a quarter of an hour off, days begin a little early.
  const offsetMs = interval === "hour" ? 0 : halfDayMs;
  return (at) => format.format(Date.parse(at) + offsetMs);
}
