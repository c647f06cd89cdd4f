// All date arithmetic of the dashboard. Days are UTC days, as the API counts them; clock times are the reader's own.

const dayMs = 86_400_000;

/** The UTC day of an instant: `2026-11-23`. */
export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** The day that lies `days` after (or, negative, before) the given one. */
export const addDays = (day: string, days: number): string => dayOf(Date.parse(`${day}T00:00:00Z`) + days * dayMs);

export const presets = {
  today: { label: "Today", days: 1 },
  "7d": { label: "7 days", days: 7 },
  "30d": { label: "30 days", days: 30 },
  "90d": { label: "90 days", days: 90 },
} as const;

export type Preset = keyof typeof presets;

/** First and last day of a preset, both inclusive. */
export function rangeOf(preset: Preset, nowMs: number): { from: string; to: string } {
  const to = dayOf(nowMs);
  return { from: addDays(to, 1 - presets[preset].days), to };
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

/** As short as it stays clear: today only the clock, this year without the year. */
export function showTime(iso: string, nowMs: number): string {
  const then = new Date(iso);
  const now = new Date(nowMs);
  if (then.toDateString() === now.toDateString()) return clock.format(then);
  return (then.getFullYear() === now.getFullYear() ? dayAndClock : withYear).format(then);
}

/** For titles: nothing left out. */
export const showFullTime = (iso: string): string => `${withYear.format(new Date(iso))} (${iso})`;

/** `23 Nov` of a UTC day. */
export const showDay = (day: string): string => shortDay.format(new Date(`${day}T00:00:00Z`));
