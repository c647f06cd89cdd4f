// Who is let in: ID tokens signed by the pool's keys, API keys of the Directory, and nobody else.
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { authorizeRequest, type AuthorizerResult } from "../../lambdas/authorizer/authorize-request.ts";
import { createIdTokenVerifier } from "../../lambdas/authorizer/id-token.ts";
import { createApiKeys, type ApiKeys } from "../../shared/store/api-keys.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

const region = "us-east-1";
const userPoolId = "us-east-1_Test";
const userPoolClientId = "client-of-the-dashboard";
const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;

interface PoolKey {
  kid: string;
  privateKey: KeyObject;
  jwk: object;
}

function newPoolKey(kid: string): PoolKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" } };
}

const poolKey = newPoolKey("kid-1");
const nextKey = newPoolKey("kid-2");
const strangersKey = newPoolKey("kid-1");

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** By RFC 7515, with the claims of a Cognito ID token unless told otherwise. */
function token(claims: Record<string, unknown> = {}, key = poolKey, header: Record<string, unknown> = {}): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const payload = {
    sub: "sub-ada",
    iss: issuer,
    aud: userPoolClientId,
    token_use: "id",
    "custom:tenantId": "ten_ada",
    iat: nowSeconds,
    exp: nowSeconds + 3600,
    ...claims,
  };
  const input = `${encode({ alg: "RS256", kid: key.kid, ...header })}.${encode(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), key.privateKey).toString("base64url")}`;
}

let dynamodb: LocalDynamoDb;
let keys: ApiKeys;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  keys = createApiKeys({ client: dynamodb.client, tableName: await dynamodb.createDirectoryTable() });
});
afterAll(() => dynamodb.stop());

/** An authorizer of its own, whose pool publishes these keys. */
function createAuthorizer(published: PoolKey[] = [poolKey], parts: { keys?: Pick<ApiKeys, "findKeyOwner"> } = {}) {
  let fetches = 0;
  const authorize = authorizeRequest({
    keys: parts.keys ?? keys,
    verifyIdToken: createIdTokenVerifier({
      region,
      userPoolId,
      userPoolClientId,
      jwksUri: "http://127.0.0.1/jwks.json",
      fetchJwks: async () => {
        fetches += 1;
        return new TextEncoder().encode(JSON.stringify({ keys: published.map(({ jwk }) => jwk) })).buffer;
      },
    }),
  });
  return {
    fetches: () => fetches,
    present: (credential: string): Promise<AuthorizerResult> =>
      authorize({
        headers: { authorization: `Bearer ${credential}` },
        requestContext: { requestId: "request-1" },
      }),
    authorize,
  };
}

describe("an ID token", () => {
  test("of the pool lets its user in, with the tenant of its claim", async () => {
    const answer = await createAuthorizer().present(token());

    expect(answer).toEqual({
      isAuthorized: true,
      context: { tenantId: "ten_ada", kind: "user", id: "sub-ada" },
    });
  });

  const badTokens: [string, () => string][] = [
    ["has expired", () => token({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ["is of another pool", () => token({ iss: `${issuer}X` })],
    ["is of another client", () => token({ aud: "another-client" })],
    ["is an access token", () => token({ token_use: "access" })],
    ["names no tenant", () => token({ "custom:tenantId": undefined })],
    ["has an empty tenant", () => token({ "custom:tenantId": "" })],
    ["has a tenant that is no text", () => token({ "custom:tenantId": ["ten_ada"] })],
    ["is signed by a stranger under the pool's key id", () => token({}, strangersKey)],
    ["is not signed", () => `${encode({ alg: "none", kid: "kid-1" })}.${token().split(".")[1]}.`],
    ["is signed with the public key as a secret", () => token({}, poolKey, { alg: "HS256" })],
    ["was changed", () => token().replace(/\.[^.]+\./, `.${encode({ sub: "sub-eve" })}.`)],
    ["is cut", () => token().slice(0, -10)],
    ["is no token", () => "x.y.z"],
  ];
  test.each(badTokens)("that %s does not", async (_, badToken) => {
    captureOutput();

    expect(await createAuthorizer().present(badToken())).toEqual({ isAuthorized: false });
  });

  test("by a key that the pool has since got is let in; the keys are fetched again for it, once", async () => {
    const published = [poolKey];
    const authorizer = createAuthorizer(published);
    await authorizer.present(token());
    published.push(nextKey);

    const answers = [await authorizer.present(token({}, nextKey)), await authorizer.present(token({}, nextKey))];

    expect(answers).toMatchObject([{ isAuthorized: true }, { isAuthorized: true }]);
    expect(authorizer.fetches()).toBe(2);
  });

  test("with made-up key ids cannot make us fetch the keys again and again", async () => {
    captureOutput();
    // After a while they may be fetched again: it never comes here.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const authorizer = createAuthorizer();
    await authorizer.present(token());

    for (const kid of ["a", "b", "c"]) await authorizer.present(token({}, poolKey, { kid }));

    expect(authorizer.fetches()).toBe(2);
  });
});

describe("an API key", () => {
  const key = `sk_${"A1b2".repeat(10)}XyZ`;

  beforeAll(() =>
    keys.createApiKey("ten_ada", {
      keyId: "key_ada",
      name: "shop",
      keyHash: createHash("sha256").update(key).digest("hex"),
      lastFour: "2XyZ",
      createdAt: "2026-11-23T08:00:00.000Z",
      createdBy: "sub-ada",
    }),
  );

  test("lets its app in, for the tenant that made it", async () => {
    expect(await createAuthorizer().present(key)).toEqual({
      isAuthorized: true,
      context: { tenantId: "ten_ada", kind: "key", id: "key_ada" },
    });
  });

  test.each([
    ["unknown", `sk_${"A1b2".repeat(10)}XyY`],
    ["in another case", key.toUpperCase().replace("SK_", "sk_")],
    ["too short", "sk_short"],
    ["with other characters", `sk_${"A1b2".repeat(10)}-._`],
    ["without its prefix", key.slice(3)],
  ])("that is %s does not", async (_, badKey) => {
    captureOutput();

    expect(await createAuthorizer().present(badKey)).toEqual({ isAuthorized: false });
  });

  test("that was revoked does not", async () => {
    captureOutput();
    await keys.deleteApiKey("ten_ada", "key_ada");

    expect(await createAuthorizer().present(key)).toEqual({ isAuthorized: false });
  });
});

test.each([undefined, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b"])(
  "the header %j lets nobody in",
  async (authorization) => {
    captureOutput();
    const { authorize } = createAuthorizer();

    const answer = await authorize({ headers: { authorization }, requestContext: { requestId: "request-1" } });

    expect(answer).toEqual({ isAuthorized: false });
  },
);

test("the log tells why somebody was not let in, and never what they presented", async () => {
  const output = captureOutput();
  const bad = [token({}, strangersKey), `sk_${"A1b2".repeat(11)}`];

  for (const credential of bad) await createAuthorizer().present(credential);

  expect(output.text()).toContain("Invalid signature");
  expect(output.text()).toContain("No such API key");
  for (const credential of bad) expect(output.text()).not.toContain(credential.split(".").at(-1));
});

test("when the table cannot be asked the answer is an error, as a denial would be remembered", async () => {
  captureOutput();
  const keysOutOfReach = { findKeyOwner: () => Promise.reject(new Error("timeout")) };
  const { present } = createAuthorizer([poolKey], { keys: keysOutOfReach });

  await expect(present(`sk_${"A1b2".repeat(10)}`)).rejects.toThrow("timeout");
});
