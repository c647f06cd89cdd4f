// What SES says when it does not take a mail, in our words: which code, and what its reader can do about it.
import type { RecipientErrorCode } from "../contract/api/mail.ts";

/** All but those that are seen before SES is asked. */
export type SendFailureCode = Exclude<RecipientErrorCode, "invalid_address">;

export interface SendFailure {
  /** `unknown`: SES was called and no answer came, so the mail may be on its way. */
  status: "failed" | "unknown";
  code: SendFailureCode;
  message: string;
}

/** SES error name, without the suffix `Exception` → our code (SES API v1, SendRawEmail and "Common errors"). */
const codeByName: Record<string, SendFailureCode> = {
  MessageRejected: "message_rejected",
  MailFromDomainNotVerified: "mail_from_not_verified",
  ConfigurationSetDoesNotExist: "configuration_set_missing",
  ConfigurationSetSendingPaused: "sending_paused",
  AccountSendingPaused: "sending_paused",
  Throttling: "rate_limited",
  TooManyRequests: "rate_limited",
  LimitExceeded: "quota_exceeded",
  AccessDenied: "connection_broken",
  ExpiredToken: "connection_broken",
  InvalidClientTokenId: "connection_broken",
  UnrecognizedClient: "connection_broken",
  SignatureDoesNotMatch: "connection_broken",
  RegionDisabled: "connection_broken",
};

const messageByCode: Record<SendFailureCode, string> = {
  sender_not_verified:
    "SES has not verified this sender in the connection's account and region: verify the address or its domain there.",
  recipient_not_verified:
    "The SES account is in the sandbox, where every recipient must be verified: ask AWS for production access.",
  mail_from_not_verified: "The MAIL FROM domain of this sender is not verified in SES: finish its DNS records.",
  message_rejected: "SES rejected the mail's content.",
  configuration_set_missing:
    "The connection's configuration set is gone: deploy the connection template again, then check the connection.",
  sending_paused: "Sending is paused in the SES account or its configuration set: see the account dashboard of SES.",
  quota_exceeded: "The SES account has reached its sending quota of 24 hours: try later, or ask AWS for more.",
  rate_limited: "The SES account sends no faster: send to this recipient again in a while.",
  connection_broken: "The role in the customer's account does not let SESami send: check the connection.",
  unavailable: "AWS could not be reached, and nothing was sent: try again.",
  refused_by_ses: "SES refused the mail.",
  no_answer: "SES was asked to send, and did not answer: the mail may be on its way. Its events will tell.",
};

/** Network errors of a connection that was never made, so nothing was sent. */
const notConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

interface SdkError extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

export interface SendAttempt {
  /** Bare addresses. */
  sender: string;
  recipient: string;
  /** Whether SES was asked at all: if not, nothing can have been sent. */
  wasCalled: boolean;
}

/** Reads an error of SES, or of STS before it. */
export function sendFailureOf(error: unknown, attempt: SendAttempt): SendFailure {
  if (!(error instanceof Error)) throw error;
  const { name, message: sesMessage, code, $metadata } = error as SdkError;
  const known = codeByName[name.replace(/Exception$/, "")];
  if (known) return failure(refined(known, sesMessage, attempt), sesMessage);
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return failure("refused_by_ses", sesMessage);
  if (!attempt.wasCalled || notConnected.has(code ?? name)) return failure("unavailable");
  return { status: "unknown", code: "no_answer", message: messageByCode.no_answer };
}

/** One SES error has several meanings that only its text tells apart. */
function refined(code: SendFailureCode, sesMessage: string, { sender, recipient }: SendAttempt): SendFailureCode {
  if (code === "rate_limited" && /daily|quota/i.test(sesMessage)) return "quota_exceeded";
  if (code !== "message_rejected" || !/not verified/i.test(sesMessage)) return code;
  // "The following identities failed the check in region …: a@shop.example, b@example.com"
  const failed = sesMessage.toLowerCase();
  const senderFailed = failed.includes(sender.toLowerCase());
  return !senderFailed && failed.includes(recipient.toLowerCase()) ? "recipient_not_verified" : "sender_not_verified";
}

/** What SES itself said is added where our words cannot be as exact. */
const failure = (code: SendFailureCode, sesMessage = ""): SendFailure => ({
  status: "failed",
  code,
  message:
    sesMessage && ["message_rejected", "refused_by_ses", "sender_not_verified"].includes(code)
      ? `${messageByCode[code]} SES says: ${sesMessage}`
      : messageByCode[code],
});
