// What the SNS door puts into the queue, as the categorizer takes it: whose it is, and that two doors make no two events.
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAccountOwners } from "../../lambdas/categorizer/account-owners.ts";
import { categorizeBatch } from "../../lambdas/categorizer/categorize-batch.ts";
import { stampMessage, type Stamp } from "../../shared/domain/stamp.ts";
import { createConnections, type Connections } from "../../shared/store/connections.ts";
import { createLedger, type Ledger } from "../../shared/store/ledger/ledger.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { nowMs, waiting } from "../support/projected-ledger.ts";
import { fixtureMessageId, inEventBridge, inSqs, legacySesJson, sesJson } from "../support/ses-events.ts";
import { topicArn } from "../support/sns.ts";

let db: LocalDynamoDb;
let ledger: Ledger;
let connections: Connections;
let setAside: { body: string; reason: string; path?: string | undefined }[];
let counted: Record<string, number>;
let deliver: (...bodies: unknown[]) => Promise<unknown>;

beforeEach(async () => {
  setAside = [];
  counted = {};
  db = await startDynamoDb();
  const clock = () => nowMs;
  ledger = createLedger({ client: db.client, tableName: await db.createLedgerTable(), clock, waiting });
  connections = createConnections({ client: db.client, tableName: await db.createDirectoryTable() });
  const owners = createAccountOwners({ connections, clock });
  const run = categorizeBatch({
    ledger,
    findTenant: owners.findTenant,
    onRecorded: owners.noteEvent,
    deadLetters: { setAside: async (body, reason) => void setAside.push({ body, ...reason }) },
    count: (metric, value = 1) => {
      counted[metric] = (counted[metric] ?? 0) + value;
    },
    log: { error: () => undefined },
  });
  deliver = (...bodies) => run(inSqs(...bodies) as unknown as SQSEvent);
  await connect("ten_ada", "con_a", "222222222222");
  await connect("ten_bob", "con_b", "333333333333");
});
afterEach(() => db.stop());

async function connect(tenantId: string, connectionId: string, accountId: string): Promise<void> {
  await connections.createConnection(tenantId, {
    connectionId,
    accountId,
    region: "us-east-1",
    roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-us-east-1`,
    externalId: "external-id",
    configurationSet: "sesami",
    createdAt: "2026-11-23T07:00:00.000Z",
  });
  await connections.markProven(tenantId, connectionId, "2026-11-23T07:01:00.000Z");
}

const stamped = (message: unknown, changes: Partial<Stamp> = {}) =>
  stampMessage(
    { door: "sns", account: "222222222222", region: "us-east-1", topicArn, id: "sns-1", ...changes },
    typeof message === "string" ? message : JSON.stringify(message),
  );

const eventsOf = async (tenantId: string) =>
  (await ledger.getMessageOutcomes(tenantId, fixtureMessageId)).flatMap(({ events }) => events);

test("an event of the SNS door is stored for the account that the door stamped, and verifies its connection", async () => {
  await deliver(stamped(sesJson("bounce")));

  expect(await eventsOf("ten_ada")).toMatchObject([{ type: "bounce" }]);
  expect((await connections.getConnection("ten_ada", "con_a")).state).toBe("verified");
});

test.each([
  ["the SNS door first", (published: unknown, legacy: unknown) => [legacy, published]],
  ["EventBridge first", (published: unknown, legacy: unknown) => [published, legacy]],
])("a bounce by both doors, in both styles and with other times, is one event: %s", async (_, inOrder) => {
  const published = inEventBridge("bounce", sesJson("bounce", { "bounce.timestamp": "2026-11-23T08:00:03.000Z" }));
  const legacy = stamped(
    legacySesJson("bounce", { "mail.messageId": fixtureMessageId, "bounce.timestamp": "2026-11-23T08:00:02.000Z" }),
  );

  for (const body of inOrder(published, legacy)) await deliver(body);

  expect(await eventsOf("ten_ada")).toMatchObject([{ type: "bounce", occurredAt: "2026-11-23T08:00:03.000Z" }]);
  expect(counted).toEqual({ eventsStored: 1, eventsDuplicate: 1 });
});

test("a post that SNS repeats, or somebody replays within the hour, is one event", async () => {
  await deliver(stamped(sesJson("click")), stamped(sesJson("click"), { id: "sns-2" }));
  await deliver(stamped(sesJson("click")));

  expect(await eventsOf("ten_ada")).toHaveLength(1);
});

test("an EventBridge event that a rule sent to the topic is its topic's account's, whatever account it names", async () => {
  await deliver(stamped(inEventBridge("open", sesJson("open"), { account: "333333333333" })));

  expect(await eventsOf("ten_ada")).toHaveLength(1);
  expect(await eventsOf("ten_bob")).toEqual([]);
});

test.each([
  ["an event's detail", (stamp: string) => inEventBridge("send", JSON.parse(stamp))],
  ["an event's detail, as text", (stamp: string) => inEventBridge("send", stamp)],
  ["an SES event inside one", (stamp: string) => inEventBridge("send", { ...sesJson("send"), ...JSON.parse(stamp) })],
  ["an SNS message that came through a door", (stamp: string) => stamped(stamp)],
])("a stamp that a customer put into %s gives them nothing of another tenant", async (_, wrap) => {
  const stampOfBob = stamped(sesJson("send"), { account: "333333333333" });

  await deliver(wrap(stampOfBob));

  expect(await eventsOf("ten_bob")).toEqual([]);
});

test("an event of the door that cannot be read is set aside as it came, and comes again as it was", async () => {
  const body = stamped(sesJson("open", { "open.timestamp": undefined }));

  await deliver(body);

  expect(setAside).toMatchObject([{ body, path: "Records[0].body.message.open.timestamp" }]);
});

test("an event that a door stamped for an account nobody has proven is discarded", async () => {
  await deliver(
    stamped(sesJson("send"), { account: "444444444444" }),
    stamped(sesJson("send"), { region: "eu-west-1" }),
  );

  expect(counted).toEqual({ eventsUnconnected: 2 });
});
