// Limits of requests, over processes that share a table and nothing else.
import { afterEach, beforeEach, expect, test } from "vitest";
import { httpHandler, ok, type ApiRequest, type ApiResponse } from "../../../lambdas/runtime/http.ts";
import { createRateLimit, type RateLimitDeps } from "../../../lambdas/runtime/rate-limit.ts";
import { createRequestCounts, type RequestCounts } from "../../../shared/store/request-counts.ts";
import { ada, adasKey, bob, call } from "../../support/api-request.ts";
import { captureOutput } from "../../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

const limits = { key: 3, tenant: 5 };
const otherKey = { ...adasKey, id: "key_other" };

let db: LocalDynamoDb;
let counts: RequestCounts;
let nowMs: number;
beforeEach(async () => {
  captureOutput();
  db = await startDynamoDb();
  counts = createRequestCounts({ client: db.client, tableName: await db.createDirectoryTable() });
  nowMs = Date.parse("2026-11-23T08:00:03Z");
});
afterEach(() => db.stop());

const answer = async (): Promise<ApiResponse> => ok({});

/** A process of the function: a caller's requests, one after the other, by their statuses. */
function startProcess(
  deps: Partial<RateLimitDeps> = {},
  route: (request: ApiRequest) => Promise<ApiResponse> = answer,
) {
  const limit = createRateLimit({ counts, limits, clock: () => nowMs, ...deps });
  const handler = httpHandler({ "POST /mail": limit(route) });
  const send = (actor = adasKey) => call(handler, "POST /mail", { actor });
  return {
    send,
    statusesOf: async (many: number, actor = adasKey) => {
      const statuses: number[] = [];
      for (let request = 0; request < many; request += 1) statuses.push((await send(actor)).status);
      return statuses;
    },
  };
}

test("what is counted apart is limited apart", async () => {
  await startProcess().statusesOf(3);

  const checks = await startProcess({ counted: "checks" }).statusesOf(4);

  expect(checks).toEqual([200, 200, 200, 429]);
  expect(await startProcess().statusesOf(2, otherKey)).toEqual([200, 200]);
});

test("a process that tells from the third on costs no write before, and is heard of then", async () => {
  let told = 0;
  const counting = {
    addRequests: (...args: Parameters<RequestCounts["addRequests"]>) => {
      told += 1;
      return counts.addRequests(...args);
    },
  };
  const quiet = startProcess({ counts: counting, tellFrom: 3 });
  const other = startProcess({ counts: counting, tellFrom: 3 });

  expect([await quiet.statusesOf(2), told]).toEqual([[200, 200], 0]);
  expect(await quiet.statusesOf(2)).toEqual([200, 429]);
  expect(told).toBe(2);
  expect(await other.statusesOf(4)).toEqual([200, 200, 200, 429]);
  expect(told).toBe(4);
});

test("a key may make so many requests in a window, and is told when it may go on", async () => {
  const { statusesOf, send } = startProcess();

  expect(await statusesOf(4)).toEqual([200, 200, 200, 429]);

  const { status, headers, body } = await send();
  expect(status).toBe(429);
  expect(body.error).toMatchObject({
    code: "rate_limited",
    message: "This API key makes more than 3 requests in 10 seconds: wait 7 s.",
    requestId: "request-1",
  });
  expect(headers).toMatchObject({
    "retry-after": "7",
    "ratelimit-policy": '"key";q=3;w=10, "tenant";q=5;w=10',
    ratelimit: '"key";r=0;t=7',
    "ratelimit-limit": "3",
    "ratelimit-remaining": "0",
    "ratelimit-reset": "7",
  });
  nowMs += 7000;
  expect(await statusesOf(1)).toEqual([200]);
});

test("every answer says what is left of the tightest limit", async () => {
  const { send } = startProcess();

  expect((await send()).headers).toMatchObject({ ratelimit: '"key";r=2;t=7', "ratelimit-remaining": "2" });
  expect((await send()).headers).toMatchObject({ ratelimit: '"key";r=1;t=7', "ratelimit-remaining": "1" });
});

test("all keys and people of a tenant share its limit, and another tenant has its own", async () => {
  const { statusesOf } = startProcess();

  expect(await statusesOf(3, adasKey)).toEqual([200, 200, 200]);
  expect(await statusesOf(3, otherKey)).toEqual([200, 200, 429]);
  expect(await statusesOf(1, ada)).toEqual([429]);
  expect(await statusesOf(5, bob)).toEqual([200, 200, 200, 200, 200]);
});

test("what one process has let through counts in another, from its second request on", async () => {
  const one = startProcess();
  const other = startProcess();
  await one.send();
  nowMs += 1000;
  await one.send();
  nowMs += 1000;
  await one.send();

  expect(await other.statusesOf(3)).toEqual([200, 429, 429]);
});

test("a process tells its count once a second, not at every request", async () => {
  const told: number[] = [];
  const counting: RateLimitDeps["counts"] = {
    addRequests: async (tenantId, window, requests) => {
      told.push(requests);
      return counts.addRequests(tenantId, window, requests);
    },
  };
  const { send } = startProcess({ counts: counting, limits: { key: 100, tenant: 100 } });

  for (let request = 0; request < 4; request += 1) await send(bob);
  nowMs += 1000;
  await send(bob);

  expect(told).toEqual([1, 4]);
});

test("a refused request does not count", async () => {
  const { statusesOf } = startProcess();
  await statusesOf(10);

  expect(await statusesOf(2, otherKey)).toEqual([200, 200]);
});

test("nobody is refused because the count cannot be kept", async () => {
  const { send } = startProcess({
    counts: {
      addRequests: async () => {
        throw new Error("the table is away");
      },
    },
  });

  expect((await send()).status).toBe(200);
});

test("a request does not wait for its count", async () => {
  const routeBegan = Promise.withResolvers<void>();
  const { send } = startProcess({ counts: { addRequests: () => routeBegan.promise.then(() => 1) } }, async () => {
    routeBegan.resolve();
    return ok({});
  });

  expect((await send()).status).toBe(200);
});
