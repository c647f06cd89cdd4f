// GET and PUT /settings: what a tenant decides for itself.
import * as v from "valibot";
import { maxRetentionDays, minRetentionDays } from "../../domain/retention.ts";

const retentionMessage = `must be a whole number of days from ${minRetentionDays} to ${maxRetentionDays}`;

export const changeSettingsRequest = v.strictObject({
  /** From the sending of a message to the expiry of all that belongs to it. */
  retentionDays: v.pipe(
    v.number(retentionMessage),
    v.integer(retentionMessage),
    v.minValue(minRetentionDays, retentionMessage),
    v.maxValue(maxRetentionDays, retentionMessage),
  ),
});

/**
 * How far the last change of the retention is. What it hides is hidden at once; what is stored already gets its new expiry
 * in the background.
 */
export interface RetentionChangeView {
  changedAt: string;
  /** `waiting`: it begins a quarter of an hour after the change, and until then the change can be taken back unharmed. */
  state: "waiting" | "running" | "done";
  /** UTC day: what happened after it has been looked at, from the newest to the oldest. */
  lookedAtDaysAfter?: string;
  /** Stored events that were looked at, and items that got another expiry. */
  looked: number;
  rewritten: number;
  finishedAt?: string;
}

export interface SettingsView {
  retentionDays: number;
  /** Absent while the retention is the one that every tenant begins with. */
  retentionChange?: RetentionChangeView;
}
