// Connection checks against roles, configuration sets and rules that are wrong in one way each.
import { DescribeRuleCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tryRule } from "../../lambdas/connections/setup-hops.ts";
import { AwsError } from "../../local/protocol.ts";
import type { ConnectionView, Hop, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { ada, bob, call } from "../support/api-request.ts";
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

const hopOf = ({ hops }: VerifyConnectionResponse, wanted: Hop) => hops.find(({ hop }) => hop === wanted);

describe("the role", () => {
  const rejected: [string, ConnectionParts, Hop][] = [
    ["does not exist", { accountId: "444444444444" }, "assumeRole"],
    ["trusts another external id", { trustCondition: { StringEquals: { "sts:ExternalId": "other" } } }, "assumeRole"],
    ["can be assumed without an external id", { trustCondition: null }, "externalIdEnforced"],
    ["takes any external id", { trustCondition: { StringLike: { "sts:ExternalId": "*" } } }, "externalIdEnforced"],
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

  test("whose rule has no role to forward with is told so", async () => {
    // EventBridge takes no such rule any more, but keeps those made before 2 March 2023.
    const before2023 = {
      send: async (command: object) =>
        command instanceof DescribeRuleCommand
          ? { State: "ENABLED" }
          : { Targets: [{ Id: "sesami", Arn: "arn:aws:events:us-east-1:111111111111:event-bus/sesami" }] },
    } as unknown as EventBridgeClient;
    const connection = await setup.connections.getConnection("ten_ada", (await connect()).connectionId);

    const tried = await tryRule(before2023, connection, "arn:aws:events:us-east-1:111111111111:event-bus/sesami");

    expect(tried).toMatchObject({ result: "broken", message: expect.stringContaining("no role") as string });
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
