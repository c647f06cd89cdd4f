import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ResourceContext } from "../../local/cloudformation/provider.ts";
import { createFrontDoor, type FrontDoor } from "../../local/front-door/front-door.ts";
import { createIdentity, type Identity } from "../../local/identity/identity.ts";
import type { PolicyStatement } from "../../local/identity/policy.ts";
import { openState } from "../../local/state.ts";

const operator = "111111111111";
const customer = "222222222222";
const externalId = "con_5a3e";
const now = Date.parse("2026-11-23T08:00:00Z");

let identity: Identity;
let frontDoor: FrontDoor;
let endpoint: string;
const clients: STSClient[] = [];

beforeEach(async () => {
  identity = createIdentity({ state: openState(), clock: () => now });
  frontDoor = createFrontDoor({
    identity,
    services: { sts: identity.handle },
    log: (_, error) => {
      throw error;
    },
  });
  endpoint = await frontDoor.listen(0);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await frontDoor.close();
});

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const sts = (credentials: Keys = identity.rootCredentials(operator)) => {
  const client = new STSClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
};

async function makeRole(name: string, trust: Partial<PolicyStatement>, properties: Record<string, unknown> = {}) {
  const context: ResourceContext = {
    accountId: customer,
    region: "us-east-1",
    stackName: "connection",
    logicalId: name,
    generatedName: `connection-${name}`,
    resource: { Type: "AWS::IAM::Role" },
    assetPath: (path) => path,
  };
  const statement = { Effect: "Allow", Action: "sts:AssumeRole", ...trust };
  const role = await identity.providers["AWS::IAM::Role"]!.create(
    { RoleName: name, AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [statement] }, ...properties },
    context,
  );
  return String(role.attributes["Arn"]);
}

const trustOperator = {
  Principal: { AWS: `arn:aws:iam::${operator}:root` },
  Condition: { StringEquals: { "sts:ExternalId": externalId } },
};

const assume = (RoleArn: string, input: Partial<AssumeRoleCommandInput> = {}, credentials?: Keys) =>
  sts(credentials).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "sending", ...input }));

const keysOf = async (RoleArn: string, input: Partial<AssumeRoleCommandInput> = {}) => {
  const { Credentials } = await assume(RoleArn, input);
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
};

