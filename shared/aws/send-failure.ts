// What SES, or STS before it, says when a mail is not taken, in our words: which code, what its reader can do about it,
// whether sending again helps, and when. The one table of it.
import type { RecipientErrorCode } from "../contract/api/mail.ts";

/** All but those that are seen before SES is asked. */
export type SendFailureCode = Exclude<RecipientErrorCode, "invalid_address" | "invalid_data">;

export interface SendFailure {
  /** `unknown`: SES was called and no answer came, so the mail may be on its way. */
  status: "failed" | "unknown";
  code: SendFailureCode;
  message: string;
  /** After so long the same can be tried again; absent when something must be changed first. */
  retryAfterSeconds?: number;
}

interface Explanation {
  message: string;
  retryAfterSeconds?: number;
  /** What SES said is more exact than our words, and is added to them. */
  quotesSes?: true;
}

const explanations: Record<SendFailureCode, Explanation> = {
  sender_not_verified: {
    message:
      "SES has not verified this sender in the connection's account and region: verify the address or its domain there.",
    quotesSes: true,
  },
  recipient_not_verified: {
    message:
      "The SES account is in the sandbox, where every recipient must be verified: ask AWS for production access.",
  },
  mail_from_not_verified: {
    message: "The MAIL FROM domain of this sender is not verified in SES: finish its DNS records.",
  },
  message_rejected: { message: "SES rejected the mail's content.", quotesSes: true },
  configuration_set_missing: {
    message:
      "SES knows no such configuration set. If you named none, deploy the connection template again, then check the connection.",
  },
  sending_paused: {
    message: "Sending is paused in the SES account or its configuration set: see the account dashboard of SES.",
  },
  quota_exceeded: {
    message: "The SES account has reached its sending quota of 24 hours: try later, or ask AWS for more.",
    // The quota is of the last 24 hours: room comes back bit by bit.
    retryAfterSeconds: 3600,
  },
  rate_limited: {
    message: "The SES account sends no faster: send to this recipient again in a while.",
    retryAfterSeconds: 5,
  },
  connection_broken: { message: "The role in the customer's account does not let SESami send: check the connection." },
  unavailable: { message: "AWS could not be reached, and nothing was sent: try again.", retryAfterSeconds: 5 },
  refused_by_ses: { message: "SES refused the mail.", quotesSes: true },
  no_answer: {
    message: "SES was asked to send, and did not answer: the mail may be on its way. Its events will tell.",
  },
};

/** Errors of SES without the suffix `Exception` (SES API v1, SendRawEmail and "Common errors"). */
const codeBySesError: Record<string, SendFailureCode> = {
  MessageRejected: "message_rejected",
  MailFromDomainNotVerified: "mail_from_not_verified",
  ConfigurationSetDoesNotExist: "configuration_set_missing",
  ConfigurationSetSendingPaused: "sending_paused",
  AccountSendingPaused: "sending_paused",
  AccountSuspended: "sending_paused",
  Throttling: "rate_limited",
  TooManyRequests: "rate_limited",
  LimitExceeded: "quota_exceeded",
  AccessDenied: "connection_broken",
  NotAuthorized: "connection_broken",
  OptInRequired: "connection_broken",
  ExpiredToken: "connection_broken",
  InvalidClientTokenId: "connection_broken",
  UnrecognizedClient: "connection_broken",
  SignatureDoesNotMatch: "connection_broken",
};

/** Errors of STS without the suffix (STS API, AssumeRole and "Common errors"); all others mean that it was out of reach. */
const codeByStsError: Record<string, SendFailureCode> = {
  AccessDenied: "connection_broken",
  RegionDisabled: "connection_broken",
  ValidationError: "connection_broken",
  MalformedPolicyDocument: "connection_broken",
  PackedPolicyTooLarge: "connection_broken",
};

/** Network errors of a connection that was never made, so nothing was sent. */
const notConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Everything that the table knows by name: each has a case of its own in test/unit/aws/send-failure.test.ts. */
export const knownErrors = {
  ses: Object.keys(codeBySesError),
  sts: Object.keys(codeByStsError),
  network: [...notConnected],
} as const;

interface SdkError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

export interface SendAttempt {
  /** Bare addresses. */
  sender: string;
  recipients: readonly string[];
  /** Whether it was SES that answered so, or did not answer; if not, nothing can have been sent. */
  wasCalled: boolean;
}

/** Reads an error of SES, or of STS before it. Throws on what is no error of a call. */
export function sendFailureOf(error: unknown, attempt: SendAttempt): SendFailure {
  if (!(error instanceof Error)) throw error;
  const { name, message: said, code, $metadata } = error as SdkError;
  const bareName = name.replace(/Exception$/, "");
  if (!attempt.wasCalled) return sendFailure(codeByStsError[bareName] ?? "unavailable");
  const known = codeBySesError[bareName];
  if (known) return sendFailure(refined(known, said, attempt), said);
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return sendFailure("refused_by_ses", said);
  return sendFailure(notConnected.has(code ?? name) ? "unavailable" : "no_answer");
}

/** One SES error has several meanings that only its text tells apart (SES developer guide, "Amazon SES API errors"). */
function refined(code: SendFailureCode, said: string, { sender, recipients }: SendAttempt): SendFailureCode {
  if (code === "rate_limited" && /daily|quota/i.test(said)) return "quota_exceeded";
  if (code !== "message_rejected") return code;
  if (/\b(?:suspended|paused|shut ?down)\b/i.test(said)) return "sending_paused";
  if (!/not verified/i.test(said)) return code;
  // "The following identities failed the check in region …: a@shop.example, b@example.com"
  const failed = said.toLowerCase();
  const isNamed = (address: string) => failed.includes(address.toLowerCase());
  return !isNamed(sender) && recipients.some(isNamed) ? "recipient_not_verified" : "sender_not_verified";
}

/** A failure as its row of the table says. */
export function sendFailure(code: SendFailureCode, said = "", retryAfterSeconds?: number): SendFailure {
  const { message, quotesSes, retryAfterSeconds: usual } = explanations[code];
  const after = retryAfterSeconds ?? usual;
  return {
    status: code === "no_answer" ? "unknown" : "failed",
    code,
    message: quotesSes && said ? `${message} SES says: ${said}` : message,
    ...(after === undefined ? {} : { retryAfterSeconds: after }),
  };
}
