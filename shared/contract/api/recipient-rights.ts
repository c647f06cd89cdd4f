// DELETE /recipients/{address}, GET /recipients/{address}/erasure and GET /recipients/{address}/export: what a person whom
// a tenant mailed may ask that tenant for.
import * as v from "valibot";
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import { mailKeptDays, type RecipientResult } from "./mail.ts";
import type { SuppressionReason } from "./suppressions.ts";

/** Days that the archive of our bus keeps events for replay. */
export const archiveDays = 30;
/** Days that the tables can be restored to any second of; DynamoDB's longest. */
export const backupDays = 35;
/** Days that what could not be processed waits for somebody to look at it; SQS's longest. */
export const deadLetterDays = 14;

/** Days that mails which SES accepted are held against their events, by message and recipient. */
export const acceptedKeptDays = 2;

/**
 * Where copies outlive an erasure, and for how many days after it. Nothing that is replayed from them comes back. Records of
 * sent mail are erased where an event of theirs has come; the others, such as of mail that was refused, expire. What
 * expires DynamoDB deletes some days later, and its backups hold it for as long as they do from then on.
 */
export const erasureWindows = {
  eventArchive: archiveDays,
  tableBackups: mailKeptDays + backupDays,
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
  list?: string;
  since: string;
  evidence?: { messageId: string; eventId: string };
  possible?: boolean;
}

export interface ExportedBulk {
  bulkId: string;
  from: string;
  /** Before it is filled in. */
  subject: string;
  createdAt: string;
  scheduledAt?: string;
  expiresAt: string;
  /** What was given to fill in the content for this recipient. */
  data?: Record<string, unknown>;
  /** `waiting`: not mailed yet, or not at all, where the bulk was cancelled. */
  result: { status: string };
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
  /** What is recorded of the requests by which those messages were sent through us. */
  sentMail: { mailId: string; createdAt: string; expiresAt: string; result?: RecipientResult }[];
  /** What bulks keep of the address, and rests of mails that waited for their account's rate. */
  bulks: ExportedBulk[];
  /** What those messages said, where that is kept. Never for an API key, which may not read content: `withoutContents`. */
  contents: { messageId: string; subject: string; html?: string; text?: string; expiresAt: string }[];
  /** Contents may be kept that are not in here: ask as a signed-in user. */
  withoutContents?: true;
  /** On the first page: why the address must not be mailed; empty when it may. */
  suppressions?: ExportedSuppression[];
  /** On the first page, where the address was erased before. */
  erasure?: Omit<ErasureView, "address">;
  cursor?: string;
}
