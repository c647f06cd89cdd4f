// Secrets Manager of the laptop cloud: the wire by the real client, and the resource type.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeSecretCommand,
  ListSecretsCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResourceContext } from "../../local/cloudformation/provider.ts";
import { createSecrets, type Secrets } from "../../local/secrets/secrets.ts";
import { openState, type StateFolder } from "../../local/state.ts";
import { serve } from "../support/dynamodb.ts";

const context: ResourceContext = {
  accountId: "111111111111",
  region: "us-east-1",
  stackName: "Api",
  logicalId: "CursorSecret",
  generatedName: "Api-CursorSecret-1ABC",
  resource: { Type: "AWS::SecretsManager::Secret" },
  assetPath: () => "",
};

const now = new Date("2026-11-23T10:00:00Z");

const open = (state: StateFolder = openState()) => createSecrets({ state, clock: () => now.getTime() });

const make = async (secrets: Secrets, properties: object, changes: Partial<ResourceContext> = {}) => {
  const provider = secrets.providers["AWS::SecretsManager::Secret"];
  if (!provider) throw new Error("No provider of secrets");
  return provider.create(properties, { ...context, ...changes });
};

/** The real client, as a caller of an account. */
const connect = async (secrets: Secrets, accountId = "111111111111") => {
  const caller = { accountId, arn: `arn:aws:iam::${accountId}:root`, accessKeyId: "test" };
  const { endpoint, close } = await serve((call) => secrets.handle({ ...call, caller }));
  const client = new SecretsManagerClient({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  closing.push(async () => {
    client.destroy();
    await close();
  });
  return client;
};

let closing: (() => Promise<void>)[];

beforeEach(() => {
  closing = [];
});

afterEach(async () => {
  for (const close of closing) await close();
});

const read = async (secrets: Secrets, secretId: string) => {
  const client = await connect(secrets);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return SecretString ?? "";
};

describe("on the wire", () => {
  test("a secret is read by its ARN, its ARN without suffix, or its name", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "s3cret" });
    const client = await connect(secrets);

    const answers = await Promise.all(
      [ref, ref.replace(/-.{6}$/, ""), "Api-CursorSecret-1ABC"].map((SecretId) =>
        client.send(new GetSecretValueCommand({ SecretId })),
      ),
    );

    expect(ref).toMatch(/^arn:aws:secretsmanager:us-east-1:111111111111:secret:Api-CursorSecret-1ABC-[a-z0-9]{6}$/);
    for (const answer of answers)
      expect(answer).toMatchObject({
        ARN: ref,
        Name: "Api-CursorSecret-1ABC",
        SecretString: "s3cret",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: now,
      });
  });

  test("a new value becomes the current one, and the former is the previous", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "one" });
    const client = await connect(secrets);

    await client.send(new PutSecretValueCommand({ SecretId: ref, SecretString: "two" }));

    const stage = async (VersionStage: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId: ref, VersionStage }))).SecretString;
    const described = await client.send(new DescribeSecretCommand({ SecretId: ref }));
    expect([await stage("AWSCURRENT"), await stage("AWSPREVIOUS")]).toEqual(["two", "one"]);
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([["AWSCURRENT"], ["AWSPREVIOUS"]]);
    expect(described).toMatchObject({ ARN: ref, CreatedDate: now });
  });

  test("secrets are listed by how their descriptions begin", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "one", Description: "Key of the door" });
    const client = await connect(secrets);

    const listed = async (text: string) =>
      (await client.send(new ListSecretsCommand({ Filters: [{ Key: "description", Values: [text] }] }))).SecretList;

    expect(await listed("key of")).toMatchObject([{ ARN: ref, Description: "Key of the door" }]);
    expect(await listed("the door")).toEqual([]);
  });

  test("a request token puts a value once, and no other value", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "one" });
    const client = await connect(secrets);
    const ClientRequestToken = "00000000-0000-4000-8000-000000000001";
    const put = (SecretString: string) =>
      client.send(new PutSecretValueCommand({ SecretId: ref, SecretString, ClientRequestToken }));

    const [first, again] = [await put("two"), await put("two")];

    expect(again.VersionId).toBe(first.VersionId);
    await expect(put("three")).rejects.toMatchObject({ name: "ResourceExistsException" });
  });

  test("another account's secret is not there", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "mine" });
    const stranger = await connect(secrets, "222222222222");

    const attempt = stranger.send(new GetSecretValueCommand({ SecretId: ref }));

    await expect(attempt).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("binary comes back as it was put", async () => {
    const secrets = open();
    const { ref } = await make(secrets, {});
    const client = await connect(secrets);

    await client.send(new PutSecretValueCommand({ SecretId: ref, SecretBinary: new Uint8Array([0, 255]) }));
    const { SecretBinary, SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ref }));

    expect(SecretBinary).toEqual(new Uint8Array([0, 255]));
    expect(SecretString).toBeUndefined();
  });
});

