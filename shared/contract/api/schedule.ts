// Mail for later: when it may be, and how that is written.
import * as v from "valibot";

/** Nearer than that is either now, or a mistake: EventBridge Scheduler itself is exact to a minute. */
export const minAheadSeconds = 60;

/** From when it is asked for. */
export const maxAheadDays = 30;

/** Dates take 30 February for 2 March; people who write it mean neither. */
const isCalendarDay = (text: string): boolean => {
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

/** Whether it is near enough, or too near, is a question of when it is asked: lambdas/mail/scheduled-time.ts. */
export const scheduledAt = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
      isCalendarDay(text) &&
      !Number.isNaN(Date.parse(text)),
    "must be a time with its zone, like 2026-11-23T08:00:00Z or 2026-11-23T09:00:00+01:00",
  ),
  v.metadata({ format: "date-time" }),
);

/** POST /mail/{mailId}/reschedule and POST /mail/bulk/{bulkId}/reschedule. */
export const rescheduleRequest = v.strictObject({ scheduledAt });
