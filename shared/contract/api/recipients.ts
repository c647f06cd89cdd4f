// GET /recipients/{address}: every message to an address, and what became of it.
import * as v from "valibot";
import { cursorText, pageLimit, type OutcomeView } from "./events.ts";
import { exportFormat } from "./export.ts";

export const recipientQuery = v.strictObject({
  cursor: v.optional(cursorText),
  limit: v.optional(pageLimit),
});

export const exportRecipientMessagesQuery = v.strictObject({
  format: exportFormat,
  cursor: v.optional(cursorText),
});

/** What became of one message to the address. Its events: GET /messages/{messageId}. */
export interface RecipientOutcomeView extends Omit<OutcomeView, "recipient" | "events" | "furtherEvents"> {
  messageId: string;
  sentAt: string;
  from?: string;
  subject?: string;
  tags?: Record<string, string[]>;
  configurationSet?: string;
  /** How many events are known of it. */
  eventCount: number;
}

export interface RecipientPage {
  /** As it is known here: lower case, without a name. */
  recipient: string;
  /** By message id, the last first: of one AWS region, the newest first. */
  items: RecipientOutcomeView[];
  /** Ask for the next page with it; absent on the last. */
  cursor?: string;
}
