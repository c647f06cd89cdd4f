// GET and PUT /settings: what a tenant decides for itself.
import * as v from "valibot";
import { maxContentDays } from "./contents.ts";
import { maxRetentionDays, minRetentionDays } from "../../domain/retention.ts";

const retentionMessage = `must be a whole number of days from ${minRetentionDays} to ${maxRetentionDays}`;

const contentMessage = `must be a whole number of days from 0 (none is kept) to ${maxContentDays}`;

/** What is not named stays as it is. */
export const changeSettingsRequest = v.pipe(
  v.strictObject({
    /** From the sending of a message to the expiry of all that belongs to it. */
    retentionDays: v.optional(
      v.pipe(
        v.number(retentionMessage),
        v.integer(retentionMessage),
        v.minValue(minRetentionDays, retentionMessage),
        v.maxValue(maxRetentionDays, retentionMessage),
      ),
    ),
    /** From the sending of a message to the end of its content; 0 keeps none, and destroys what was kept. */
    contentDays: v.optional(
      v.pipe(
        v.number(contentMessage),
        v.integer(contentMessage),
        v.minValue(0, contentMessage),
        v.maxValue(maxContentDays, contentMessage),
      ),
    ),
  }),
  v.check((settings) => Object.keys(settings).length > 0, "needs something to change"),
);

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
  /** Days that the content of sent mail is kept, but never longer than the retention; 0 for none. */
  contentDays: number;
  /** Absent while the retention is the one that every tenant begins with. */
  retentionChange?: RetentionChangeView;
}
