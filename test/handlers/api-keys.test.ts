// API keys: made and shown once, listed without their secret, revoked at once.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createApiKey, listApiKeys, revokeApiKey, type ApiKeysDeps } from "../../lambdas/api-keys/operations.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import { sha256Hex } from "../../lambdas/runtime/hash.ts";
import type { ApiKeyView, CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import { createApiKeys, maxApiKeys } from "../../shared/store/api-keys.ts";
import { adasKey, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

let dynamodb: LocalDynamoDb;
let deps: ApiKeysDeps;
let handler: HttpHandler;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  const tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  let made = 0;
  deps = {
    keys: createApiKeys({ client: dynamodb.client, tableName }),
    clock: () => Date.parse("2026-11-23T08:00:00Z") + made * 1000,
    newKeyId: () => `key_${(made += 1)}`,
    newSecret: () => `${"0123456789".repeat(4)}${String(made).padStart(3, "0")}`,
  };
  handler = httpHandler({
    "GET /api-keys": listApiKeys(deps),
    "POST /api-keys": createApiKey(deps),
    "DELETE /api-keys/{keyId}": revokeApiKey(deps),
  });
});

const make = (name: string) => call<CreatedApiKey>(handler, "POST /api-keys", { body: { name } });
const list = () => call<{ items: ApiKeyView[] }>(handler, "GET /api-keys");
const revoke = (keyId: string) => call(handler, "DELETE /api-keys/{keyId}", { path: { keyId } });

test("a key is shown when it is made, and never again", async () => {
  const made = await make("  Shop, production ");

  const listed = await list();

  expect(made).toMatchObject({
    status: 201,
    body: { keyId: "key_1", name: "Shop, production", key: `sk_${"0123456789".repeat(4)}000`, lastFour: "9000" },
  });
  expect(listed.body.items).toEqual([
    { keyId: "key_1", name: "Shop, production", lastFour: "9000", createdAt: "2026-11-23T08:00:01.000Z" },
  ]);
});

test("the table holds the hash of the key, and the key nowhere", async () => {
  const { key } = (await make("Shop")).body;

  expect(await deps.keys.findKeyOwner(await sha256Hex(key))).toEqual({ tenantId: "ten_ada", keyId: "key_1" });
  const stored = await deps.keys.listApiKeys("ten_ada");
  expect(JSON.stringify(stored)).not.toContain(key.slice(3, -4));
});

test("keys are listed newest first", async () => {
  await make("first");
  await make("second");

  expect((await list()).body.items.map(({ name }) => name)).toEqual(["second", "first"]);
});

test("a revoked key is unknown at once, and cannot be revoked again", async () => {
  const { key } = (await make("Shop")).body;

  const first = await revoke("key_1");
  const again = await revoke("key_1");

  expect(first).toMatchObject({ status: 204, body: undefined });
  expect(await deps.keys.findKeyOwner(await sha256Hex(key))).toBeUndefined();
  expect((await list()).body.items).toEqual([]);
  expect(again.status).toBe(404);
});

test("another tenant neither sees nor revokes a key", async () => {
  const { key } = (await make("Shop")).body;

  const seen = await call<{ items: unknown[] }>(handler, "GET /api-keys", { actor: bob });
  const revoked = await call(handler, "DELETE /api-keys/{keyId}", { actor: bob, path: { keyId: "key_1" } });

  expect(seen.body.items).toEqual([]);
  expect(revoked).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect(await deps.keys.findKeyOwner(await sha256Hex(key))).toBeDefined();
});

test("a key cannot make, list or revoke keys", async () => {
  await make("Shop");

  const answers = [
    await call(handler, "POST /api-keys", { actor: adasKey, body: { name: "x" } }),
    await call(handler, "GET /api-keys", { actor: adasKey }),
    await call(handler, "DELETE /api-keys/{keyId}", { actor: adasKey, path: { keyId: "key_1" } }),
  ];

  for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
});

test.each([[{}], [{ name: "" }], [{ name: "  " }], [{ name: "x".repeat(81) }], [{ name: "x", scope: "all" }]])(
  "the request %j is refused",
  async (body) => {
    expect((await call(handler, "POST /api-keys", { body })).status).toBe(400);
  },
);

test("there is an end to the number of keys", async () => {
  for (let made = 0; made < maxApiKeys; made++) await make(`key ${made}`);

  expect(await call(handler, "POST /api-keys", { body: { name: "one more" } })).toMatchObject({
    status: 409,
    body: { error: { code: "conflict" } },
  });
});
