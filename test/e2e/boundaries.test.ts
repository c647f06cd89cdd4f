// What must not happen, over the same stacks as the tracking test: other tenants, confused deputies, strangers' events.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SendEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import type { SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { configurationSetName, connectionRoleArn, templateParameter } from "../../shared/contract/connection.ts";
import { connectionStackName, customerAccountId, laptopRegion, operatorAccountId } from "../../local/laptop.ts";
import { projectRoot } from "../../local/start/build.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { settle } from "../support/settled.ts";

interface Template {
  Resources: Record<
    string,
    { Type: string; Properties: { AssumeRolePolicyDocument?: { Statement: { Condition?: unknown }[] } } }
  >;
}

const openAccountId = "333333333333";
const strangerAccountId = "444444444444";
const region = laptopRegion;

let laptop: TestLaptop;
let owner: Api;
let intruder: Api;
let connection: ConnectionView;

const signUp = async (email: string): Promise<Api> => {
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, email, "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, email, "Open-Sesame-2026");
  return apiOf(laptop.apiUrl, IdToken);
};

const verify = (api: Api, { connectionId }: ConnectionView) =>
  api<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connectionId}`);

const connect = async (api: Api, accountId: string): Promise<ConnectionView> => {
  const { status, body } = await api<ConnectionView>("POST", "/connections", { accountId, region });
  expect(status).toBe(201);
  return body;
};

const resultOf = ({ hops }: VerifyConnectionResponse, hop: string) => hops.find((each) => each.hop === hop);

beforeAll(async () => {
  laptop = await startTestLaptop();
  owner = await signUp("owner@shop.example");
  intruder = await signUp("intruder@evil.example");
  connection = await connect(owner, customerAccountId);
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => verify(owner, connection),
    ({ body }) => body.connection.state === "verified",
  );
  await owner<SendMailResponse>("POST", "/mail", {
    from: "hello@shop.example",
    to: ["ada@people.example", "bounce@simulator.amazonses.com"],
    subject: "Hello",
    text: "Hello",
  });
  await eventually(
    () => owner<SuppressionPage>("GET", "/suppression-list"),
    ({ body }) => body.items.length === 1,
  );
});

afterAll(() => laptop?.stop());

describe("another tenant", () => {
  it("sees none of the events, messages, suppressions, connections and keys", async () => {
    const { body: mine } = await owner<EventPage>("GET", "/events");
    const messageId = mine.items[0]?.messageId ?? expect.fail("the owner has no events");

    expect(await intruder("GET", "/events")).toEqual({ status: 200, body: { items: [] } });
    expect(await intruder("GET", `/events?messageId=${messageId}`)).toEqual({ status: 200, body: { items: [] } });
    expect(await intruder("GET", "/events?recipient=ada@people.example")).toEqual({ status: 200, body: { items: [] } });
    expect(await intruder("GET", `/messages/${messageId}`)).toMatchObject({
      status: 404,
      body: { error: { code: "not_found" } },
    });
    expect(await intruder("GET", "/suppression-list")).toEqual({ status: 200, body: { items: [] } });
    expect(await intruder("GET", "/connections")).toEqual({ status: 200, body: { items: [] } });
    expect(await intruder("GET", "/api-keys")).toEqual({ status: 200, body: { items: [] } });
  });

  it("can neither check, end nor send through a connection that is not theirs", async () => {
    const { connectionId } = connection;

    expect((await intruder("GET", `/verify-sts?connection=${connectionId}`)).status).toBe(404);
    expect((await intruder("DELETE", `/connections/${connectionId}`)).status).toBe(404);
    const mail = {
      from: "hello@shop.example",
      to: "ada@people.example",
      subject: "x",
      text: "x",
      connection: connectionId,
    };
    expect((await intruder("POST", "/mail", mail)).status).toBe(404);
  });

  it("cannot take over the account: their connection to it has an external id that the role does not know", async () => {
    const theirs = await connect(intruder, customerAccountId);

    const { body } = await verify(intruder, theirs);

    expect(resultOf(body, "assumeRole")).toMatchObject({ result: "broken" });
    expect(body.connection.state).toBe("pending");
  });

  it("cannot use a page cursor of somebody else", async () => {
    const { body } = await owner<EventPage>("GET", "/events?limit=1");
    const cursor = encodeURIComponent(body.cursor ?? expect.fail("there is no second page"));

    const answer = await intruder("GET", `/events?limit=1&cursor=${cursor}`);

    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", details: [{ path: "query.cursor" }] } },
    });
  });
});

describe("who proves nothing", () => {
  it("is refused: no token, a made-up token, a made-up key", async () => {
    const bare = await fetch(`${laptop.apiUrl}/events`);
    const madeUp = apiOf(laptop.apiUrl, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.");
    const wrongKey = apiOf(laptop.apiUrl, "sk_0000000000000000000000000000000000000000000");

    expect(bare.status).toBe(401);
    expect((await madeUp("GET", "/events")).status).toBe(403);
    expect((await wrongKey("GET", "/events")).status).toBe(403);
  });

  it("may not make keys with a key, and a revoked key is refused", async () => {
    const { body: made } = await owner<CreatedApiKey>("POST", "/api-keys", { name: "Short-lived" });
    const withKey = apiOf(laptop.apiUrl, made.key);

    expect((await withKey("POST", "/api-keys", { name: "Another" })).status).toBe(403);
    expect((await owner("DELETE", `/api-keys/${made.keyId}`)).status).toBe(204);
    // Not asked before with this key's full header, so no cached authorization lets it through.
    const { body: unused } = await owner<CreatedApiKey>("POST", "/api-keys", { name: "Never used" });
    await owner("DELETE", `/api-keys/${unused.keyId}`);
    expect((await apiOf(laptop.apiUrl, unused.key)("GET", "/events")).status).toBe(403);
  });
});

describe("the role in the customer's account", () => {
  it("cannot be assumed with a wrong or a missing external id, also not by ourselves", async () => {
    const sts = new STSClient({
      region,
      endpoint: laptop.cloud.url,
      credentials: laptop.cloud.identity.rootCredentials(operatorAccountId),
    });
    const assume = (ExternalId?: string) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: connectionRoleArn(customerAccountId, region),
          RoleSessionName: "test",
          ExternalId,
        }),
      );

    await expect(assume(connection.externalId)).resolves.toBeDefined();
    await expect(assume("wrong-external-id-000000")).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
    sts.destroy();
  });

  it("that was deployed with another external id is reported, hop by hop, with what to do", async () => {
    const other = await connect(owner, openAccountId);
    await laptop.deployConnection(openAccountId, {
      ...other.templateParameters,
      [templateParameter.externalId]: "some-other-external-id-0001",
    });

    const { body } = await verify(owner, other);

    expect(resultOf(body, "assumeRole")).toMatchObject({
      result: "broken",
      fix: expect.stringMatching(/external id|template|stack/i),
    });
    expect(body.hops.slice(1).every(({ result }) => result === "skipped")).toBe(true);
    await owner("DELETE", `/connections/${other.connectionId}`);
    await laptop.cloud.deleteStack({ accountId: openAccountId, region, stackName: connectionStackName });
  });

  it("that lets anybody in without the external id is rejected: a confused deputy could use it", async () => {
    const open = await connect(owner, openAccountId);
    const file = join(projectRoot, ".build/test/cdk.out/customer/connection.template.json");
    const template = JSON.parse(readFileSync(file, "utf8")) as Template;
    for (const { Properties } of Object.values(template.Resources))
      for (const statement of Properties.AssumeRolePolicyDocument?.Statement ?? []) delete statement.Condition;
    const place = { accountId: openAccountId, region, stackName: connectionStackName };
    await laptop.cloud.deploy({ ...place, template, parameters: open.templateParameters });

    const { body } = await verify(owner, open);

    expect(resultOf(body, "assumeRole")).toMatchObject({ result: "ok" });
    expect(resultOf(body, "externalIdEnforced")).toMatchObject({ result: "broken" });
    expect(body.connection.state).toBe("pending");
    await laptop.cloud.deleteStack(place);
  });
});

describe("an event of an account that no connection has proven", () => {
  const sendAsStranger = async (recipient: string): Promise<void> => {
    const place = { accountId: strangerAccountId, region, stackName: connectionStackName };
    await laptop.deployConnection(strangerAccountId, { ...connection.templateParameters });
    laptop.cloud.ses.configureAccount(strangerAccountId, region, {
      production: true,
      maxSendRate: 50,
      max24Hours: 1000,
      identities: ["stranger.example"],
    });
    const credentials = laptop.cloud.identity.rootCredentials(strangerAccountId);
    const ses = new SESClient({ region, endpoint: laptop.cloud.url, credentials });
    await ses.send(
      new SendEmailCommand({
        Source: "hello@stranger.example",
        Destination: { ToAddresses: [recipient] },
        ConfigurationSetName: configurationSetName,
        Message: { Subject: { Data: "Hello" }, Body: { Text: { Data: "Hello" } } },
      }),
    );
    ses.destroy();
    await laptop.cloud.ses.drain();
    await laptop.cloud.eventBridge.drain();
    expect(laptop.cloud.findStack(place)).toBeDefined();
  };

  it("does not pass our bus: it ends in the dead-letter queue of the account it came from", async () => {
    await sendAsStranger("nobody@people.example");

    const queue = laptop.cloud.findStack({ accountId: strangerAccountId, region, stackName: connectionStackName })
      ?.outputs["ForwardingDeadLetterQueue"];
    const name = new URL(queue ?? "http://none.invalid/").pathname.split("/").at(-1);
    const { visible } = await eventually(
      async () => laptop.cloud.queues.counts(`arn:aws:sqs:${region}:${strangerAccountId}:${name}`),
      (counts) => counts.visible > 0,
    );
    expect(visible).toBeGreaterThan(0);
    expect((await owner<EventPage>("GET", "/events?recipient=nobody@people.example")).body.items).toEqual([]);
  });

  it("is counted and discarded even where the bus admits the account", async () => {
    const busArn = `arn:aws:events:${region}:${operatorAccountId}:event-bus/sesami`;
    await laptop.cloud.deploy({
      accountId: operatorAccountId,
      region,
      stackName: "OpenBus",
      template: {
        Resources: {
          Policy: {
            Type: "AWS::Events::EventBusPolicy",
            Properties: {
              EventBusName: "sesami",
              StatementId: "everybody",
              Statement: {
                Effect: "Allow",
                Principal: { AWS: strangerAccountId },
                Action: "events:PutEvents",
                Resource: busArn,
              },
            },
          },
        },
      },
    });
    await sendAsStranger("nobody-else@people.example");

    await eventually(
      async () => laptop.logs.join("\n"),
      (logs) => logs.includes("eventsUnconnected"),
    );
    await settle(laptop);
    expect((await owner<EventPage>("GET", "/events?recipient=nobody-else@people.example")).body.items).toEqual([]);
  });
});
