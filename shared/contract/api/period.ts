// Ranges of time as lists and charts are asked for: a preset, or from and to, in the caller's time zone.
import * as v from "valibot";

/** `today` begins at midnight, `24h` now less 24 hours, the others at midnight so many days (or 12 months) ago. */
export const periods = ["today", "24h", "7d", "30d", "90d", "12mo"] as const;

export type Period = (typeof periods)[number];

export const defaultRangeDays = 30;
export const maxRangeDays = 400;

/** Dates take 30 February for 2 March; people who write it mean neither. */
const isCalendarDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

export const day = v.pipe(
  v.string(),
  v.check((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isCalendarDay(text), "must be a day like 2026-11-23"),
);

/** An ISO 8601 day (`2026-11-23`) or instant with an offset. */
export const dayOrInstant = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text) &&
      isCalendarDay(text.slice(0, 10)) &&
      !Number.isNaN(Date.parse(text)),
    "must be a day like 2026-11-23 or an instant like 2026-11-23T08:00:00Z",
  ),
);

export const periodFields = {
  /** Instead of `from` and `to`. */
  period: v.optional(v.picklist(periods, `must be one of ${periods.join(", ")}`)),
  /** Whose days are meant, by its IANA name (`Europe/Berlin`); default: UTC. */
  tz: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(64, "must be a time zone like Europe/Berlin"))),
};
