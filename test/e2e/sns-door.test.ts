// The SNS door over the real stacks: forgeries are refused at the API, and what the door takes goes the way of all events.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicHttpHandler } from "../../lambdas/runtime/http.ts";
import { createDoorConnections } from "../../lambdas/sns-door/door-connections.ts";
import { receivePost } from "../../lambdas/sns-door/receive-post.ts";
import { customerAccountId, laptopRegion as region, operatorAccountId } from "../../local/laptop.ts";
import { createEventQueue } from "../../shared/aws/event-queue.ts";
import { createSnsSignatures } from "../../shared/aws/sns-signature.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import { stampMessage } from "../../shared/domain/stamp.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { call } from "../support/api-request.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { sesJson } from "../support/ses-events.ts";
import { settle } from "../support/settled.ts";
import { newKeys, startSns, topicArn, type Post } from "../support/sns.ts";

const key = newKeys();
// By the machine's clock.
const sns = startSns(key, { validTo: "9999-12-31T23:59:59Z" });
const recipient = "grace@people.example";
const messageId = "0100019ab0000001-sns-door-000000";

let laptop: TestLaptop;
let owner: Api;
let connection: ConnectionView;
let resources: Record<string, { ref: string; attributes: Record<string, unknown> }>;

const resource = (logicalId: RegExp) =>
  Object.entries(resources).find(([id]) => logicalId.test(id))?.[1] ?? expect.fail(`no resource ${logicalId}`);
const queueUrl = () => resource(/^Events[0-9A-F]{8}$/).ref;

/** What AWS gives a function of ours that runs with the role of this name. */
const sessionOf = (role: RegExp) => {
  const roleArn = String(resource(role).attributes["Arn"]);
  const { accessKeyId, secretAccessKey, sessionToken } = laptop.cloud.identity.credentialsForService(
    roleArn,
    "lambda.amazonaws.com",
  );
  return { region, endpoint: laptop.cloud.url, credentials: { accessKeyId, secretAccessKey, sessionToken } };
};

const post = (url: string, body: Post) =>
  fetch(url, { method: "POST", headers: { "content-type": "text/plain; charset=UTF-8" }, body: JSON.stringify(body) });

const bounce = () =>
  sesJson("bounce", {
    "mail.messageId": messageId,
    "mail.timestamp": new Date().toISOString(),
    "mail.destination": [recipient],
    "bounce.timestamp": new Date().toISOString(),
    "bounce.bouncedRecipients.0.emailAddress": recipient,
  });
const fresh = (changes: Post = {}) => sns.notification(bounce(), { Timestamp: new Date().toISOString(), ...changes });
const events = async () => (await owner<EventPage>("GET", `/events?recipient=${recipient}`)).body.items;

beforeAll(async () => {
  laptop = await startTestLaptop();
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  owner = apiOf(laptop.apiUrl, IdToken);
  const made = await owner<ConnectionView>("POST", "/connections", { accountId: customerAccountId, region });
  connection = made.body;
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => owner<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
  resources =
    laptop.cloud.findStack({ accountId: operatorAccountId, region, stackName: "SesamiIngest" })?.resources ?? {};
});

afterAll(() => laptop?.stop());

describe("a post to the API", () => {
  it("that SNS did not sign is answered 403, and stored nowhere", async () => {
    const endpoint = connection.snsEndpoint ?? expect.fail("the connection shows no endpoint");
    const forgeries = [
      fresh({ TopicArn: "arn:aws:sns:us-east-1:333333333333:ses" }),
      fresh({ Timestamp: new Date(Date.now() - 3_700_000).toISOString() }),
      { ...fresh(), SigningCertURL: "https://sns.us-east-1.amazonaws.com.evil.example/cert.pem" },
    ];

    const answers = await Promise.all(forgeries.map((forgery) => post(endpoint, forgery)));

    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sns\/[A-Za-z0-9]{43}$/);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    await settle(laptop);
    expect(await events()).toEqual([]);
    expect(laptop.logs.filter((line) => line.includes('"snsRefused"'))).not.toEqual([]);
  });

  it("with a key that nobody has is answered 404", async () => {
    const { status } = await post(`${laptop.apiUrl}/sns/${"x".repeat(43)}`, fresh());

    expect(status).toBe(404);
  });
});

describe("an event that SNS signed", () => {
  it("is taken with the door's own rights, goes by the queue, and is shown with the others", async () => {
    const { DIRECTORY_TABLE } = functionEnvironment("sns-door");
    const dynamodb = new DynamoDBClient(sessionOf(/^SnsDoorServiceRole/));
    const sqs = new SQSClient(sessionOf(/^SnsDoorServiceRole/));
    // The deployed function, but for SNS's host, which a test cannot be.
    const door = publicHttpHandler({
      "POST /sns/{connectionKey}": receivePost({
        findConnection: createDoorConnections({
          connections: createConnections({
            client: DynamoDBDocumentClient.from(dynamodb),
            tableName: DIRECTORY_TABLE ?? "",
          }),
          clock: Date.now,
        }),
        signatures: createSnsSignatures({ getFromSns: sns.getFromSns, clock: Date.now }),
        getFromSns: sns.getFromSns,
        eventQueue: createEventQueue({ client: sqs, queueUrl: queueUrl() }),
        clock: Date.now,
        count: () => undefined,
        log: { info: () => undefined },
      }),
    });
    const connectionKey = connection.snsEndpoint?.split("/").at(-1) ?? "";

    const answer = await call(door, "POST /sns/{connectionKey}", { path: { connectionKey }, body: fresh() });

    expect(answer.status).toBe(200);
    const [event] = await eventually(events, (items) => items.length > 0);
    expect(event).toMatchObject({ type: "bounce", messageId, recipient });
    dynamodb.destroy();
    sqs.destroy();
  });
});

describe("the events' queue", () => {
  it("takes no stamped message of another account", async () => {
    const stranger = new SQSClient({
      region,
      endpoint: laptop.cloud.url,
      credentials: laptop.cloud.identity.rootCredentials(customerAccountId),
    });
    const stamp = { door: "sns", account: customerAccountId, region, topicArn, id: "forged" } as const;
    const MessageBody = stampMessage(stamp, JSON.stringify(sesJson("open")));

    const sending = stranger.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody }));

    await expect(sending).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) as string });
    stranger.destroy();
  });
});

function functionEnvironment(name: string): Record<string, string> {
  const arn = laptop.functions.find((running) => running.name === name)?.functionArn;
  return laptop.cloud.functions.listFunctions().find((definition) => definition.arn === arn)?.environment ?? {};
}
