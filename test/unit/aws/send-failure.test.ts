// Every row of the error table: what SES or STS said, what a caller is told, and whether trying again helps.
// Names and texts: SES API v1 reference (SendRawEmail, "Common errors"), SES developer guide ("Amazon SES API errors"),
// STS API reference (AssumeRole).
import { describe, expect, test } from "vitest";
import { knownErrors, sendFailureOf } from "../../../shared/aws/send-failure.ts";
import { recipientErrorCodes } from "../../../shared/contract/api/mail.ts";

interface Said {
  name: string;
  message?: string;
  status?: number;
  code?: string;
}

const told = ({ name, message = "", status, code }: Said, wasCalled: boolean, recipients = ["ada@example.com"]) => {
  const error = Object.assign(new Error(message), {
    name,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });
  return sendFailureOf(error, { sender: "hello@shop.example", recipients, wasCalled });
};

const notVerified = (...addresses: string[]) =>
  `Email address is not verified. The following identities failed the check in region EU-WEST-1: ${addresses.join(", ")}`;

const ofSes: [code: string, said: Said, retryAfterSeconds?: number][] = [
  ["sender_not_verified", { name: "MessageRejected", message: notVerified("hello@shop.example"), status: 400 }],
  [
    "sender_not_verified",
    { name: "MessageRejected", message: notVerified("hello@shop.example", "ada@example.com"), status: 400 },
  ],
  ["recipient_not_verified", { name: "MessageRejected", message: notVerified("Ada@Example.com"), status: 400 }],
  ["message_rejected", { name: "MessageRejected", message: "Email contains illegal attachment", status: 400 }],
  ["sending_paused", { name: "MessageRejected", message: "Sending suspended for this account.", status: 400 }],
  ["sending_paused", { name: "MessageRejected", message: "Sending paused for this account.", status: 400 }],
  ["mail_from_not_verified", { name: "MailFromDomainNotVerifiedException", status: 400 }],
  ["configuration_set_missing", { name: "ConfigurationSetDoesNotExist", status: 400 }],
  ["configuration_set_missing", { name: "ConfigurationSetDoesNotExistException", status: 400 }],
  ["sending_paused", { name: "ConfigurationSetSendingPausedException", status: 400 }],
  ["sending_paused", { name: "AccountSendingPausedException", status: 400 }],
  ["sending_paused", { name: "AccountSuspendedException", status: 400 }],
  ["rate_limited", { name: "Throttling", message: "Maximum sending rate exceeded.", status: 400 }, 5],
  ["rate_limited", { name: "ThrottlingException", message: "Rate exceeded", status: 400 }, 5],
  ["rate_limited", { name: "TooManyRequestsException", status: 429 }, 5],
  ["quota_exceeded", { name: "Throttling", message: "Daily message quota exceeded.", status: 400 }, 3600],
  ["quota_exceeded", { name: "LimitExceededException", status: 400 }, 3600],
  ["connection_broken", { name: "AccessDenied", status: 403 }],
  ["connection_broken", { name: "AccessDeniedException", status: 400 }],
  ["connection_broken", { name: "NotAuthorized", status: 400 }],
  ["connection_broken", { name: "OptInRequired", status: 403 }],
  ["connection_broken", { name: "ExpiredToken", status: 403 }],
  ["connection_broken", { name: "ExpiredTokenException", status: 403 }],
  ["connection_broken", { name: "InvalidClientTokenId", status: 403 }],
  ["connection_broken", { name: "UnrecognizedClientException", status: 403 }],
  ["connection_broken", { name: "SignatureDoesNotMatch", status: 403 }],
  ["refused_by_ses", { name: "InvalidParameterValue", message: "Missing final '@domain'", status: 400 }],
  ["refused_by_ses", { name: "ValidationError", message: "1 validation error detected", status: 400 }],
  ["refused_by_ses", { name: "RequestEntityTooLargeException", status: 413 }],
  ["unavailable", { name: "Error", code: "ECONNREFUSED" }, 5],
  ["unavailable", { name: "Error", code: "ENOTFOUND" }, 5],
  ["unavailable", { name: "Error", code: "EAI_AGAIN" }, 5],
  ["unavailable", { name: "Error", code: "EHOSTUNREACH" }, 5],
  ["unavailable", { name: "Error", code: "ENETUNREACH" }, 5],
  ["no_answer", { name: "InternalFailure", status: 500 }],
  ["no_answer", { name: "ServiceUnavailable", status: 503 }],
  ["no_answer", { name: "TimeoutError", message: "socket hang up" }],
  ["no_answer", { name: "Error", code: "ECONNRESET" }],
];

const ofSts: [code: string, said: Said, retryAfterSeconds?: number][] = [
  ["connection_broken", { name: "AccessDenied", status: 403 }],
  ["connection_broken", { name: "AccessDeniedException", status: 403 }],
  ["connection_broken", { name: "RegionDisabledException", status: 403 }],
  ["connection_broken", { name: "ValidationError", status: 400 }],
  ["connection_broken", { name: "MalformedPolicyDocumentException", status: 400 }],
  ["connection_broken", { name: "PackedPolicyTooLargeException", status: 400 }],
  ["unavailable", { name: "Throttling", message: "Rate exceeded", status: 400 }, 5],
  ["unavailable", { name: "ExpiredTokenException", message: "our own session, about to be renewed", status: 403 }, 5],
  ["unavailable", { name: "ServiceUnavailable", status: 503 }, 5],
  ["unavailable", { name: "TimeoutError" }, 5],
];

describe("SES says", () => {
  test.each(ofSes)("%s for %j", (code, said, retryAfterSeconds) => {
    const failure = told(said, true);

    expect(failure).toEqual({
      status: code === "no_answer" ? "unknown" : "failed",
      code,
      message: expect.stringMatching(/\w.+[.:]/) as string,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  });

  test("what our words cannot: its own are added", () => {
    const { message } = told({ name: "InvalidParameterValue", message: "Missing final '@domain'", status: 400 }, true);

    expect(message).toBe("SES refused the mail. SES says: Missing final '@domain'");
  });
});

describe("STS says, before SES was asked,", () => {
  test.each(ofSts)("%s for %j", (code, said, retryAfterSeconds) => {
    const failure = told(said, false);

    expect(failure).toMatchObject({ status: "failed", code });
    expect(failure.retryAfterSeconds).toBe(retryAfterSeconds);
  });
});

test("every code but those of a bad address and of bad data has its row here", () => {
  const codes = new Set([...ofSes, ...ofSts].map(([code]) => code));

  expect(recipientErrorCodes.filter((code) => !codes.has(code))).toEqual(["invalid_address", "invalid_data"]);
});

describe("every row of the table has its case here:", () => {
  const bareNames = (cases: typeof ofSes) => cases.map(([, { name }]) => name.replace(/Exception$/, ""));

  test.each([
    ["errors of SES", knownErrors.ses, bareNames(ofSes)],
    ["errors of STS", knownErrors.sts, bareNames(ofSts)],
    ["connections that were never made", knownErrors.network, ofSes.map(([, { code }]) => code)],
  ])("%s", (_, rows, cases) => {
    expect(rows.filter((row) => !cases.includes(row))).toEqual([]);
  });
});

test("what is no error of a call is not taken for one", () => {
  expect(() => sendFailureOf("gone", { sender: "", recipients: [], wasCalled: true })).toThrow("gone");
});
