// Proving a connection hop by hop, against roles, configuration sets and rules that are right or wrong in one way each.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AwsError } from "../../local/protocol.ts";
import type { ConnectionView, Hop, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { ada, adasKey, bob, call } from "../support/api-request.ts";
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

describe("the role", () => {
  const rejected: [string, ConnectionParts, Hop][] = [
    ["does not exist", { accountId: "444444444444" }, "assumeRole"],
    ["trusts another external id", { trustCondition: { StringEquals: { "sts:ExternalId": "other" } } }, "assumeRole"],
    ["can be assumed without an external id", { trustCondition: null }, "externalIdEnforced"],
    ["takes any external id", { trustCondition: { StringLike: { "sts:ExternalId": "*" } } }, "externalIdEnforced"],
    [
      "takes none beside the right one",
      { trustCondition: { StringNotEqualsIfExists: { "sts:ExternalId": "something-else" } } },
      "externalIdEnforced",
    ],
  ];
  test.each(rejected)("that %s is rejected, and owns nothing", async (_, parts, hop) => {
    await connect(parts);

    const answer = await verify();

    expect(answer.hops.find(({ result }) => result === "broken")).toMatchObject({
      hop,
      message: expect.any(String) as string,
      fix: expect.stringContaining("Deploy") as string,
    });
    expect(answer.connection.state).toBe("pending");
    expect(await setup.admitted()).toEqual([]);
    expect(await setup.connections.listProvenAccounts()).toEqual([]);
  });

  test("is told apart by how it is open: without an id, or with any", async () => {
    const { externalId } = await connect({ trustCondition: null });
    const open = await verify();
    await cloud.deployConnection(externalId, { trustCondition: { StringLike: { "sts:ExternalId": "*" } } });
    const anyId = await verify();

    expect(hopOf(open, "externalIdEnforced")?.message).toContain("without an external id");
    expect(hopOf(anyId, "externalIdEnforced")?.message).toContain("with a random external id");
  });

  test.each(["ThrottlingException", "ValidationError", "InternalFailure"])(
    "is not taken for closed when STS answers the wrong id with %s",
    async (code) => {
      await connect({});
      let asked = 0;
      faults.sts = (operation) => {
        if (operation === "AssumeRole" && ++asked === 3)
          throw new AwsError(code, "no answer", { status: code === "InternalFailure" ? 500 : 400 });
      };

      const answer = await verify();

      expect(hopOf(answer, "externalIdEnforced")).toMatchObject({
        result: "broken",
        message: expect.stringContaining(code) as string,
      });
      expect(answer.connection.state).toBe("pending");
      expect(await setup.admitted()).toEqual([]);
    },
  );

  test("cannot claim an account that another tenant owns, until that is disconnected", async () => {
    const { connectionId, externalId } = await connect({});
    await verify();
    const { externalId: bobsId } = await connect({}, bob);

    const refused = await verify(bob);
    await call(setup.handler, "DELETE /connections/{connectionId}", { path: { connectionId } });
    const taken = await verify(bob);

    expect(externalId).not.toBe(bobsId);
    expect(hopOf(refused, "account")).toMatchObject({
      result: "broken",
      message: expect.stringContaining("already connected by another SESami customer") as string,
    });
    expect(refused.connection.state).toBe("pending");
    expect(taken.connection.state).toBe("proven");
    expect(await setup.connections.findConnectionByAccount("222222222222", "us-east-1")).toMatchObject({
      tenantId: "ten_bob",
    });
  });
});

describe("the setup", () => {
  const incomplete: [string, ConnectionParts, Hop, RegExp][] = [
    ["lacks the configuration set", { hasConfigurationSet: false }, "configurationSet", /no configuration set/],
    ["publishes too few event types", { eventTypes: ["send", "open"] }, "configurationSet", /CLICK/],
    ["has its event destination switched off", { destinationEnabled: false }, "configurationSet", /switched off/],
    ["lacks the rule", { hasRule: false }, "rule", /no rule/],
    ["has its rule switched off", { ruleState: "DISABLED" }, "rule", /switched off/],
    [
      "forwards to another bus",
      { ruleTarget: "arn:aws:events:us-east-1:333333333333:event-bus/other" },
      "rule",
      /does not forward/,
    ],
    ["has no role to forward with", { targetHasRole: false }, "rule", /no role/],
    ["has nothing verified to send from", { identities: [] }, "testEvent", /no verified domain or address/],
  ];
  test.each(incomplete)("that %s is told so; the connection stays proven", async (_, parts, hop, message) => {
    await connect(parts);

    const answer = await verify();

    const broken = answer.hops.find(({ result }) => result === "broken");
    expect(broken).toMatchObject({ hop, message: expect.stringMatching(message) as string });
    expect(broken?.fix).toMatch(/Deploy|Enable|Verify/);
    expect(answer.hops.slice(answer.hops.indexOf(broken!) + 1).every(({ result }) => result === "skipped")).toBe(true);
    expect(answer.connection.state).toBe("proven");
  });

  test("a test mail that was not sent is tried again at the next check, without waiting", async () => {
    const { externalId } = await connect({ identities: [] });
    await verify();
    await cloud.deployConnection(externalId);

    const answer = await verify();

    expect(hopOf(answer, "testEvent")?.result).toBe("waiting");
    expect(await cloud.takeEvents()).not.toEqual([]);
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
