// POST /mail/bulk and what follows it: one mail filled in for up to 10,000 people, sent from a queue.
import * as v from "valibot";
import { connectionIdText } from "./connections.ts";
import { exportFormat } from "./export.ts";
import { attachments } from "./mail-attachments.ts";
import { address, headers, maxHeaderLength, oneLine, replyTo, tags } from "./mail-fields.ts";
import { scheduledAt } from "./schedule.ts";
import { namedTemplate, templateData } from "./templates.ts";
import { unsubscribe } from "./unsubscribe.ts";
import type { RecipientErrorCode, RecipientResult } from "./mail-result.ts";

export const maxBulkRecipients = 10_000;

/** Bytes of JSON that one recipient's data may be: 50 recipients are one item in the table. */
export const maxRecipientDataBytes = 6000;

/** So long a bulk tries, from when it is due, while the account or the connection lets nothing through. */
export const bulkTriesDays = 3;

/** How many recipients a page of results has, at most and by default. */
export const maxBulkResults = 500;
export const defaultBulkResults = 100;
export const bulksPerPage = 50;

export const bulkIdText = v.pipe(v.string(), v.regex(/^blk_[a-z0-9]{1,40}$/, "must be a bulk id like blk_…"));

const bulkRecipient = v.union(
  [address, v.strictObject({ to: address, data: v.optional(templateData) })],
  "must be an address, or an object with to and data",
);

export const sendBulkRequest = v.pipe(
  v.strictObject({
    from: address,
    replyTo: v.optional(replyTo),
    /** With `{{name}}` where the recipient's data belong; so in `html` and `text`. */
    subject: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(maxHeaderLength, `must be at most ${maxHeaderLength} characters (RFC 5322)`),
        oneLine,
      ),
    ),
    html: v.optional(v.string()),
    text: v.optional(v.string()),
    /** A template's id, for the version that is the newest now; or with the version. Later versions change nothing. */
    template: v.optional(namedTemplate),
    headers: v.optional(headers),
    attachments: v.optional(attachments),
    tags: v.optional(tags),
    /** Each recipient gets a link, and headers, by which they leave. Default: as the template says. */
    unsubscribe: v.optional(unsubscribe),
    configurationSet: v.optional(
      v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be the name of a configuration set")),
    ),
    connection: v.optional(connectionIdText),
    recipients: v.optional(
      v.pipe(
        v.array(bulkRecipient),
        v.minLength(1, "needs at least one recipient"),
        v.maxLength(maxBulkRecipients, `takes at most ${maxBulkRecipients} recipients: make several bulks`),
      ),
    ),
    /** Instead of `recipients`: a header row that names a column `email`, whose other columns are data. */
    csv: v.optional(v.pipe(v.string(), v.nonEmpty("must not be empty"))),
    /** When it is to be sent; default: now. */
    scheduledAt: v.optional(scheduledAt),
    /** For everyone; a recipient's own data go before. */
    data: v.optional(templateData),
    /** For people: what the dashboard lists it by. Default: the subject. */
    name: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty("must not be empty"), v.maxLength(200), oneLine)),
  }),
  v.check(
    ({ template, html, text }) => template !== undefined || html !== undefined || text !== undefined,
    "needs html, text or a template",
  ),
  v.metadata({ anyOf: [{ required: ["subject"] }, { required: ["template"] }] }),
  v.forward(
    v.partialCheck(
      [["template"], ["subject"]],
      ({ template, subject }) => template !== undefined || subject !== undefined,
      "is required",
    ),
    ["subject"],
  ),
  v.forward(
    v.check(
      ({ template, subject, html, text }) =>
        template === undefined || (subject === undefined && html === undefined && text === undefined),
      "brings subject, html and text: leave them out",
    ),
    ["template"],
  ),
  v.check((bulk) => (bulk.recipients === undefined) !== (bulk.csv === undefined), "needs either recipients or csv"),
);

export type SendBulkRequest = v.InferOutput<typeof sendBulkRequest>;

/**
 * `queued`: nobody has been begun yet, for others go before or the line rests. From `cancelled` and `finished` nothing leads
 * back.
 */
export const bulkStatuses = ["scheduled", "queued", "sending", "paused", "cancelled", "finished"] as const;
export type BulkStatus = (typeof bulkStatuses)[number];

export const bulkRecipientStatuses = [
  "waiting",
  "sending",
  "sent",
  "suppressed",
  "invalid",
  "failed",
  "unknown",
  "cancelled",
] as const;
export type BulkRecipientStatus = (typeof bulkRecipientStatuses)[number];

export interface BulkView {
  /** `blk_…` */
  id: string;
  name: string;
  status: BulkStatus;
  from: string;
  /** Before it is filled in. */
  subject: string;
  connection: string;
  /** ISO 8601 UTC, as all times. */
  createdAt: string;
  /** When it is, or was, to be sent, if not at once. */
  scheduledAt?: string;
  /** When the last recipient was done with, or it was cancelled. */
  finishedAt?: string;
  total: number;
  /** How many recipients have each status; together they are `total`. */
  counts: Record<BulkRecipientStatus, number>;
  /** Nothing is sent before then; then it goes on by itself. */
  waitingUntil?: string;
  /** Why it waits: a code as recipients have it. */
  waitingFor?: string;
}

/** So many of them a preview tells one by one. */
export const maxPreviewProblems = 100;

/** Who would get no mail, and why. */
export interface BulkProblem {
  /** As it was given. */
  recipient: string;
  /** Of the CSV: where the row ends. */
  line?: number;
  code: RecipientErrorCode;
  message: string;
}

/** What a bulk would be. Suppressions are not looked at: they may be others by the time it is sent. */
export interface BulkPreview {
  /** Through which it would go out. */
  connection: string;
  /** How many would be mailed, suppressed ones among them. */
  recipients: number;
  /** So many were given again: each is mailed once. */
  repeated: number;
  /** So many would get none; `problems` has the first of them. */
  invalid: number;
  problems: BulkProblem[];
  /** The mail of the first who would get one, with an example of a link to unsubscribe by. */
  first?: { recipient: string; subject: string; html?: string; text?: string };
}

export interface BulkPage {
  /** Newest first. */
  items: BulkView[];
  cursor?: string;
}

export type BulkRecipientView =
  | Exclude<RecipientResult, { status: "queued" } | { status: "scheduled" }>
  | { recipient: string; status: "waiting" | "sending" | "cancelled" };

export interface BulkRecipientPage {
  /** In the order in which they were given. */
  items: BulkRecipientView[];
  cursor?: string;
}

export const listBulksQuery = v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))) });

export const listBulkRecipientsQuery = v.strictObject({
  status: v.optional(v.picklist(bulkRecipientStatuses, `must be one of ${bulkRecipientStatuses.join(", ")}`)),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, "must be a whole number"),
      v.transform(Number),
      v.minValue(1, "must be at least 1"),
      v.maxValue(maxBulkResults, `must be at most ${maxBulkResults}`),
    ),
  ),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

export const exportBulkRecipientsQuery = v.strictObject({
  status: listBulkRecipientsQuery.entries.status,
  format: exportFormat,
  cursor: listBulkRecipientsQuery.entries.cursor,
});
