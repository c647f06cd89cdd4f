// Connections and who owns an account, over the laptop's DynamoDB and the real client.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createConnections, type Connections, type NewConnection } from "../../../shared/store/connections.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";

let dynamodb: LocalDynamoDb;
let connections: Connections;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  const tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  connections = createConnections({ client: dynamodb.client, tableName });
});

const at = (second: number) => `2026-11-23T08:00:${String(second).padStart(2, "0")}.000Z`;

const claim = (connectionId: string, parts: Partial<NewConnection> = {}): NewConnection => ({
  connectionId,
  accountId: "222222222222",
  region: "us-east-1",
  roleArn: "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
  externalId: `external-id-of-${connectionId}`,
  configurationSet: "sesami",
  createdAt: at(0),
  ...parts,
});

describe("a claim", () => {
  test("is pending, and owns nothing", async () => {
    const made = await connections.createConnection("ten_ada", claim("con_a"));

    expect(made).toEqual({ ...claim("con_a"), tenantId: "ten_ada", state: "pending" });
    expect(await connections.findConnection("ten_ada", "con_a")).toEqual(made);
    expect(await connections.findConnectionByAccount("222222222222", "us-east-1")).toBeUndefined();
    expect(await connections.listProvenAccounts()).toEqual([]);
    expect(await connections.findDefaultConnection("ten_ada")).toBeUndefined();
  });

  test("does not keep another tenant from claiming and proving the same account", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.createConnection("ten_bob", claim("con_b"));

    await connections.markProven("ten_bob", "con_b", at(1));

    expect(await connections.findConnectionByAccount("222222222222", "us-east-1")).toEqual({
      tenantId: "ten_bob",
      connectionId: "con_b",
      state: "proven",
    });
  });

  test("that fails a check stays pending", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));

    expect((await connections.markBroken("ten_ada", "con_a", at(1))).state).toBe("pending");
    expect((await connections.markVerified("ten_ada", "con_a", at(1))).state).toBe("pending");
    expect(await connections.listProvenAccounts()).toEqual([]);
  });
});

describe("proof", () => {
  test("makes one owner, however many try at once", async () => {
    const tenants = ["ten_1", "ten_2", "ten_3", "ten_4"];
    for (const tenantId of tenants) await connections.createConnection(tenantId, claim(`con_${tenantId.slice(4)}`));

    const tries = await Promise.allSettled(
      tenants.map((tenantId) => connections.markProven(tenantId, `con_${tenantId.slice(4)}`, at(1))),
    );

    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const tried of tries)
      if (tried.status === "rejected") expect(tried.reason).toMatchObject({ code: "conflict" });
    expect(await connections.listProvenAccounts()).toHaveLength(1);
  });

  test("is of one region: another one of the account is free", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.createConnection("ten_bob", claim("con_b", { region: "eu-west-1" }));

    await connections.markProven("ten_ada", "con_a", at(1));
    await connections.markProven("ten_bob", "con_b", at(2));

    const owners = await connections.listProvenAccounts();
    expect(owners.map(({ region, tenantId }) => [region, tenantId])).toEqual([
      ["eu-west-1", "ten_bob"],
      ["us-east-1", "ten_ada"],
    ]);
  });

  test("given again changes nothing", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));

    const first = await connections.markProven("ten_ada", "con_a", at(1));
    const again = await connections.markProven("ten_ada", "con_a", at(2));

    expect(again).toEqual(first);
  });

  test("does not tell a tenant who else owns the account", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.createConnection("ten_bob", claim("con_b"));
    await connections.markProven("ten_ada", "con_a", at(1));

    const error: unknown = await connections.markProven("ten_bob", "con_b", at(2)).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "conflict" });
    expect(String(error)).not.toMatch(/ten_ada|con_a/);
  });
});

describe("the state", () => {
  test("is verified by the first event, and only a proven connection's", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.markProven("ten_ada", "con_a", at(1));

    await connections.markVerified("ten_ada", "con_a", at(2));
    await connections.markVerified("ten_ada", "con_a", at(3));

    expect(await connections.findConnection("ten_ada", "con_a")).toMatchObject({
      state: "verified",
      provenAt: at(1),
      verifiedAt: at(2),
    });
    expect(await connections.findConnectionByAccount("222222222222", "us-east-1")).toMatchObject({ state: "verified" });
  });

  test("broken keeps the account, and goes back to what it was", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.markProven("ten_ada", "con_a", at(1));
    await connections.markVerified("ten_ada", "con_a", at(2));

    const broken = await connections.markBroken("ten_ada", "con_a", at(3));
    const owner = await connections.findConnectionByAccount("222222222222", "us-east-1");
    await connections.markProven("ten_ada", "con_a", at(4));

    expect(broken).toMatchObject({ state: "broken", brokenAt: at(3) });
    expect(owner).toMatchObject({ tenantId: "ten_ada", state: "broken" });
    const healed = await connections.findConnection("ten_ada", "con_a");
    expect(healed).toMatchObject({ state: "verified", provenAt: at(1), verifiedAt: at(2) });
    expect(healed).not.toHaveProperty("brokenAt");
  });

  test("survives an event and a failed check at once", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.markProven("ten_ada", "con_a", at(1));

    await Promise.all([
      connections.markVerified("ten_ada", "con_a", at(2)),
      connections.markBroken("ten_ada", "con_a", at(2)),
    ]);

    const connection = await connections.getConnection("ten_ada", "con_a");
    const owner = await connections.findConnectionByAccount("222222222222", "us-east-1");
    expect(connection.state).toBe("broken");
    expect(owner?.state).toBe("broken");
  });
});

