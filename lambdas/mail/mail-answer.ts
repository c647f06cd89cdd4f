// What became of all recipients → one HTTP answer, and the metrics of it.
import type {
  RecipientErrorCode,
  RecipientResult,
  RefusedMailResponse,
  SendMailResponse,
} from "../../shared/contract/api/mail.ts";
import { httpStatusByCode, type ErrorCode, type ErrorDetail } from "../../shared/contract/error.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import type { ApiResponse } from "../runtime/http.ts";
import { count, type LogFields } from "../runtime/log.ts";

const metricByStatus: Record<RecipientResult["status"], Metric> = {
  sent: "mailSent",
  queued: "mailQueued",
  scheduled: "mailScheduled",
  suppressed: "mailSuppressed",
  invalid: "mailInvalid",
  failed: "mailFailed",
  unknown: "mailUnknown",
};

/**
 * 202 when anyone was, or may have been, sent to; else why nobody was (shared/contract/api/mail.ts, RefusedMailResponse).
 * @param paths of the recipients in the request, in the same order
 */
export function mailAnswer(response: SendMailResponse, paths: readonly string[], fields: LogFields): ApiResponse {
  const { id, recipients } = response;
  const byStatus = Object.groupBy(recipients, ({ status }) => status);
  for (const [status, metric] of Object.entries(metricByStatus)) {
    const many = byStatus[status as RecipientResult["status"]]?.length ?? 0;
    if (many > 0) count(metric, many, fields);
  }
  if (byStatus.sent || byStatus.queued || byStatus.scheduled || byStatus.unknown)
    return { status: 202, body: response };
  const code = commonFault(recipients);
  const body: RefusedMailResponse = {
    error: {
      code,
      message: messageByCode[code],
      details: detailsOf(recipients, paths),
      ...(fields.requestId === undefined ? {} : { requestId: fields.requestId }),
    },
    id,
    recipients,
  };
  const retryAfterSeconds = longestWait(recipients);
  return {
    status: httpStatusByCode[code],
    body,
    ...(retryAfterSeconds === undefined ? {} : { headers: { "retry-after": String(retryAfterSeconds) } }),
  };
}

/** What is wrong with the sender, or with the set, is wrong for everyone and not with them. */
const fieldByCode: Partial<Record<RecipientErrorCode, string>> = {
  sender_not_verified: "from",
  mail_from_not_verified: "from",
  configuration_set_missing: "configurationSet",
};

/** Each once: one fault of a field of all is every recipient's. */
function detailsOf(recipients: readonly RecipientResult[], paths: readonly string[]): ErrorDetail[] {
  const details = recipients.map((result, index) => ({
    path: ("code" in result ? fieldByCode[result.code] : undefined) ?? paths[index] ?? "to",
    message: messageOf(result),
  }));
  return [...new Map(details.map((detail) => [`${detail.path} ${detail.message}`, detail])).values()];
}

/** Until every recipient can be tried again; undefined when something else must happen first. */
function longestWait(recipients: RecipientResult[]): number | undefined {
  const waits = recipients.flatMap((result) => ("code" in result ? (result.retryAfterSeconds ?? []) : []));
  return waits.length === recipients.length ? Math.max(...waits) : undefined;
}

type RefusalCode = Extract<ErrorCode, "unprocessable" | "rate_limited" | "connection_broken" | "unavailable">;

const messageByCode: Record<RefusalCode, string> = {
  unprocessable: "Nothing was sent: each recipient says why.",
  rate_limited: "Nothing was sent: the SES account sends no faster. Try again in a while.",
  connection_broken: "Nothing was sent: the connection to the AWS account is broken. See GET /verify-sts.",
  unavailable: "Nothing was sent: AWS could not be reached. Try again.",
};

/** The one fault by which all failed, when that is ours or the connection's. */
function commonFault(recipients: RecipientResult[]): RefusalCode {
  const codes = new Set(recipients.map((result) => ("code" in result ? result.code : result.status)));
  const [code] = codes;
  return codes.size === 1 && (code === "rate_limited" || code === "connection_broken" || code === "unavailable")
    ? code
    : "unprocessable";
}

function messageOf(result: RecipientResult): string {
  if ("message" in result) return result.message;
  if (result.status !== "suppressed") return result.status;
  const { reason, list, since } = result;
  return `is suppressed since ${since} (${list === undefined ? reason : `${reason} from ${list}`})`;
}