describe("the resource", () => {
  test("makes a password by the rules, 32 characters long unless told", async () => {
    const secrets = open();
    const plain = await make(secrets, { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 64 } });
    const digits = await make(
      secrets,
      {
        GenerateSecretString: {
          ExcludeLowercase: true,
          ExcludeUppercase: "true",
          ExcludePunctuation: true,
          ExcludeCharacters: "01",
        },
      },
      { generatedName: "digits" },
    );

    expect(await read(secrets, plain.ref)).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{64}$/);
    expect(await read(secrets, digits.ref)).toMatch(/^[2-9]{32}$/);
  });

  test("puts the password into its template", async () => {
    const secrets = open();
    const { ref } = await make(secrets, {
      GenerateSecretString: { SecretStringTemplate: '{"user":"demo"}', GenerateStringKey: "password" },
    });

    const value: unknown = JSON.parse(await read(secrets, ref));

    expect(value).toEqual({ user: "demo", password: expect.stringMatching(/^.{32}$/) });
  });

  test("keeps its value over restarts, and what was put since", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sesami-secrets-"));
    closing.push(() => rm(folder, { recursive: true }));
    const properties = { GenerateSecretString: { PasswordLength: 40 } };
    const state = openState(folder);
    const first = open(state);
    const { ref } = await make(first, properties);
    const value = await read(first, ref);
    const other = await make(first, properties, { generatedName: "other" });
    await (await connect(first)).send(new PutSecretValueCommand({ SecretId: other.ref, SecretString: "put" }));
    state.flush();

    const stateAfter = openState(folder);
    const second = open(stateAfter);
    const again = await make(second, properties);
    await make(second, properties, { generatedName: "other" });
    // Now, and not when the folder is gone.
    stateAfter.flush();

    expect(again.ref).toBe(ref);
    expect(await read(second, ref)).toBe(value);
    expect(await read(second, other.ref)).toBe("put");
    expect(value).toHaveLength(40);
  });

  test("takes a new value where the template changed", async () => {
    const secrets = open();
    const { ref } = await make(secrets, { SecretString: "one" });

    await make(secrets, { SecretString: "two" });

    expect(await read(secrets, ref)).toBe("two");
  });

  test("is gone once deleted", async () => {
    const secrets = open();
    const created = await make(secrets, { SecretString: "one" });

    await secrets.providers["AWS::SecretsManager::Secret"]?.delete?.(created, context);

    await expect(read(secrets, created.ref)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test.each([
    ["a property that is not known", { ReplicaRegions: [] }, "NotImplemented"],
    ["a template without a key", { GenerateSecretString: { SecretStringTemplate: "{}" } }, "ValidationError"],
    [
      "a template that is not JSON",
      { GenerateSecretString: { SecretStringTemplate: "{", GenerateStringKey: "p" } },
      "ValidationError",
    ],
    [
      "a password too short for its kinds",
      { GenerateSecretString: { PasswordLength: 3 } },
      "InvalidParameterException",
    ],
  ])("refuses %s", async (_what, properties, code) => {
    const secrets = open();

    await expect(make(secrets, properties)).rejects.toMatchObject({ code });
  });
});
