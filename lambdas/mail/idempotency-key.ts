// The Idempotency-Key header: what it may be, and what a request that finds its key taken is answered.
import { idempotencyHours, maxIdempotencyKeyLength, type SendMailResponse } from "../../shared/contract/api/mail.ts";
import { AppError, httpStatusByCode, type ErrorBody } from "../../shared/contract/error.ts";
import { canonicalJson } from "../../shared/domain/canonical.ts";
import type { Attempts, IdempotencyClaim } from "../../shared/store/attempts.ts";
import { sha256Hex } from "../runtime/hash.ts";
import type { ApiRequest, ApiResponse } from "../runtime/http.ts";
import { invalidInput } from "../runtime/input.ts";
import { knownResults, runsAtMostMs } from "./known-results.ts";

/** @throws AppError `invalid_request` */
export function parseIdempotencyKey({ headers }: Pick<ApiRequest, "headers">): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (key.length <= maxIdempotencyKeyLength && /^[!-~]+$/.test(key)) return key;
  throw invalidInput([
    {
      path: "headers.Idempotency-Key",
      message: `must be 1 to ${maxIdempotencyKeyLength} printable ASCII characters without spaces`,
    },
  ]);
}

/** Of what was asked for, whatever order its members are in; the same key at another route is another request. */
export const fingerprintOf = (route: string, body: unknown): Promise<string> => sha256Hex(canonicalJson([route, body]));

/** In the header a caller finds that nothing was done now. */
export const replayed = { "idempotent-replayed": "true" };

export const otherRequest = (): AppError =>
  new AppError(
    "unprocessable",
    `This Idempotency-Key was used for another request in the last ${idempotencyHours} hours: use a new one.`,
  );

interface ReplayDeps {
  attempts: Pick<Attempts, "findMail" | "releaseKey">;
  clock: () => number;
}

interface Retried {
  tenantId: string;
  requestId: string;
  fingerprint: string;
}

/**
 * The answer to a request whose key was claimed before: the first answer again; without one, what events have settled;
 * 409 while that leaves anyone in doubt and the first request may still run, `unknown` for them afterwards. Never sends.
 * @throws AppError `unprocessable` when the first request asked for something else
 */
export async function replay(
  { attempts, clock }: ReplayDeps,
  claim: IdempotencyClaim,
  { tenantId, requestId, fingerprint }: Retried,
): Promise<ApiResponse> {
  if (claim.fingerprint !== fingerprint) throw otherRequest();
  const nowMs = clock();
  const mail = await attempts.findMail(tenantId, claim.resultId, nowMs);
  if (mail?.answer)
    return { status: mail.answer.status, body: JSON.parse(mail.answer.body) as unknown, headers: replayed };
  const recipients = mail && knownResults(mail);
  const isInDoubt = !recipients || recipients.some(({ status }) => status === "unknown");
  const runsForMs = runsAtMostMs - (nowMs - claim.claimedAtMs);
  if (isInDoubt && runsForMs > 0) return stillRunning(requestId, runsForMs);
  if (recipients)
    return { status: 202, body: { id: claim.resultId, recipients } satisfies SendMailResponse, headers: replayed };
  // Its beginning was taken back, but for the claim: nothing was sent.
  await attempts.releaseKey(tenantId, claim.key, claim.resultId);
  return stillRunning(requestId, 0);
}

/** Most requests end within a second: asking again soon is right. */
const maxRetryAfterSeconds = 5;

function stillRunning(requestId: string, runsForMs: number): ApiResponse {
  const body: ErrorBody = {
    error: {
      code: "conflict",
      message: "The first request with this Idempotency-Key is still running: send the same again in a moment.",
      requestId,
    },
  };
  const retryAfterSeconds = Math.min(maxRetryAfterSeconds, Math.max(1, Math.ceil(runsForMs / 1000)));
  return { status: httpStatusByCode.conflict, body, headers: { "retry-after": String(retryAfterSeconds) } };
}
