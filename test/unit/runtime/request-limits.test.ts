// Which limit a function's routes have.
import { afterEach, beforeEach, expect, test } from "vitest";
import { httpHandler, ok } from "../../../lambdas/runtime/http.ts";
import { limitRequests, type RequestLimitsOptions } from "../../../lambdas/runtime/request-limits.ts";
import { requestLimits } from "../../../shared/contract/rate-limit.ts";
import { adasKey, call } from "../../support/api-request.ts";
import { captureOutput } from "../../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

let db: LocalDynamoDb;
let tableName: string;
beforeEach(async () => {
  captureOutput();
  db = await startDynamoDb();
  tableName = await db.createDirectoryTable();
});
afterEach(() => db.stop());

const routes = ["GET /things", "GET /things/{id}/check", "POST /things", "DELETE /things/{id}"] as const;
type RouteKey = (typeof routes)[number];

/** A function with these routes, which has just begun. */
function start(options: Pick<RequestLimitsOptions, "kind" | "costlyReads">) {
  const clock = () => Date.parse("2026-11-23T08:00:03Z");
  const answers = Object.fromEntries(routes.map((routeKey) => [routeKey, async () => ok({})]));
  const handler = httpHandler(limitRequests(answers, { client: db.client, tableName, clock, ...options }));
  const limitOf = async (routeKey: RouteKey) =>
    Number((await call(handler, routeKey, { actor: adasKey })).headers["ratelimit-limit"]);
  return { handler, limitOf, limits: () => Promise.all(routes.map(limitOf)) };
}

test("reads have the limit of reads, all else that of its kind, and so have reads that cost as much", async () => {
  const { key: ofReads } = requestLimits.reading;
  const { key: ofChecks } = requestLimits.connections;

  expect(await start({ kind: "connections" }).limits()).toEqual([ofReads, ofReads, ofChecks, ofChecks]);
  expect(await start({ kind: "connections", costlyReads: ["GET /things/{id}/check"] }).limits()).toEqual([
    ofReads,
    ofChecks,
    ofChecks,
    ofChecks,
  ]);
});

test("what sends has the limit that the operator has set", async () => {
  const { key: ofReads } = requestLimits.reading;
  const kind = { REQUESTS_PER_KEY: "7", REQUESTS_PER_TENANT: "70" };

  expect(await start({ kind }).limits()).toEqual([ofReads, ofReads, 7, 7]);
});

test("reads of different functions count together", async () => {
  const [one, other] = [start({ kind: "reading" }), start({ kind: "templates" })];
  const read = async ({ handler }: typeof one) =>
    Number((await call(handler, "GET /things", { actor: adasKey })).headers["ratelimit-remaining"]);
  // From so many on a process tells the others.
  for (let made = 0; made < 20; made += 1) await read(one);
  for (let made = 0; made < 20; made += 1) await read(other);

  const left = await read(other);

  expect(left).toBe(requestLimits.reading.key - 41);
});