describe("AssumeRole and the external id", () => {
  it("the right one gives credentials of the customer's role", async () => {
    const roleArn = await makeRole("sesami", trustOperator);

    const { Credentials, AssumedRoleUser } = await assume(roleArn, { ExternalId: externalId, DurationSeconds: 900 });

    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.Expiration).toEqual(new Date("2026-11-23T08:15:00Z"));
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${customer}:assumed-role/sesami/sending`);
    expect(AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{16}:sending$/);
  });

  it.each([
    ["none", undefined],
    ["a wrong one", "con_0000"],
    ["the right one in another case", "CON_5A3E"],
  ])("%s is refused with AccessDenied", async (_, ExternalId) => {
    const roleArn = await makeRole("sesami", trustOperator);

    const refused = assume(roleArn, { ExternalId });

    await expect(refused).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::${operator}:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("a role without the condition lets anyone of the account in", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });

    await expect(assume(roleArn)).resolves.toBeDefined();
    await expect(assume(roleArn, { ExternalId: "con_0000" })).resolves.toBeDefined();
    await expect(assume(roleArn, {}, identity.rootCredentials("333333333333"))).rejects.toThrow("not authorized");
  });

  it("a role that does not exist is refused in the same words", async () => {
    const roleArn = `arn:aws:iam::${customer}:role/nobody`;

    await expect(assume(roleArn)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("a role that trusts one role admits its sessions alone", async () => {
    const first = await makeRole("first", trustOperator);
    const second = await makeRole("second", { Principal: { AWS: first } });
    const keys = await keysOf(first, { ExternalId: externalId });

    await expect(assume(second, {}, keys)).resolves.toBeDefined();
    await expect(assume(second)).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("AssumeRole and its limits", () => {
  it.each([
    ["a session below 15 minutes", { DurationSeconds: 899 }],
    ["a session above 12 hours", { DurationSeconds: 43_201 }],
    ["a session above the role's own maximum", { DurationSeconds: 3601 }],
    ["a session policy of 2,049 characters", { Policy: " ".repeat(2049) }],
    ["a session name with a space", { RoleSessionName: "two words" }],
    ["a session name of one character", { RoleSessionName: "x" }],
    ["an external id with a space", { ExternalId: "two words" }],
  ])("%s is a ValidationError", async (_, input) => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });

    await expect(assume(roleArn, input)).rejects.toMatchObject({
      name: "ValidationError",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("a chained session lasts an hour at most, whatever the role allows", async () => {
    const first = await makeRole("first", { Principal: { AWS: operator } });
    const second = await makeRole("second", { Principal: { AWS: first } }, { MaxSessionDuration: 43_200 });
    const keys = await keysOf(first);

    await expect(assume(second, { DurationSeconds: 3600 }, keys)).resolves.toBeDefined();
    await expect(assume(second, { DurationSeconds: 3601 }, keys)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("role chaining"),
    });
  });

  it("a session that is not chained lasts as long as the role allows", async () => {
    const roleArn = await makeRole("long", { Principal: { AWS: operator } }, { MaxSessionDuration: 7200 });

    const { Credentials } = await assume(roleArn, { DurationSeconds: 7200 });

    expect(Credentials?.Expiration).toEqual(new Date("2026-11-23T10:00:00Z"));
  });

  it("a session policy that is no policy is malformed", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });

    await expect(assume(roleArn, { Policy: "{}" })).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  it("what is not supported is named", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });

    await expect(assume(roleArn, { SourceIdentity: "someone" })).rejects.toThrow("SourceIdentity");
  });

  it("the session keeps its role and its session policy", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });
    const policy = '{"Statement":[{"Effect":"Allow","Action":"ses:Send*","Resource":"*"}]}';

    const { accessKeyId } = await keysOf(roleArn, { Policy: policy });

    expect(identity.findSession(accessKeyId)).toMatchObject({
      caller: { accountId: customer, roleArn, arn: `arn:aws:sts::${customer}:assumed-role/open/sending` },
      sessionPolicy: policy,
    });
  });
});

describe("GetCallerIdentity", () => {
  it("says who signed", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });

    const own = await sts().send(new GetCallerIdentityCommand({}));
    const assumed = await sts(await keysOf(roleArn)).send(new GetCallerIdentityCommand({}));

    expect(own).toMatchObject({ Account: operator, Arn: `arn:aws:iam::${operator}:user/administrator` });
    expect(assumed).toMatchObject({ Account: customer, Arn: `arn:aws:sts::${customer}:assumed-role/open/sending` });
    expect(assumed.UserId).toMatch(/^AROA[A-Z2-7]{16}:sending$/);
  });

  it.each([
    ["another secret", { secretAccessKey: "not-the-secret" }, "SignatureDoesNotMatch"],
    ["an unknown key", { accessKeyId: "AKIAIOSFODNN7EXAMPLE" }, "InvalidClientTokenId"],
    ["a token that is not the key's", { sessionToken: "of-another-session" }, "InvalidClientTokenId"],
    ["a key of a session without its token", { sessionToken: undefined }, "InvalidClientTokenId"],
  ])("%s is refused", async (_, wrong, code) => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });
    const keys: Keys = { ...(await keysOf(roleArn)), ...wrong };

    const refused = sts(keys).send(new GetCallerIdentityCommand({}));

    await expect(refused).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 403 } });
  });

  it("an expired session is refused", async () => {
    const roleArn = await makeRole("open", { Principal: { AWS: operator } });
    const keys = await keysOf(roleArn);
    identity.expireSession(keys.accessKeyId);

    const refused = sts(keys).send(new GetCallerIdentityCommand({}));

    await expect(refused).rejects.toMatchObject({ name: "ExpiredToken" });
  });
});
