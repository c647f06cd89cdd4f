// DELETE /recipients/{address}, GET /recipients/{address}/erasure and GET /recipients/{address}/export: what a person whom
// a tenant mailed may ask that tenant for.
import * as v from "valibot";
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import { mailKeptDays } from "./mail.ts";
import type { SuppressionReason } from "./suppressions.ts";

/** Days that the archive of our bus keeps events for replay. */
export const archiveDays = 30;
/** Days that the tables can be restored to any second of; DynamoDB's longest. */
export const backupDays = 35;
/** Days that what could not be processed waits for somebody to look at it; SQS's longest. */
export const deadLetterDays = 14;

/** Where copies outlive an erasure, and for how many days at most. Nothing that is replayed from them comes back. */
export const erasureWindows = {
  eventArchive: archiveDays,
  tableBackups: backupDays,
  sentMailRecords: mailKeptDays,
  deadLetterQueues: deadLetterDays,
} as const;

export const exportRecipientQuery = v.strictObject({
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

export interface ErasureView {
  address: string;
  /** Erased is what belongs to messages that were sent until then. */
  erasedAt: string;
  /** `running`: until nothing can be stored any more that was under way; some minutes. */
  state: "running" | "done";
  finishedAt?: string;
  /** Messages whose outcome has lost the address so far. */
  messages: number;
  /** The last copies are gone then, each window in days after `finishedAt`. */
  copiesKeptDays: typeof erasureWindows;
}

export interface ExportedSuppression {
  reason: SuppressionReason;
  since: string;
  evidence?: { messageId: string; eventId: string };
  possible?: boolean;
}

/** A page of everything that is stored of an address. */
export interface RecipientExport {
  address: string;
  exportedAt: string;
  /** What became of each message, with its events. `expiresAt`: when it is deleted. */
  outcomes: (Outcome & { expiresAt: string })[];
  /** Events beyond those inside their outcome. */
  furtherEvents: (Pick<Outcome, "messageId" | "recipient" | "sentAt" | "from" | "subject" | "tags"> & {
    event: OutcomeEvent;
    expiresAt: string;
  })[];
  /** On the first page: why the address must not be mailed; empty when it may. */
  suppressions?: ExportedSuppression[];
  /** On the first page, where the address was erased before. */
  erasure?: Omit<ErasureView, "address">;
  cursor?: string;
}
