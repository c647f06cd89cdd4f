// POST /emails/batch: up to a hundred different mails of the `resend` client, each by way of POST /mail.
import { authorize } from "../../../shared/contract/actor.ts";
import { type RefusedMailResponse, type SendMailResponse } from "../../../shared/contract/api/mail.ts";
import { batchValidations, emailBatchRequest, type SentBatch } from "../../../shared/contract/api/resend.ts";
import { AppError, type ErrorBody } from "../../../shared/contract/error.ts";
import { sha256Hex } from "../../runtime/hash.ts";
import { ok, type ApiRequest, type ApiResponse, type Route } from "../../runtime/http.ts";
import { invalidInput, parseInput } from "../../runtime/input.ts";
import { log } from "../../runtime/log.ts";
import { mapBounded } from "../bounded.ts";
import { parseIdempotencyKey } from "../idempotency-key.ts";
import { resendMessageOf } from "./errors.ts";
import { parseEmail, type MailBody } from "./request.ts";

export interface BatchDeps {
  /** POST /mail. */
  sendMail: Route<ApiRequest>;
  clock: () => number;
}

const maxParallelMails = 10;

/** A mail may take all of 27 s (send-mail.ts) of the function's 29 s: none is begun later than this. */
const beginWithinMs = 2000;

const tooLate = new AppError("rate_limited", "There was no time left to send it: send it again.");

type Checked = { mail: MailBody } | { error: AppError };
type Sent = { answer: ApiResponse } | { error: unknown };

/**
 * By default nothing is sent when one of the mails is wrong; `x-batch-validation: permissive` sends the others. What SES or
 * the suppression list then refuses does not hide what was sent.
 */
export const sendBatch =
  ({ sendMail, clock }: BatchDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const startedAtMs = clock();
    const emails = parseInput(emailBatchRequest, request.body, "body");
    const isStrict = parseValidation(request) === "strict";
    const key = parseIdempotencyKey(request);
    authorize(request.actor, "mail:send");
    const checked = emails.map(check);
    if (isStrict) assertAllRight(checked);
    const keyOfBatch = key === undefined ? undefined : await sha256Hex(key);

    const sent = await mapBounded(checked, maxParallelMails, async (one, index): Promise<Sent> => {
      if ("error" in one) return one;
      if (clock() - startedAtMs > beginWithinMs) return { error: tooLate };
      return sendOne(sendMail, withKey(request, keyOfBatch && `batch-${keyOfBatch}-${index}`, one.mail));
    });
    return answerOf(sent, request.requestId);
  };

/** Each mail has a key of its own, so that a repeated batch sends those that failed, and no other again. */
const withKey = (request: ApiRequest, key: string | undefined, body: MailBody): ApiRequest => ({
  ...request,
  headers: { ...request.headers, "idempotency-key": key },
  body,
});

async function sendOne(sendMail: Route<ApiRequest>, request: ApiRequest): Promise<Sent> {
  try {
    return { answer: await sendMail(request) };
  } catch (error) {
    return { error };
  }
}

function parseValidation({ headers }: ApiRequest): (typeof batchValidations)[number] {
  const given = headers["x-batch-validation"] ?? "strict";
  const validation = batchValidations.find((each) => each === given);
  if (validation) return validation;
  throw invalidInput([{ path: "headers.x-batch-validation", message: `must be ${batchValidations.join(" or ")}` }]);
}

function check(email: unknown): Checked {
  try {
    return { mail: parseEmail(email) };
  } catch (error) {
    if (error instanceof AppError) return { error };
    throw error;
  }
}

function assertAllRight(checked: readonly Checked[]): void {
  const wrong = checked.flatMap((one, index) => {
    if (!("error" in one)) return [];
    const { details = [], message } = one.error;
    if (details.length === 0) return [{ path: `[${index}]`, message }];
    return details.map((detail) => ({ path: `[${index}].${detail.path}`, message: detail.message }));
  });
  if (wrong.length > 0) throw invalidInput(wrong);
}

/** When nobody was sent to: the first reason why. */
function answerOf(sent: readonly Sent[], requestId: string): ApiResponse {
  const data = sent.flatMap((one) =>
    "answer" in one && one.answer.status < 400 ? [{ id: (one.answer.body as SendMailResponse).id }] : [],
  );
  const [first] = sent;
  if (data.length === 0 && first) {
    if ("error" in first) throw first.error;
    return first.answer;
  }
  const errors = sent.flatMap((one, index) => {
    const message = failureOf(one, requestId);
    return message === undefined ? [] : [{ index, message }];
  });
  return ok({ data, ...(errors.length > 0 ? { errors } : {}) } satisfies SentBatch);
}

function failureOf(one: Sent, requestId: string): string | undefined {
  if ("answer" in one)
    return one.answer.status < 400
      ? undefined
      : resendMessageOf((one.answer.body as ErrorBody | RefusedMailResponse).error);
  if (one.error instanceof AppError) return one.error.message;
  log.error("A mail of a batch failed for a reason nobody foresaw.", { requestId, error: one.error });
  return "Something went wrong on our side.";
}
