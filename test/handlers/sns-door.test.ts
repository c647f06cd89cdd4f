// What comes to the SNS door, signed as SNS signs: what is let in, and that all else is refused and stored nowhere.
import type { KeyPairKeyObjectResult } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { publicHttpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import { createDoorConnections } from "../../lambdas/sns-door/door-connections.ts";
import { maxPostBytes, receivePost } from "../../lambdas/sns-door/receive-post.ts";
import { createSnsSignatures } from "../../shared/aws/sns-signature.ts";
import { createConnections, type Connections } from "../../shared/store/connections.ts";
import { call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { legacySesJson, readFixture, sesJson } from "../support/ses-events.ts";
import { newKeys, startSns, subscribeUrl, topicArn, type Post, type TestSns } from "../support/sns.ts";

const key = "k".repeat(43);
const routeKey = "POST /sns/{connectionKey}";

let keys: KeyPairKeyObjectResult;
let dynamodb: LocalDynamoDb;
let tables = 0;
let connections: Connections;
let sns: TestSns;
let queued: string[];
let counted: Record<string, number>;
let nowMs: number;
let handler: HttpHandler;

beforeAll(async () => {
  keys = newKeys();
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  captureOutput();
  nowMs = Date.parse("2026-11-23T08:00:01Z");
  queued = [];
  counted = {};
  sns = startSns(keys);
  const tableName = await dynamodb.createDirectoryTable(`Directory${(tables += 1)}`);
  connections = createConnections({ client: dynamodb.client, tableName });
  const clock = () => nowMs;
  handler = publicHttpHandler(
    {
      [routeKey]: receivePost({
        findConnection: createDoorConnections({ connections, clock }),
        signatures: createSnsSignatures({ getFromSns: sns.getFromSns, clock }),
        getFromSns: sns.getFromSns,
        eventQueue: { send: async (body) => void queued.push(body) },
        clock,
        count: (metric, value = 1) => {
          counted[metric] = (counted[metric] ?? 0) + value;
        },
        log: { info: () => undefined },
      }),
    },
    { maxBodyBytes: maxPostBytes },
  );
  await connections.createConnection("ten_ada", claim("con_a", key));
  await connections.markProven("ten_ada", "con_a", "2026-11-23T07:01:00.000Z");
});

const claim = (connectionId: string, snsKey: string, accountId = "222222222222") => ({
  connectionId,
  accountId,
  region: "us-east-1",
  roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-us-east-1`,
  externalId: "external-id",
  configurationSet: "sesami",
  snsKey,
  createdAt: "2026-11-23T07:00:00.000Z",
});

/** As SNS posts: its JSON as plain text. */
const post = (
  body: Post | string,
  { connectionKey = key, headers = {} }: { connectionKey?: string; headers?: Record<string, string> } = {},
) =>
  call(handler, routeKey, {
    actor: null,
    path: { connectionKey },
    headers: { "content-type": "text/plain; charset=UTF-8", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const forbidden = { status: 403, body: { error: { code: "forbidden" } } };

describe("an event that SNS signed for this account", () => {
  test.each(["1", "2"] as const)(
    "goes to the queue with the account's stamp, by signature version %s",
    async (version) => {
      const message = JSON.stringify(sesJson("bounce"));

      const answer = await post(sns.notification(message, {}, version));

      expect(answer.status).toBe(200);
      expect(queued.map((body) => JSON.parse(body) as unknown)).toEqual([
        {
          sesamiDoor: {
            door: "sns",
            account: "222222222222",
            region: "us-east-1",
            topicArn,
            id: "00000000-0000-4000-8000-000000000001",
          },
          message,
        },
      ]);
    },
  );

  test("may be in the style of an identity's notifications", async () => {
    const answer = await post(sns.notification(legacySesJson("complaint")));

    expect(answer.status).toBe(200);
    expect(queued).toHaveLength(1);
  });

  test("that nobody can read yet is kept all the same: the categorizer sets it aside with its reason", async () => {
    const answer = await post(sns.notification({ eventType: "Teleported", mail: {} }));

    expect(answer.status).toBe(200);
    expect(queued).toHaveLength(1);
  });

  test("is taken of a broken connection too", async () => {
    await connections.markBroken("ten_ada", "con_a", "2026-11-23T07:30:00.000Z");

    expect((await post(sns.notification(sesJson("open")))).status).toBe(200);
  });

  test("reaches the queue, or SNS is told to come again", async () => {
    const failing = publicHttpHandler({
      [routeKey]: receivePost({
        findConnection: createDoorConnections({ connections, clock: () => nowMs }),
        signatures: createSnsSignatures({ getFromSns: sns.getFromSns, clock: () => nowMs }),
        getFromSns: sns.getFromSns,
        eventQueue: { send: async () => Promise.reject(new Error("The queue cannot be reached.")) },
        clock: () => nowMs,
        count: () => undefined,
        log: { info: () => undefined },
      }),
    });

    const answer = await call(failing, routeKey, {
      path: { connectionKey: key },
      body: sns.notification(sesJson("open")),
    });

    expect(answer.status).toBe(500);
  });
});

describe("a forgery", () => {
  test.each<[string, () => Post]>([
    ["signed with another key", () => startSns(newKeys()).notification(sesJson("bounce"))],
    [
      "changed on its way",
      () => ({ ...sns.notification(sesJson("bounce")), Message: JSON.stringify(sesJson("open")) }),
    ],
    [
      "with a certificate of its own",
      () => ({ ...sns.notification(sesJson("bounce")), SigningCertURL: "https://evil.example/cert.pem" }),
    ],
    [
      "of another account's topic",
      () => sns.notification(sesJson("bounce"), { TopicArn: "arn:aws:sns:us-east-1:333333333333:ses" }),
    ],
    [
      "of a topic in another region",
      () => sns.notification(sesJson("bounce"), { TopicArn: "arn:aws:sns:eu-west-1:222222222222:ses" }),
    ],
    ["of no topic", () => sns.notification(sesJson("bounce"), { TopicArn: "222222222222 us-east-1" })],
    ["an hour and a moment old", () => sns.notification(sesJson("bounce"), { Timestamp: "2026-11-23T07:00:00.000Z" })],
    ["from the future", () => sns.notification(sesJson("bounce"), { Timestamp: "2026-11-23T08:06:00.000Z" })],
    ["of no time", () => sns.notification(sesJson("bounce"), { Timestamp: "now" })],
  ])("%s is refused, counted and stored nowhere", async (_, make) => {
    const operations = () => ({ ...dynamodb.service.consumed().calls, GetItem: 0 });
    const before = operations();

    const answer = await post(make());

    expect(answer).toMatchObject(forbidden);
    expect(queued).toEqual([]);
    expect(counted).toEqual({ snsRefused: 1 });
    expect(operations()).toEqual(before);
  });

  test("asks nobody but SNS for a certificate", async () => {
    await post({ ...sns.notification(sesJson("bounce")), SigningCertURL: "https://evil.example/cert.pem" });

    expect(sns.asked).toEqual([]);
  });
});

describe("the key", () => {
  test.each([
    ["another", "x".repeat(43)],
    ["a short one", "k"],
    ["none", ""],
    ["that of the table's own keys", "../SNS"],
    ["the right one and more", `${key}k`],
  ])("%s opens nothing, and the answer gives no hint", async (_, connectionKey) => {
    const answer = await post(sns.notification(sesJson("bounce")), { connectionKey });

    expect(answer).toMatchObject({
      status: 404,
      body: { error: { code: "not_found", message: "There is nothing here." } },
    });
    expect(queued).toEqual([]);
    expect(sns.asked).toEqual([]);
  });

  test("of one tenant does not let in events of another tenant's account", async () => {
    await connections.createConnection("ten_bob", claim("con_b", "b".repeat(43), "333333333333"));
    await connections.markProven("ten_bob", "con_b", "2026-11-23T07:01:00.000Z");

    const answer = await post(sns.notification(sesJson("bounce")), { connectionKey: "b".repeat(43) });

    expect(answer).toMatchObject(forbidden);
  });

  test("of an account that is merely claimed opens nothing yet", async () => {
    await connections.createConnection("ten_eve", claim("con_e", "e".repeat(43)));

    const answer = await post(sns.notification(sesJson("bounce")), { connectionKey: "e".repeat(43) });

    expect(answer).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
    expect(queued).toEqual([]);
  });

  test("dies with its connection, half a minute later at most", async () => {
    await post(sns.notification(sesJson("send")));
    await connections.deleteConnection("ten_ada", "con_a");
    nowMs += 30_000;

    const answer = await post(sns.notification(sesJson("open")));

    expect(answer.status).toBe(404);
  });

  test("is looked up once for many posts", async () => {
    const reads = () => dynamodb.service.consumed().calls["GetItem"] ?? 0;
    await post(sns.notification(sesJson("send")));
    const before = reads();

    await post(sns.notification(sesJson("open")));
    await post(sns.notification(sesJson("click")));

    expect(reads()).toBe(before);
  });

  test("is nowhere in the table's keys", async () => {
    const { Items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: `Directory${tables}` }));

    expect(Items).toHaveLength(3);
    expect(Items.map(({ pk, sk }) => `${pk} ${sk}`).join("\n")).not.toContain(key);
  });
});

describe("a subscription", () => {
  test("is confirmed at SNS, and nowhere else", async () => {
    sns.answers.set(subscribeUrl(), { status: 200, body: "<ConfirmSubscriptionResponse/>" });

    const answer = await post(sns.confirmation());

    expect(answer.status).toBe(200);
    expect(sns.asked).toContain(subscribeUrl());
    expect(queued).toEqual([]);
  });

  test.each([
    ["another host", "https://evil.example/?Action=ConfirmSubscription&TopicArn=x&Token=token-1"],
    ["another region's SNS", subscribeUrl().replace("us-east-1", "eu-west-1")],
    ["a host that begins like SNS's", subscribeUrl().replace(".com/", ".com.evil.example/")],
    ["a user at another host", subscribeUrl().replace("https://", "https://evil.example@")],
    ["another port", subscribeUrl().replace(".com/", ".com:8443/")],
    ["no encryption", subscribeUrl().replace("https", "http")],
    ["another action", subscribeUrl().replace("ConfirmSubscription", "DeleteTopic")],
    ["another topic", subscribeUrl("arn:aws:sns:us-east-1:222222222222:other")],
    ["another token", subscribeUrl(topicArn, "token-2")],
    ["no address", "confirm"],
  ])("is not confirmed at %s, even if SNS had signed it", async (_, SubscribeURL) => {
    const answer = await post(sns.confirmation({ SubscribeURL }));

    expect(answer).toMatchObject(forbidden);
    expect(sns.asked.filter((url) => !url.endsWith(".pem"))).toEqual([]);
  });

  test("is not confirmed when nobody signed the request", async () => {
    const answer = await post({ ...sns.confirmation(), Token: "token-2" });

    expect(answer).toMatchObject(forbidden);
  });

  test("that SNS does not confirm now is asked for again", async () => {
    sns.answers.set(subscribeUrl(), { status: 500, body: "" });

    expect((await post(sns.confirmation())).status).toBe(503);
  });

  test("that ends is heard, and not begun again", async () => {
    const answer = await post(sns.confirmation({}, "UnsubscribeConfirmation"));

    expect(answer.status).toBe(200);
    expect(sns.asked.filter((url) => !url.endsWith(".pem"))).toEqual([]);
  });
});

describe("what is no event", () => {
  test.each<[string, unknown]>([
    ["SES's word that it may publish", "Successfully validated SNS topic for Amazon SES event publishing."],
    ["inbound mail", readFixture("ignored-received")],
    ["SES's note of a topic", readFixture("ignored-topic-attached")],
  ])("%s is heard and counted", async (_, message) => {
    const answer = await post(sns.notification(message));

    expect(answer.status).toBe(200);
    expect(queued).toEqual([]);
    expect(counted).toEqual({ eventsIgnored: 1 });
  });

  test.each<[string, unknown]>([
    ["text", "The disk is full."],
    ["an alarm", { AlarmName: "DiskFull", NewStateValue: "ALARM" }],
    ["a stamp of somebody's own", { sesamiDoor: { account: "333333333333", region: "us-east-1" }, message: "{}" }],
    ["a list", [sesJson("bounce")]],
  ])("%s goes back to the topic's own dead-letter queue, not into ours", async (_, message) => {
    const answer = await post(sns.notification(message));

    expect(answer).toMatchObject({ status: 422, body: { error: { code: "unprocessable" } } });
    expect(queued).toEqual([]);
  });

  test("raw delivery is named", async () => {
    const answer = await post(JSON.stringify(sesJson("bounce")), { headers: { "x-amz-sns-rawdelivery": "true" } });

    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("Raw message") as string } },
    });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["no message", "{}"],
    ["a message without signature", JSON.stringify({ Type: "Notification", Message: "hello" })],
  ])("%s is refused", async (_, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  });

  test("more than a message of SNS can be is refused", async () => {
    const answer = await post(sns.notification("x".repeat(maxPostBytes)));

    expect(answer).toMatchObject({ status: 413, body: { error: { code: "too_large" } } });
  });
});
