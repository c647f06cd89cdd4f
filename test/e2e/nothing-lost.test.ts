// What an operator does when something went wrong, over the real stacks: redrive, replay, and the scheduled checks.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customerAccountId, laptopRegion as region, operatorAccountId } from "../../local/laptop.ts";
import type { ConnectionView, VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import type { SendMailResponse } from "../../shared/contract/api/mail.ts";
import { apiOf, eventually, type Api } from "../support/api.ts";
import { startTestLaptop, type TestLaptop } from "../support/laptop.ts";
import { runProgram } from "../support/program.ts";
import { settle } from "../support/settled.ts";
import { inEventBridge, sesJson } from "../support/ses-events.ts";

let laptop: TestLaptop;
let owner: Api;
let sqs: SQSClient;
let dynamodb: DynamoDBDocumentClient;
let operator: Record<string, string>;

const resourcesOf = (stackName: string) =>
  Object.entries(laptop.cloud.findStack({ accountId: operatorAccountId, region, stackName })?.resources ?? {});
const refOf = (stackName: string, logicalId: RegExp): string =>
  resourcesOf(stackName).find(([id]) => logicalId.test(id))?.[1].ref ?? expect.fail(`no ${logicalId} in ${stackName}`);
const queueUrl = (name: string) => refOf("SesamiIngest", new RegExp(`^${name}[0-9A-F]{8}$`));
const waitingIn = (name: string) =>
  laptop.cloud.queues.counts(`arn:aws:sqs:${region}:${operatorAccountId}:${queueUrl(name).split("/").at(-1)}`);

const put = (name: string, body: unknown, attributes: Record<string, string> = {}) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl(name),
      MessageBody: typeof body === "string" ? body : JSON.stringify(body),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: "String", StringValue }]),
      ),
    }),
  );

/** An event as it would be sent now, to nobody else. */
const eventFor = (recipient: string) =>
  inEventBridge(
    "send",
    sesJson("send", {
      "mail.messageId": `message-for-${recipient.split("@")[0]}`,
      "mail.timestamp": new Date().toISOString(),
      "mail.destination": [recipient],
    }),
  );
const eventsFor = async (recipient: string) =>
  (await owner<EventPage>("GET", `/events?recipient=${recipient}`)).body.items;

const invoke = (name: string) => {
  const arn = laptop.functions.find((running) => running.name === name)?.functionArn ?? expect.fail(`no ${name}`);
  return laptop.cloud.functions.invoke(arn, { "detail-type": "Scheduled Event", source: "aws.events", id: "hour-1" });
};

/** A customer's queue, which they let the operator's account read: as `aws sqs add-permission` does. */
async function lendQueue(name: string): Promise<string> {
  const actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"];
  const { outputs } = await laptop.cloud.deploy({
    accountId: customerAccountId,
    region,
    stackName: name,
    template: {
      Resources: {
        Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: name } },
        Lending: {
          Type: "AWS::SQS::QueuePolicy",
          Properties: {
            Queues: [{ Ref: "Queue" }],
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { AWS: `arn:aws:iam::${operatorAccountId}:root` },
                  Action: actions.map((action) => `sqs:${action}`),
                  Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
                },
              ],
            },
          },
        },
      },
      Outputs: { QueueUrl: { Value: { Ref: "Queue" } } },
    },
  });
  return outputs["QueueUrl"] ?? expect.fail("The queue has no address.");
}

