// The limits of a function's routes: reads of all functions share one, all else has that of its kind. How requests are
// counted: rate-limit.ts.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { requestLimits } from "../../shared/contract/rate-limit.ts";
import { createRequestCounts } from "../../shared/store/request-counts.ts";
import type { ApiRequest, Route } from "./http.ts";
import { createRateLimit, type RateLimitDeps } from "./rate-limit.ts";

export interface RequestLimitsOptions {
  client: DynamoDBDocumentClient;
  /** The Directory. */
  tableName: string;
  /** What all but reads count as; an environment's limits: as requests to send. */
  kind: keyof typeof requestLimits | { REQUESTS_PER_KEY: string; REQUESTS_PER_TENANT: string };
  /** Route keys (`GET /verify-sts`) of reads that count as that, too. */
  costlyReads?: readonly string[];
  clock?: () => number;
}

type Routes = Record<string, Route<ApiRequest>>;

/** Of the usual looks at a dashboard none is worth a write. */
const readsToldFrom = 20;

const limitsOf = (kind: RequestLimitsOptions["kind"]): Pick<RateLimitDeps, "limits" | "counted" | "tellFrom"> => {
  if (typeof kind === "object")
    return { limits: { key: Number(kind.REQUESTS_PER_KEY), tenant: Number(kind.REQUESTS_PER_TENANT) } };
  return { limits: requestLimits[kind], counted: kind, ...(kind === "reading" ? { tellFrom: readsToldFrom } : {}) };
};

/** Every route with its limit: `GET …` is a read. */
export function limitRequests(
  routes: Routes,
  { client, tableName, kind, costlyReads = [], clock = Date.now }: RequestLimitsOptions,
): Routes {
  const counts = createRequestCounts({ client, tableName });
  const limitRead = createRateLimit({ counts, clock, ...limitsOf("reading") });
  const limitOther = kind === "reading" ? limitRead : createRateLimit({ counts, clock, ...limitsOf(kind) });
  const isRead = (routeKey: string) => routeKey.startsWith("GET ") && !costlyReads.includes(routeKey);
  return Object.fromEntries(
    Object.entries(routes).map(([routeKey, route]) => [
      routeKey,
      isRead(routeKey) ? limitRead(route) : limitOther(route),
    ]),
  );
}
