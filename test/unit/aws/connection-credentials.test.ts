// Sessions of a customer's role: assumed once, kept while fresh, thrown away when AWS refuses them.
import { expect, test } from "vitest";
import type { AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import {
  createConnectionCredentials,
  type CredentialTier,
  type SessionCredentials,
} from "../../../shared/aws/connection-credentials.ts";
import { sessionPolicy } from "../../../shared/aws/session-policy.ts";

const start = Date.parse("2026-11-23T08:00:00Z");
const minute = 60_000;

const connection = {
  connectionId: "con_a",
  accountId: "222222222222",
  region: "us-east-1",
  roleArn: "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
  externalId: "external-id-of-a",
  configurationSet: "sesami",
};

function setUp(options: { tiers?: CredentialTier[]; maxEntries?: number } = {}) {
  const asked: AssumeRoleCommandInput[] = [];
  let nowMs = start;
  const sts = {
    send: async ({ input }: { input: AssumeRoleCommandInput }) => {
      asked.push(input);
      await Promise.resolve();
      return {
        Credentials: {
          AccessKeyId: `key-${asked.length}`,
          SecretAccessKey: "secret",
          SessionToken: "token",
          Expiration: new Date(nowMs + 60 * minute),
        },
      };
    },
  } as unknown as STSClient;
  return {
    asked,
    credentials: createConnectionCredentials({ sts, clock: () => nowMs, ...options }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const refused = (name: string) => Object.assign(new Error("no"), { name });

test("mail by whatever configuration sets takes two sessions, of which one may use any set of the account", async () => {
  const { credentials, asked } = setUp();

  for (const configurationSet of ["sesami", "marketing", "made-up-1", "made-up-2"])
    await credentials.getCredentials({ ...connection, configurationSet }, "send");

  expect(asked.map(({ Policy }) => /configuration-set\/[^"]+/.exec(Policy ?? "")?.[0])).toEqual([
    "configuration-set/sesami",
    "configuration-set/*",
  ]);
});

test("a role is assumed with the external id, narrowed, for the hour that chaining allows", async () => {
  const { credentials, asked } = setUp();

  await credentials.getCredentials(connection, "send");

  expect(asked).toEqual([
    {
      RoleArn: connection.roleArn,
      RoleSessionName: "sesami-con_a",
      ExternalId: "external-id-of-a",
      DurationSeconds: 3600,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["ses:SendRawEmail"],
            Resource: [
              "arn:aws:ses:us-east-1:222222222222:identity/*",
              "arn:aws:ses:us-east-1:222222222222:configuration-set/sesami",
            ],
          },
          { Effect: "Allow", Action: ["ses:GetSendQuota"], Resource: ["*"] },
        ],
      }),
    },
  ]);
});

test("session policies fit what STS takes", () => {
  for (const purpose of ["send", "verify"] as const)
    expect(sessionPolicy(purpose, connection).length).toBeLessThanOrEqual(2048);
});

test("a session is assumed once for many at the same time, and kept for 45 minutes", async () => {
  const { credentials, asked, pass } = setUp();

  await Promise.all([1, 2, 3].map(() => credentials.getCredentials(connection, "send")));
  pass(45 * minute - 1);
  await credentials.getCredentials(connection, "send");
  expect(asked).toHaveLength(1);

  pass(1);
  await credentials.getCredentials(connection, "send");
  expect(asked).toHaveLength(2);
});

test("sessions of other purposes, external ids and connections are other sessions", async () => {
  const { credentials, asked } = setUp();

  await credentials.getCredentials(connection, "send");
  await credentials.getCredentials(connection, "verify");
  await credentials.getCredentials({ ...connection, externalId: "another" }, "send");
  await credentials.getCredentials({ ...connection, region: "eu-west-1" }, "send");

  expect(asked).toHaveLength(4);
});

test.each(["ExpiredTokenException", "ExpiredToken", "AccessDenied", "AccessDeniedException", "InvalidClientTokenId"])(
  "after %s the operation runs once more, with a fresh session",
  async (name) => {
    const { credentials } = setUp();
    const used: string[] = [];

    const result = await credentials.withCredentials(connection, "send", async ({ accessKeyId }) => {
      used.push(accessKeyId);
      if (used.length === 1) throw refused(name);
      return "sent";
    });

    expect(result).toBe("sent");
    expect(used).toEqual(["key-1", "key-2"]);
  },
);

test("a refusal that stays is given to the caller after the second try", async () => {
  const { credentials, asked } = setUp();

  const operation = credentials.withCredentials(connection, "send", () => Promise.reject(refused("AccessDenied")));

  await expect(operation).rejects.toThrow("no");
  expect(asked).toHaveLength(2);
});

test("a role that stays broken is not asked of STS for every mail", async () => {
  const { credentials, asked, pass } = setUp();
  const send = () =>
    credentials
      .withCredentials(connection, "send", () => Promise.reject(refused("AccessDenied")))
      .catch((error: Error) => error.name);

  for (let mail = 0; mail < 10; mail += 1) expect(await send()).toBe("AccessDenied");
  expect(asked).toHaveLength(2);

  pass(5000);
  await send();
  expect(asked).toHaveLength(3);
});

test("a role that refuses to be assumed is left alone for five seconds", async () => {
  let asked = 0;
  let nowMs = start;
  const send = () => {
    asked += 1;
    return Promise.reject(refused("AccessDenied"));
  };
  const credentials = createConnectionCredentials({ sts: { send } as unknown as STSClient, clock: () => nowMs });
  const get = () => credentials.getCredentials(connection, "send").catch((error: Error) => error.name);

  for (let mail = 0; mail < 10; mail += 1) expect(await get()).toBe("AccessDenied");
  expect(asked).toBe(1);

  nowMs += 5000;
  await get();
  expect(asked).toBe(2);
});

test("any other error runs nothing twice", async () => {
  const { credentials } = setUp();
  let runs = 0;

  const operation = credentials.withCredentials(connection, "send", () => {
    runs += 1;
    return Promise.reject(refused("Throttling"));
  });

  await expect(operation).rejects.toThrow("no");
  expect(runs).toBe(1);
});

test("many operations that meet an expired session renew it once", async () => {
  const { credentials, asked } = setUp();
  const operation = async ({ accessKeyId }: SessionCredentials) => {
    await Promise.resolve();
    if (accessKeyId === "key-1") throw refused("ExpiredToken");
  };

  await Promise.all([1, 2, 3, 4].map(() => credentials.withCredentials(connection, "send", operation)));

  expect(asked).toHaveLength(2);
});

test("the session used longest ago makes room", async () => {
  const { credentials, asked } = setUp({ maxEntries: 2 });
  const other = (externalId: string) => ({ ...connection, externalId });

  await credentials.getCredentials(other("1"), "send");
  await credentials.getCredentials(other("2"), "send");
  await credentials.getCredentials(other("1"), "send");
  await credentials.getCredentials(other("3"), "send");
  await credentials.getCredentials(other("1"), "send");
  expect(asked).toHaveLength(3);

  await credentials.getCredentials(other("2"), "send");
  expect(asked).toHaveLength(4);
});

test("a further tier is asked before STS, filled after it, and evicted with the rest", async () => {
  const kept = new Map<string, SessionCredentials>();
  const ttls: number[] = [];
  const tier: CredentialTier = {
    find: async (key) => kept.get(key),
    put: async (key, credentials, ttlMs) => {
      kept.set(key, credentials);
      ttls.push(ttlMs);
    },
    evict: async (key) => {
      kept.delete(key);
    },
  };
  const first = setUp({ tiers: [tier] });
  const second = setUp({ tiers: [tier] });

  await first.credentials.getCredentials(connection, "send");
  await second.credentials.getCredentials(connection, "send");
  expect(second.asked).toEqual([]);
  expect(ttls).toEqual([45 * minute]);

  await first.credentials.evictCredentials(connection);
  expect(kept.size).toBe(0);
});

test("a session that AWS has refused is passed over in a tier that does not forget it", async () => {
  const kept = new Map<string, SessionCredentials>();
  const tier: CredentialTier = {
    find: async (key) => kept.get(key),
    put: async (key, credentials) => void kept.set(key, kept.get(key) ?? credentials),
    evict: () => new Promise<never>(() => undefined),
  };
  const { credentials, asked } = setUp({ tiers: [tier] });
  const used: string[] = [];

  const result = await credentials.withCredentials(connection, "send", async ({ accessKeyId }) => {
    used.push(accessKeyId);
    if (accessKeyId === "key-1") throw refused("ExpiredToken");
    return "sent";
  });

  expect(result).toBe("sent");
  expect(used).toEqual(["key-1", "key-2"]);
  expect(asked).toHaveLength(2);
});

test("a tier that takes its time to keep a session holds up nobody", async () => {
  const slow: CredentialTier = {
    find: async () => undefined,
    put: () => new Promise<never>(() => undefined),
    evict: async () => undefined,
  };
  const { credentials } = setUp({ tiers: [slow] });

  await expect(credentials.getCredentials(connection, "send")).resolves.toMatchObject({ accessKeyId: "key-1" });
});
