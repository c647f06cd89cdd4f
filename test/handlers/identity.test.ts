// The user pool's triggers: a tenant at sign-up, claims in every ID token.
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTrigger, type UserPoolTriggerEvent } from "../../lambdas/identity/user-pool-trigger.ts";
import { createConnections, type Connections } from "../../shared/store/connections.ts";
import { createTenants } from "../../shared/store/tenants.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

let dynamodb: LocalDynamoDb;
let connections: Connections;
let handler: (event: UserPoolTriggerEvent) => Promise<UserPoolTriggerEvent>;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const directory = { client: dynamodb.client, tableName: await dynamodb.createDirectoryTable() };
  connections = createConnections(directory);
  let made = 0;
  handler = answerTrigger({
    tenants: createTenants(directory),
    connections,
    clock: () => Date.parse("2026-11-23T08:00:00Z"),
    newTenantId: () => `ten_${(made += 1)}`,
  });
});
afterAll(() => dynamodb.stop());

/** Cognito developer guide, "Pre token generation Lambda trigger": the parts all versions share. */
const trigger = (triggerSource: string, sub: string | undefined, version = "1"): UserPoolTriggerEvent => ({
  version,
  triggerSource,
  request: { userAttributes: { sub, email: "ada@example.com" } },
  response: {},
});

const claims = async (sub: string): Promise<Record<string, string>> => {
  const { response } = await handler(trigger("TokenGeneration_Authentication", sub));
  return (response as { claimsOverrideDetails: { claimsToAddOrOverride: Record<string, string> } })
    .claimsOverrideDetails.claimsToAddOrOverride;
};

test("who signs up gets a tenant, which every later token names", async () => {
  captureOutput();
  const confirmation = trigger("PostConfirmation_ConfirmSignUp", "sub-1");

  const answer = await handler(confirmation);

  expect(answer).toEqual(confirmation);
  const first = await claims("sub-1");
  expect(first).toEqual({ "custom:tenantId": expect.stringMatching(/^ten_\d+$/) as string });
  expect(await claims("sub-1")).toEqual(first);
});

test("two users have two tenants", async () => {
  const [one, two] = [await claims("sub-2"), await claims("sub-3")];

  expect(one["custom:tenantId"]).not.toBe(two["custom:tenantId"]);
});

test("a user whom an administrator made gets a tenant with the first token", async () => {
  expect(await claims("sub-never-confirmed")).toHaveProperty(["custom:tenantId"]);
});

test("the token names role and external id once a connection is proven", async () => {
  const { "custom:tenantId": tenantId = "" } = await claims("sub-4");
  await connections.createConnection(tenantId, {
    connectionId: "con_a",
    accountId: "222222222222",
    region: "us-east-1",
    roleArn: "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
    externalId: "the-external-id",
    configurationSet: "sesami",
    createdAt: "2026-11-23T08:00:00.000Z",
  });
  const pending = await claims("sub-4");
  await connections.markProven(tenantId, "con_a", "2026-11-23T08:01:00.000Z");

  const proven = await claims("sub-4");

  expect(pending).toEqual({ "custom:tenantId": tenantId });
  expect(proven).toEqual({
    "custom:tenantId": tenantId,
    "custom:roleArn": "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
    "custom:externalId": "the-external-id",
  });
});

test("a version 2 trigger is answered in its form, for the ID token alone", async () => {
  const { "custom:tenantId": tenantId } = await claims("sub-5");

  const { response } = await handler(trigger("TokenGeneration_RefreshTokens", "sub-5", "2"));

  expect(response).toEqual({
    claimsAndScopeOverrideDetails: {
      idTokenGeneration: { claimsToAddOrOverride: { "custom:tenantId": tenantId } },
    },
  });
});

test("a trigger that is none of ours passes untouched", async () => {
  const forgotten = trigger("PostConfirmation_ConfirmForgotPassword", "sub-6");

  expect(await handler(forgotten)).toEqual(forgotten);
});

test("a trigger without a user fails, so that no token without a tenant is made", async () => {
  await expect(handler(trigger("TokenGeneration_Authentication", undefined))).rejects.toThrow("sub");
});
