// Proving a connection hop by hop, and its states. What can be wrong with one: connections-broken-hops.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import type { ConnectionView, Hop, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { ada, adasKey, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import {
  startConnectedCloud,
  type ConnectedCloud,
  type ConnectionParts,
  type Fault,
} from "../support/connected-cloud.ts";
import { setUpConnections, type ConnectionsSetup } from "../support/connections-setup.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";

let cloud: ConnectedCloud;
let dynamodb: LocalDynamoDb;
let setup: ConnectionsSetup;
let faults: { ses?: Fault; sts?: Fault; events?: Fault };
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  faults = {};
  cloud = await startConnectedCloud(faults);
  setup = setUpConnections(cloud, dynamodb, await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`));
  return async () => {
    setup.close();
    await cloud.stop();
  };
});

const customer = { accountId: "222222222222", region: "us-east-1" };

const connect = async (parts?: ConnectionParts, actor = ada): Promise<ConnectionView> => {
  const { body } = await call<ConnectionView>(setup.handler, "POST /connections", { actor, body: customer });
  if (parts) await cloud.deployConnection(body.externalId, parts);
  return body;
};

const verify = async (actor = ada): Promise<VerifyConnectionResponse> => {
  const { body } = await call<VerifyConnectionResponse>(setup.handler, "GET /verify-sts", { actor });
  return body;
};

const results = ({ hops }: VerifyConnectionResponse) => hops.map(({ hop, result }) => `${hop} ${result}`);
const hopOf = ({ hops }: VerifyConnectionResponse, wanted: Hop) => hops.find(({ hop }) => hop === wanted);

/** As the categorizer does when the first event arrives. */
const eventArrives = (connectionId: string) =>
  setup.connections.markVerified("ten_ada", connectionId, "2026-11-23T08:00:30.000Z");

describe("a connection that is right", () => {
  test("is proven hop by hop, and waits for its test event", async () => {
    await connect({});

    const answer = await verify();

    expect(results(answer)).toEqual([
      "assumeRole ok",
      "externalIdEnforced ok",
      "account ok",
      "sending ok",
      "configurationSet ok",
      "rule ok",
      "testEvent waiting",
    ]);
    expect(answer.connection).toMatchObject({ state: "proven", provenAt: "2026-11-23T08:00:00.000Z" });
    expect(answer.sending).toEqual({
      sandbox: false,
      enabled: true,
      maxSendRate: 14,
      max24Hours: 50_000,
      sentLast24Hours: 0,
    });
    expect(await setup.admitted()).toEqual(["222222222222"]);
  });

  test("sends its test mail through SES, whose events come to our bus, under the account's own id", async () => {
    const { connectionId } = await connect({});
    await verify();

    const events = await cloud.takeEvents();

    expect(events.map((event) => [event.account, event["detail-type"]])).toEqual([
      ["222222222222", "Email Sent"],
      ["222222222222", "Email Delivered"],
    ]);
    expect(events[0]?.detail.mail.tags).toMatchObject({ "sesami-test": [connectionId] });
  });

  test("is verified once an event has arrived", async () => {
    const { connectionId } = await connect({});
    await verify();
    await eventArrives(connectionId);

    const answer = await verify();

    expect(answer.connection).toMatchObject({ state: "verified", verifiedAt: "2026-11-23T08:00:30.000Z" });
    expect(hopOf(answer, "testEvent")).toMatchObject({ result: "ok" });
  });

  test("gets one test mail a minute, however often a page asks", async () => {
    await connect({});
    const sends: string[] = [];
    faults.ses = (operation) => {
      if (operation === "SendRawEmail") sends.push(operation);
    };

    await Promise.all([verify(), verify(), verify()]);
    expect(sends).toHaveLength(1);

    setup.pass(60_000);
    await verify();
    expect(sends).toHaveLength(2);
  });

  test("may be in the sandbox, which is told", async () => {
    await connect({ production: false });

    const answer = await verify();

    expect(answer.sending?.sandbox).toBe(true);
    expect(hopOf(answer, "sending")?.message).toContain("sandbox");
    expect(hopOf(answer, "testEvent")?.result).toBe("waiting");
  });
});

describe("a connection that was verified", () => {
  let connection: ConnectionView;
  beforeEach(async () => {
    connection = await connect({});
    await verify();
    await eventArrives(connection.connectionId);
    await cloud.takeEvents();
  });

  test.each<[string, ConnectionParts]>([
    ["its role is gone astray", { trustCondition: { StringEquals: { "sts:ExternalId": "other" } } }],
    ["its role is open to all", { trustCondition: null }],
    ["its rule is switched off", { ruleState: "DISABLED" }],
  ])("is broken when %s, keeps its account, and is whole again when that is mended", async (_, parts) => {
    await cloud.deployConnection(connection.externalId, parts);
    const broken = await verify();
    const owner = await setup.connections.findConnectionByAccount("222222222222", "us-east-1");
    await cloud.deployConnection(connection.externalId);

    const mended = await verify();

    expect(broken.connection.state).toBe("broken");
    expect(owner).toMatchObject({ tenantId: "ten_ada", state: "broken" });
    expect(mended.connection.state).toBe("verified");
    expect(mended.hops.every(({ result }) => result === "ok")).toBe(true);
  });

  test("is not broken by AWS being out of reach", async () => {
    faults.sts = () => {
      throw new AwsError("InternalFailure", "out of order", { status: 500 });
    };

    const answer = await verify();

    expect(hopOf(answer, "assumeRole")).toMatchObject({ result: "broken", fix: "Check again in a minute." });
    expect(answer.connection.state).toBe("verified");
  });
});

test("without a connection there is nothing to check", async () => {
  expect(await call(setup.handler, "GET /verify-sts")).toMatchObject({
    status: 404,
    body: { error: { code: "not_found", message: expect.stringContaining("POST /connections") as string } },
  });
});

test("an app's key may check a connection", async () => {
  await connect({});

  expect((await verify(adasKey)).connection.state).toBe("proven");
});
