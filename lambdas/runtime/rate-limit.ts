// So many requests in a window, per API key and per tenant. Each process counts by itself and adds what it has counted to the
// sum of all, at most once a second and beside the request: no request waits for a count. So a limit holds to within
// what a process lets through in a second, and a process that is new to a window lets its first request through.
import { httpStatusByCode, type ErrorBody } from "../../shared/contract/error.ts";
import type { Actor } from "../../shared/contract/actor.ts";
import { rateWindowSeconds } from "../../shared/contract/rate-limit.ts";
import type { RequestCounts } from "../../shared/store/request-counts.ts";
import type { ApiRequest, ApiResponse, Route } from "./http.ts";
import { log } from "./log.ts";

export interface RateLimitDeps {
  counts: Pick<RequestCounts, "addRequests">;
  /** Requests in a window of `rateWindowSeconds`. */
  limits: { key: number; tenant: number };
  clock: () => number;
  /** What is counted, apart from other limits of the same callers; default: requests to send. */
  counted?: string;
  /** A process tells the others once it has counted so many; default: 1. What is usual then costs no write. */
  tellFrom?: number;
}

interface Policy {
  name: "key" | "tenant";
  limit: number;
  scope: string;
}

/** One policy's count in the window that runs. */
interface Tally extends Policy {
  /** Of all processes, as far as this one has heard, with what it has told itself. */
  known: number;
  /** Counted here since. */
  untold: number;
  toldAtMs?: number;
}

const tellEveryMs = 1000;

/** A signed-in person is limited as part of the tenant alone. */
function policiesOf({ kind, id }: Actor, { limits: { key, tenant }, counted }: RateLimitDeps): Policy[] {
  const of = counted === undefined ? "" : `${counted}#`;
  return [
    ...(kind === "key" ? [{ name: "key", limit: key, scope: `${of}key#${id}` } as const] : []),
    { name: "tenant", limit: tenant, scope: `${of}tenant` },
  ];
}

const remainingOf = ({ limit, known, untold }: Tally): number => Math.max(0, limit - known - untold);

/** Routes that are limited by it are counted together. */
export function createRateLimit(deps: RateLimitDeps): (route: Route<ApiRequest>) => Route<ApiRequest> {
  const { clock, tellFrom = 1 } = deps;
  const tallies = new Map<string, Tally>();
  let windowSeconds = 0;

  const talliesOf = (actor: Actor): Tally[] =>
    policiesOf(actor, deps).map((policy) => {
      const id = `${actor.tenantId}#${policy.scope}`;
      const tally = tallies.get(id) ?? Object.assign(policy, { known: 0, untold: 0 });
      tallies.set(id, tally);
      return tally;
    });

  return (route) => async (request) => {
    const nowMs = clock();
    const startSeconds = Math.floor(nowMs / 1000 / rateWindowSeconds) * rateWindowSeconds;
    if (startSeconds !== windowSeconds) tallies.clear();
    windowSeconds = startSeconds;
    const resetSeconds = Math.max(1, Math.ceil(startSeconds + rateWindowSeconds - nowMs / 1000));
    const counted = talliesOf(request.actor);
    const exhausted = counted.find((tally) => remainingOf(tally) === 0);
    if (exhausted) return refusal(exhausted, resetSeconds, request, rateHeaders(counted, resetSeconds));

    for (const tally of counted) tally.untold += 1;
    const due = counted.filter(
      ({ untold, toldAtMs }) => untold >= tellFrom && (toldAtMs === undefined || nowMs - toldAtMs >= tellEveryMs),
    );
    const telling = due.map((tally) => tell(deps, tally, { nowMs, startSeconds, tenantId: request.actor.tenantId }));
    try {
      const answer = await route(request);
      return { ...answer, headers: { ...rateHeaders(counted, resetSeconds), ...answer.headers } };
    } finally {
      // Lambda stops the process with the answer, and what is under way with it.
      await Promise.all(telling);
    }
  };
}

interface Moment {
  nowMs: number;
  startSeconds: number;
  tenantId: string;
}

/** A count that cannot be kept refuses nobody. */
async function tell({ counts }: RateLimitDeps, tally: Tally, { nowMs, startSeconds, tenantId }: Moment): Promise<void> {
  const requests = tally.untold;
  tally.toldAtMs = nowMs;
  tally.known += requests;
  tally.untold = 0;
  try {
    const sum = await counts.addRequests(tenantId, { scope: tally.scope, startSeconds }, requests);
    tally.known = Math.max(tally.known, sum);
  } catch (error) {
    log.warn("Requests could not be counted.", { tenantId, scope: tally.scope, error });
  }
}

/**
 * `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers-10, with the policy that has least left; and
 * the three fields of its earlier versions, which more clients read.
 */
function rateHeaders(tallies: readonly Tally[], resetSeconds: number): Record<string, string> {
  const tightest = tallies.reduce((one, other) => (remainingOf(other) < remainingOf(one) ? other : one));
  const remaining = remainingOf(tightest);
  return {
    "ratelimit-policy": tallies.map(({ name, limit }) => `"${name}";q=${limit};w=${rateWindowSeconds}`).join(", "),
    ratelimit: `"${tightest.name}";r=${remaining};t=${resetSeconds}`,
    "ratelimit-limit": String(tightest.limit),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(resetSeconds),
  };
}

const whose: Record<Policy["name"], string> = { key: "This API key", tenant: "Your account" };

function refusal(
  { name, limit }: Tally,
  resetSeconds: number,
  { requestId, actor }: ApiRequest,
  headers: Record<string, string>,
): ApiResponse {
  log.info("A request was refused.", { requestId, tenantId: actor.tenantId, code: "rate_limited", policy: name });
  const message = `${whose[name]} makes more than ${limit} requests in ${rateWindowSeconds} seconds: wait ${resetSeconds} s.`;
  const body: ErrorBody = { error: { code: "rate_limited", message, requestId } };
  return {
    status: httpStatusByCode.rate_limited,
    body,
    headers: { ...headers, "retry-after": String(resetSeconds) },
  };
}