describe("disconnecting", () => {
  test("frees the account", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.markProven("ten_ada", "con_a", at(1));

    await connections.deleteConnection("ten_ada", "con_a");

    expect(await connections.findConnection("ten_ada", "con_a")).toBeUndefined();
    expect(await connections.listProvenAccounts()).toEqual([]);
    await connections.createConnection("ten_bob", claim("con_b"));
    expect((await connections.markProven("ten_bob", "con_b", at(2))).state).toBe("proven");
  });

  test("a claim leaves the owner of its account alone", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.createConnection("ten_bob", claim("con_b"));
    await connections.markProven("ten_ada", "con_a", at(1));

    await connections.deleteConnection("ten_bob", "con_b");

    expect(await connections.findConnectionByAccount("222222222222", "us-east-1")).toMatchObject({
      tenantId: "ten_ada",
    });
  });

  test.each([["a proven one"], ["a claim"]])(
    "%s leaves nothing behind, and its SNS key finds nothing",
    async (which) => {
      const snsKey = "k".repeat(43);
      const made = await connections.createConnection("ten_ada", claim("con_a", { snsKey }));
      const found = await connections.findConnectionBySnsKey(snsKey);
      if (which === "a proven one") await connections.markProven("ten_ada", "con_a", at(1));

      await connections.deleteConnection("ten_ada", "con_a");

      expect(found).toEqual(made);
      expect(await connections.findConnectionBySnsKey(snsKey)).toBeUndefined();
      const { Count } = await dynamodb.client.send(new ScanCommand({ TableName: `Directory${tables}` }));
      expect(Count).toBe(0);
    },
  );

  test("twice is not found", async () => {
    await connections.createConnection("ten_ada", claim("con_a"));
    await connections.deleteConnection("ten_ada", "con_a");

    await expect(connections.deleteConnection("ten_ada", "con_a")).rejects.toMatchObject({ code: "not_found" });
  });
});

test("a tenant's connections are listed oldest first, and the default is the oldest that works", async () => {
  await connections.createConnection("ten_ada", claim("con_c", { region: "eu-west-1", createdAt: at(3) }));
  await connections.createConnection("ten_ada", claim("con_b", { region: "eu-west-2", createdAt: at(2) }));
  await connections.createConnection("ten_ada", claim("con_a", { region: "eu-west-3", createdAt: at(1) }));
  await connections.markProven("ten_ada", "con_c", at(4));
  await connections.markProven("ten_ada", "con_b", at(5));
  const before = await connections.findDefaultConnection("ten_ada");
  await connections.markBroken("ten_ada", "con_b", at(6));
  const after = await connections.findDefaultConnection("ten_ada");
  await connections.markBroken("ten_ada", "con_c", at(7));
  const allBroken = await connections.findDefaultConnection("ten_ada");

  const listed = await connections.listConnections("ten_ada");

  expect(listed.map(({ connectionId }) => connectionId)).toEqual(["con_a", "con_b", "con_c"]);
  expect([before, after, allBroken].map((connection) => connection?.connectionId)).toEqual(["con_b", "con_c", "con_b"]);
});

test("another tenant's connection is not found by any operation", async () => {
  await connections.createConnection("ten_ada", claim("con_a"));

  expect(await connections.findConnection("ten_bob", "con_a")).toBeUndefined();
  expect(await connections.listConnections("ten_bob")).toEqual([]);
  for (const operation of ["markProven", "markVerified", "markBroken"] as const)
    await expect(connections[operation]("ten_bob", "con_a", at(1))).rejects.toMatchObject({ code: "not_found" });
  await expect(connections.deleteConnection("ten_bob", "con_a")).rejects.toMatchObject({ code: "not_found" });
  expect(await connections.claimTestMail("ten_bob", "con_a", { nowMs: 1, intervalMs: 60_000 })).toBe(false);
});

test("one test mail is claimed in each minute, and a claim can be given back", async () => {
  await connections.createConnection("ten_ada", claim("con_a"));
  const claimAt = (nowMs: number) => connections.claimTestMail("ten_ada", "con_a", { nowMs, intervalMs: 60_000 });

  const atOnce = await Promise.all([claimAt(100_000), claimAt(100_000), claimAt(100_000)]);

  expect(atOnce.filter(Boolean)).toHaveLength(1);
  expect(await claimAt(159_999)).toBe(false);
  expect(await claimAt(160_000)).toBe(true);
  await connections.releaseTestMail("ten_ada", "con_a", 160_000);
  expect(await claimAt(160_001)).toBe(true);
});
