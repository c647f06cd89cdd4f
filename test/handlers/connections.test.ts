// Making, listing and ending connections. Proving one: connections-verify.test.ts.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { maxConnections } from "../../lambdas/connections/operations.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { adasKey, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startConnectedCloud, type ConnectedCloud } from "../support/connected-cloud.ts";
import { setUpConnections, type ConnectionsSetup } from "../support/connections-setup.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

let cloud: ConnectedCloud;
let dynamodb: LocalDynamoDb;
let setup: ConnectionsSetup;
let tables = 0;

beforeAll(async () => {
  [cloud, dynamodb] = await Promise.all([startConnectedCloud(), startDynamoDb()]);
});
afterAll(async () => {
  setup.close();
  await Promise.all([cloud.stop(), dynamodb.stop()]);
});
beforeEach(async () => {
  captureOutput();
  setup = setUpConnections(cloud, dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
});

const customer = { accountId: "222222222222", region: "us-east-1" };
const make = (body: unknown = customer) => call<ConnectionView>(setup.handler, "POST /connections", { body });
const list = () => call<{ items: ConnectionView[] }>(setup.handler, "GET /connections");
const remove = (connectionId: string) =>
  call(setup.handler, "DELETE /connections/{connectionId}", { path: { connectionId } });

test("a new connection tells all that its owner needs for the AWS side", async () => {
  const { status, body } = await make();

  expect(status).toBe(201);
  expect(body).toEqual({
    connectionId: "con_1",
    ...customer,
    state: "pending",
    roleArn: "arn:aws:iam::222222222222:role/sesami-connection-us-east-1",
    externalId: "external-id-number-2",
    configurationSet: "sesami",
    createdAt: "2026-11-23T08:00:00.000Z",
    snsEndpoint: "https://api.shop.example/sns/snsKeyNumber2",
    templateParameters: {
      ExternalId: "external-id-number-2",
      OperatorAccountId: "111111111111",
      EventBusArn: "arn:aws:events:us-east-1:111111111111:event-bus/sesami",
    },
    quickCreateUrl: expect.any(String) as string,
  });
  expect((await list()).body.items).toEqual([body]);
});

test("a tenant has so many connections and no more, and another one its own", async () => {
  for (let made = 0; made < maxConnections; made++)
    await make({ ...customer, accountId: `3${String(made).padStart(11, "0")}` });

  const more = await make();
  const again = await make({ ...customer, accountId: "300000000000" });
  const others = await call(setup.handler, "POST /connections", { body: customer, actor: bob });

  expect(more).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  expect([again.status, others.status]).toEqual([200, 201]);
});

test.each([
  ["region", { ...customer, region: `us-${"a".repeat(2000)}-1` }],
  ["region", { ...customer, region: `us${"-a".repeat(2000)}-1` }],
])("a %s too long for any is refused", async (path, body) => {
  expect(await make(body)).toMatchObject({ status: 400, body: { error: { details: [{ path }] } } });
});

test("the quick-create link opens the template in the connection's account and region with its parameters", async () => {
  const { body } = await make({ accountId: "222222222222", region: "eu-west-1" });

  const [page, fragment = ""] = body.quickCreateUrl.split("#");
  expect(page).toBe("https://eu-west-1.console.shop.example/cloudformation/home?region=eu-west-1&account=222222222222");
  const [path, query] = fragment.split("?");
  expect(path).toBe("/stacks/quickcreate");
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    templateURL: "https://templates.shop.example/connection.template.json",
    stackName: "sesami-connection",
    param_ExternalId: body.externalId,
    param_OperatorAccountId: "111111111111",
    param_EventBusArn: "arn:aws:events:us-east-1:111111111111:event-bus/sesami",
  });
});

test("asking twice for one account and region makes one connection", async () => {
  const first = await make();

  const again = await make();
  const elsewhere = await make({ ...customer, region: "eu-west-1" });

  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(elsewhere.body.externalId).not.toBe(first.body.externalId);
  expect((await list()).body.items).toHaveLength(2);
});

test.each([
  [{ accountId: "22222222222", region: "us-east-1" }, "accountId"],
  [{ accountId: 222222222222, region: "us-east-1" }, "accountId"],
  [{ accountId: "222222222222", region: "Ireland" }, "region"],
  [{ accountId: "222222222222" }, "region"],
  [{ ...customer, externalId: "my-own" }, "externalId"],
  [{ ...customer, roleArn: "arn:aws:iam::222222222222:role/Admin" }, "roleArn"],
])("the request %j is refused for its %s", async (body, path) => {
  const answer = await call(setup.handler, "POST /connections", { body });

  expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid_request", details: [{ path }] } } });
});

test("disconnecting takes a proven account out of the bus policy and frees it", async () => {
  const { body: connection } = await make();
  await cloud.deployConnection(connection.externalId);
  await call<VerifyConnectionResponse>(setup.handler, "GET /verify-sts");
  const before = await setup.admitted();

  const removed = await remove(connection.connectionId);

  expect(before).toEqual(["222222222222"]);
  expect(removed.status).toBe(204);
  expect(await setup.admitted()).toEqual([]);
  expect((await list()).body.items).toEqual([]);
  expect((await remove(connection.connectionId)).status).toBe(404);
});

test("another tenant neither sees nor checks nor ends a connection", async () => {
  const { connectionId } = (await make()).body;

  const seen = await call<{ items: unknown[] }>(setup.handler, "GET /connections", { actor: bob });
  const checked = await call(setup.handler, "GET /verify-sts", { actor: bob, query: { connection: connectionId } });
  const removed = await call(setup.handler, "DELETE /connections/{connectionId}", {
    actor: bob,
    path: { connectionId },
  });

  expect(seen.body.items).toEqual([]);
  for (const answer of [checked, removed])
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect((await list()).body.items).toHaveLength(1);
});

test("an API key reads connections and changes none", async () => {
  const { connectionId } = (await make()).body;

  const read = await call(setup.handler, "GET /connections", { actor: adasKey });
  const changes = [
    await call(setup.handler, "POST /connections", { actor: adasKey, body: customer }),
    await call(setup.handler, "DELETE /connections/{connectionId}", { actor: adasKey, path: { connectionId } }),
  ];

  expect(read.status).toBe(200);
  for (const answer of changes) expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
});