beforeAll(async () => {
  laptop = await startTestLaptop();
  laptop.cloud.userPools.addConfirmedUser(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  const { IdToken } = await laptop.cloud.userPools.signIn(laptop.userPoolId, "owner@shop.example", "Open-Sesame-2026");
  owner = apiOf(laptop.apiUrl, IdToken);
  const { body: connection } = await owner<ConnectionView>("POST", "/connections", {
    accountId: customerAccountId,
    region,
  });
  await laptop.deployConnection(customerAccountId, connection.templateParameters);
  await eventually(
    () => owner<VerifyConnectionResponse>("GET", `/verify-sts?connection=${connection.connectionId}`),
    ({ body }) => body.connection.state === "verified",
  );
  const credentials = laptop.cloud.identity.rootCredentials(operatorAccountId);
  operator = {
    AWS_ENDPOINT_URL: laptop.cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const settings = { region, endpoint: laptop.cloud.url, credentials };
  sqs = new SQSClient(settings);
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
});

afterAll(async () => {
  sqs?.destroy();
  dynamodb?.destroy();
  await laptop?.stop();
});

describe("npm run redrive", () => {
  it("shows what waits and why, and with --dry-run leaves it", async () => {
    await put("Events", "no event at all");
    await put("Events", JSON.stringify({ ...eventFor("x@people.example"), detail: { eventType: "Send" } }));
    await eventually(
      async () => waitingIn("EventsDeadLetters"),
      ({ visible }) => visible === 2,
    );

    const run = await runProgram("cli/redrive.ts", ["--queue", "events", "--dry-run"], operator);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/^EventsDeadLetters: 2 messages\n/);
    expect(run.stdout).toMatch(/ 1 {2}since .*Records\[0\]\.body is not JSON/);
    expect(run.stdout).toMatch(/ 1 {2}since .*Records\[0\]\.body\.detail\.mail is missing/);
    expect(waitingIn("EventsDeadLetters")).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("sends events for another try: what can be stored now is stored, the rest comes back with its reason", async () => {
    await put("EventsDeadLetters", eventFor("redriven@people.example"));

    const run = await runProgram("cli/redrive.ts", ["--queue", "events"], operator);

    expect(run.stdout).toContain("3 sent for another try");
    expect(run.stdout).toContain("no reason given: every try failed");
    await eventually(
      () => eventsFor("redriven@people.example"),
      (items) => items.length === 1,
    );
    await eventually(
      async () => waitingIn("EventsDeadLetters"),
      ({ visible }) => visible === 2,
    );
  });

  it("puts into the events' queue what EventBridge could not", async () => {
    await put("RuleDeadLetters", eventFor("late@people.example"), {
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: "The queue's policy does not admit the rule.",
    });

    const run = await runProgram("cli/redrive.ts", ["--queue", "rule"], operator);

    expect(run.stdout).toContain("NO_PERMISSIONS: The queue's policy does not admit the rule.");
    await eventually(
      () => eventsFor("late@people.example"),
      (items) => items.length === 1,
    );
    expect(waitingIn("RuleDeadLetters")).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it("takes no more than it is told, and any two queues", async () => {
    for (const name of ["one", "two", "three"]) await put("RuleDeadLetters", eventFor(`${name}@people.example`));
    const queues = ["--from", queueUrl("RuleDeadLetters"), "--to", queueUrl("Events")];

    const run = await runProgram("cli/redrive.ts", [...queues, "--limit", "2"], operator);

    expect(run.stdout).toContain("2 sent for another try");
    expect(waitingIn("RuleDeadLetters").visible).toBe(1);
  });

  it("takes over the SES events of a customer's queue that may be read, and nothing else that is in there", async () => {
    const from = await lendQueue("forwarding-dead-letters");
    const customers = new SQSClient({
      region,
      endpoint: laptop.cloud.url,
      credentials: laptop.cloud.identity.rootCredentials(customerAccountId),
    });
    const bodies = [
      eventFor("kept-out@people.example"),
      { ...eventFor("forged@people.example"), account: "999999999999" },
      "no event at all",
    ];
    for (const body of bodies)
      await customers.send(new SendMessageCommand({ QueueUrl: from, MessageBody: JSON.stringify(body) }));
    customers.destroy();

    const run = await runProgram("cli/redrive.ts", ["--from", from, "--to", queueUrl("Events")], operator);

    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("1 sent for another try");
    expect(run.stdout).toContain(`2 left: they are no SES events of account ${customerAccountId}`);
    const [stored] = await eventually(
      () => eventsFor("kept-out@people.example"),
      (items) => items.length > 0,
    );
    expect(stored?.type).toBe("send");
    const arn = `arn:aws:sqs:${region}:${customerAccountId}:forwarding-dead-letters`;
    expect(laptop.cloud.queues.counts(arn)).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it("names the tenants whose projections miss a change", async () => {
    const keys = { pk: { S: "O#ten_ada#ada@people.example" }, sk: { S: "M#message-1" } };
    await put("ProjectorDeadLetters", { shardId: "shard-1", sequenceNumber: "1", keys }, { reason: "has no events" });
    await put("ProjectorDeadLetters", { requestContext: {}, DDBStreamBatchInfo: { shardId: "shard-1" } });

    const run = await runProgram("cli/redrive.ts", ["--queue", "projector", "--dry-run"], operator);

    expect(run.stdout).toContain("ProjectorDeadLetters: 2 messages");
    expect(run.stdout).toContain("to recount: ten_ada");
    expect(run.stdout).toContain("1 name no item");
    expect(waitingIn("ProjectorDeadLetters").visible).toBe(2);
  });

  it.each([
    [["--queue", "letters"], 2],
    [["--limit", "none"], 2],
    [["--from", "http://queue.example/"], 2],
    [["--everything"], 2],
    [["--stack", "Elsewhere"], 1],
  ])("%j is answered with what is wrong", async (args, code) => {
    const run = await runProgram("cli/redrive.ts", args, operator);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(/^redrive: /);
    expect(run.stdout).toBe("");
  });
});

describe("npm run replay-archive", () => {
  it("brings back what was lost after the bus had it, each event once", async () => {
    const recipient = "replayed@people.example";
    const today = new Date().toISOString().slice(0, 10);
    await owner<SendMailResponse>("POST", "/mail", {
      from: "hello@shop.example",
      to: recipient,
      subject: "Hello",
      text: "Hello",
    });
    const before = await eventually(
      () => eventsFor(recipient),
      (items) => items.length === 2,
    );
    await settle(laptop);
    await forgetOutcomes(recipient);
    const lost = await eventsFor(recipient);

    const run = await runProgram("cli/replay-archive.ts", ["--from", today], operator);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(/COMPLETED/);
    expect(lost).toEqual([]);
    await eventually(
      () => eventsFor(recipient),
      (items) => items.length === before.length,
    );
  });

  it.each([
    [[], 2],
    [["--from", "yesterday"], 2],
    [["--from", "2026-11-23", "--to", "2026-11-22"], 2],
    [["--from", "2026-11-23", "--archive", "none"], 1],
    [["--from", "2026-11-23", "--bus", "none"], 1],
  ])("%j is answered with what is wrong", async (args, code) => {
    const run = await runProgram("cli/replay-archive.ts", args, operator);

    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(/^replay-archive: /);
  });
});

/** As if the Ledger had lost what became of all mail to an address. */
async function forgetOutcomes(recipient: string): Promise<void> {
  const TableName = refOf("SesamiData", /^Ledger/);
  const { tenantId } = await ownTenant();
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": `O#${tenantId}#${recipient}` },
    }),
  );
  for (const { pk, sk } of Items) await dynamodb.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
}

async function ownTenant(): Promise<{ tenantId: string }> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: refOf("SesamiData", /^Directory/),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "ACCOUNTS" },
    }),
  );
  return (Items[0] as { tenantId: string } | undefined) ?? expect.fail("nobody owns an account");
}

describe("every hour", () => {
  it("accepted mails are held against the events that came, and both are shown with SES's own figures", async () => {
    await invoke("reconciliation");

    const { body } = await owner<{ items: ConnectionView[] }>("GET", "/connections");

    expect(body.items[0]?.reconciliation).toMatchObject({
      acceptedLast24h: 1,
      withoutSendEvent: 0,
      sesReported: {
        deliveryAttempts: expect.any(Number) as number,
        note: expect.stringContaining("14 days") as string,
      },
    });
  });

  it("connections are checked again", async () => {
    await laptop.cloud.deleteStack({ accountId: customerAccountId, region, stackName: "sesami-connection" });

    await invoke("connections");

    const { body } = await owner<{ items: ConnectionView[] }>("GET", "/connections");
    expect(body.items[0]?.state).toBe("broken");
  });
});
