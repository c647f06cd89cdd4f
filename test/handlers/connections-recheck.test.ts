// The daily check: every connection that once worked, each once a day, whatever becomes of the others.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isScheduledEvent, recheckConnections } from "../../lambdas/connections/recheck-connections.ts";
import { AwsError } from "../../local/protocol.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { apiEvent, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startConnectedCloud, type ConnectedCloud, type Fault } from "../support/connected-cloud.ts";
import { setUpConnections, type ConnectionsSetup } from "../support/connections-setup.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

const dayMs = 86_400_000;

/** AWS's example of a scheduled event (EventBridge user guide). */
const hourly = {
  version: "0",
  account: "123456789012",
  region: "us-east-2",
  detail: {},
  "detail-type": "Scheduled Event",
  source: "aws.events",
  time: "2019-03-01T01:23:45Z",
  id: "cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
  resources: ["arn:aws:events:us-east-2:123456789012:rule/my-schedule"],
};

let cloud: ConnectedCloud;
let dynamodb: LocalDynamoDb;
let setup: ConnectionsSetup;
let output: ReturnType<typeof captureOutput>;
let asked: string[];
let faults: { ses?: Fault; sts?: Fault };
let connection: ConnectionView;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  output = captureOutput();
  asked = [];
  faults = {
    ses: (operation) => void asked.push(operation),
    sts: (operation) => void asked.push(operation),
  };
  cloud = await startConnectedCloud(faults);
  setup = setUpConnections(cloud, dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  ({ body: connection } = await call<ConnectionView>(setup.handler, "POST /connections", {
    body: { accountId: "222222222222", region: "us-east-1" },
  }));
  await cloud.deployConnection(connection.externalId);
  await call<VerifyConnectionResponse>(setup.handler, "GET /verify-sts");
  await setup.connections.markVerified("ten_ada", connection.connectionId, "2026-11-23T08:00:30.000Z");
  await cloud.takeEvents();
  return async () => {
    setup.close();
    await cloud.stop();
  };
});

const recheck = () => recheckConnections(setup.deps)(hourly);
const stateOf = async () => (await setup.connections.getConnection("ten_ada", connection.connectionId)).state;

test("finds a connection broken whose role is gone astray, and whole when that is mended", async () => {
  await cloud.deployConnection(connection.externalId, {
    trustCondition: { StringEquals: { "sts:ExternalId": "other" } },
  });
  await recheck();
  const broken = await stateOf();
  await cloud.deployConnection(connection.externalId);
  setup.pass(dayMs);

  await recheck();

  expect(broken).toBe("broken");
  expect(await stateOf()).toBe("verified");
});

test("looks at each connection once a day", async () => {
  await recheck();
  const first = asked.length;

  setup.pass(dayMs - 1);
  await recheck();
  const within = asked.length;
  setup.pass(1);
  await recheck();

  expect(within).toBe(first);
  expect(asked.length).toBeGreaterThan(first);
});

test("leaves claims alone, and what AWS could not answer changes nothing", async () => {
  await call(setup.handler, "POST /connections", {
    actor: bob,
    body: { accountId: "333333333333", region: "us-east-1" },
  });
  faults.sts = () => {
    throw new AwsError("InternalFailure", "out of order", { status: 500 });
  };

  await recheck();

  expect(await stateOf()).toBe("verified");
});

test("mails nobody, not even for a connection whose first event is still awaited", async () => {
  const { body: waiting } = await call<ConnectionView>(setup.handler, "POST /connections", {
    actor: bob,
    body: { accountId: "333333333333", region: "us-east-1" },
  });
  await cloud.deployConnection(waiting.externalId, { accountId: "333333333333" });
  await setup.connections.markProven("ten_bob", waiting.connectionId, "2026-11-23T08:01:00.000Z");
  asked.length = 0;

  await recheck();

  expect(asked).toContain("GetAccount");
  expect(asked.filter((operation) => operation.startsWith("Send"))).toEqual([]);
});

test("goes on when one connection's check fails for a reason nobody foresaw, and says so", async () => {
  await setup.connections.createConnection("ten_bob", {
    connectionId: "con_other",
    accountId: "111111111112",
    region: "us-east-1",
    roleArn: "arn:aws:iam::111111111112:role/sesami-connection-us-east-1",
    externalId: "external-id-of-bob",
    configurationSet: "sesami",
    createdAt: "2026-11-23T08:00:00.000Z",
  });
  await setup.connections.markProven("ten_bob", "con_other", "2026-11-23T08:01:00.000Z");
  const getConnection: typeof setup.connections.getConnection = async (tenantId, connectionId) => {
    if (connectionId === "con_other") throw new Error("out of order");
    return setup.connections.getConnection(tenantId, connectionId);
  };
  asked.length = 0;

  await recheckConnections({ ...setup.deps, connections: { ...setup.connections, getConnection } })(hourly);

  expect(asked).toContain("GetAccount");
  expect(output.lines().filter(({ level }) => level === "error")).toMatchObject([{ connectionId: "con_other" }]);
});

test("begins no check that the function's time would not suffice for", async () => {
  const slow = {
    ...setup.deps.connections,
    listProvenAccounts: async () => {
      const accounts = await setup.connections.listProvenAccounts();
      setup.pass(12_000);
      return accounts;
    },
  };
  asked.length = 0;

  await recheckConnections({ ...setup.deps, connections: slow })(hourly);

  expect(asked).toEqual([]);
});

test("is begun by a schedule and by no request", () => {
  expect(isScheduledEvent(hourly)).toBe(true);
  expect(isScheduledEvent(apiEvent("GET /connections", { body: hourly }))).toBe(false);
});
