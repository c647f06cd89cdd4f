// Bulks as people read them: statuses as words, how far one is, and why it waits.
import type { BulkRecipientStatus, BulkStatus, BulkView } from "../../../shared/contract/api/bulk.ts";
import { showCount } from "./number.ts";
import type { Look } from "./status.ts";

const looks: Record<BulkStatus, Look> = {
  scheduled: { word: "Scheduled", tone: "info", sign: "clock" },
  queued: { word: "Queued", tone: "plain", sign: "clock" },
  sending: { word: "Sending", tone: "info", sign: "arrow" },
  paused: { word: "Paused", tone: "warn", sign: "dash" },
  cancelled: { word: "Cancelled", tone: "plain", sign: "cross" },
  finished: { word: "Finished", tone: "good", sign: "check" },
};

/** In the order in which they are told. */
const recipientLooks: Record<BulkRecipientStatus, Look> = {
  sent: { word: "Sent", tone: "info", sign: "arrow" },
  suppressed: { word: "Suppressed", tone: "warn", sign: "ban" },
  invalid: { word: "Invalid", tone: "bad", sign: "cross" },
  failed: { word: "Failed", tone: "bad", sign: "warning" },
  unknown: { word: "Unknown", tone: "strong", sign: "question" },
  sending: { word: "Sending", tone: "plain", sign: "arrow" },
  waiting: { word: "Waiting", tone: "plain", sign: "clock" },
  cancelled: { word: "Cancelled", tone: "plain", sign: "dash" },
};

export const recipientStatuses = Object.keys(recipientLooks) as BulkRecipientStatus[];

export const lookOfRecipient = (status: BulkRecipientStatus): Look => recipientLooks[status];

/** What a status means to whoever has not read the guide. */
export const recipientMeanings: Record<BulkRecipientStatus, string> = {
  sent: "SES took the mail. What became of it then is on the message's page.",
  suppressed: "Not mailed: the address bounced, complained, unsubscribed or was added by hand.",
  invalid: "Not mailed: no address, or its data lack what the mail names.",
  failed: "Not mailed: SES refused, and says why.",
  unknown: "SES was asked and did not answer. Not mailed again; its Send event, if it comes, settles it.",
  sending: "Being sent.",
  waiting: "Not begun yet.",
  cancelled: "Not begun when the bulk was cancelled.",
};

const undone: readonly BulkRecipientStatus[] = ["sending", "waiting"];

/** How many recipients nothing more is done for. */
export const countDone = ({ total, counts }: BulkView): number =>
  total - undone.reduce((sum, status) => sum + counts[status], 0);

/** `9,990 sent · 8 suppressed`: what there is any of. */
export const countsText = ({ counts }: BulkView): string =>
  recipientStatuses
    .filter((status) => counts[status] > 0)
    .map((status) => `${showCount(counts[status])} ${recipientLooks[status].word.toLowerCase()}`)
    .join(" · ");

/**
 * One that cannot go on now is told from one that does; so is one that has nobody left and is about to be closed, and one
 * that not everyone got who could have.
 */
export function lookOfBulk(bulk: BulkView): Look {
  if (bulk.waitingUntil !== undefined) return { word: "Waiting", tone: "warn", sign: "clock" };
  if (isRunning(bulk) && countDone(bulk) === bulk.total) return { ...looks.sending, word: "Finishing" };
  const { status, counts } = bulk;
  if (status !== "finished" || counts.failed + counts.invalid + counts.unknown === 0) return looks[status];
  return { ...looks.finished, tone: counts.sent === 0 ? "bad" : "warn", sign: "warning" };
}

export const isRunning = ({ status }: BulkView): boolean => status === "queued" || status === "sending";

/** Nothing leads back from these. */
export const isOver = ({ status }: BulkView): boolean => status === "finished" || status === "cancelled";

/** By the codes of the API; there may come more. */
const reasons: Record<string, string> = {
  quota_exceeded: "The SES account has reached its sending quota of 24 hours. Room comes back bit by bit.",
  sending_paused: "Sending is paused in the SES account or its configuration set: see the account dashboard of SES.",
  connection_broken: "The role in the AWS account does not let SESami send: check the connection.",
  rate_limited: "SES throttles the account.",
  unavailable: "AWS could not be reached.",
};

/** @param code `waitingFor` */
export const waitingReason = (code: string | undefined): string =>
  reasons[code ?? ""] ?? `Nothing can be sent now${code === undefined ? "" : ` (${code})`}.`;
