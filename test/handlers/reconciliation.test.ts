// Mails that SES accepted from us against the events that came, connection by connection, and SES's own figures beside.
import { STSClient } from "@aws-sdk/client-sts";
import { SendEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { reconcileAll } from "../../lambdas/reconciliation/reconcile-all.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { getSendStatistics } from "../../shared/aws/send-statistics.ts";
import { clientSettings } from "../../shared/aws/settings.ts";
import type { Reconciliation } from "../../shared/contract/api/connections.ts";
import { createAcceptedSends, toAcceptedItem } from "../../shared/store/accepted-sends.ts";
import { createConnections, type Connections } from "../../shared/store/connections.ts";
import { batchWrite } from "../../shared/store/dynamo-batch.ts";
import { createLedger, type Ledger } from "../../shared/store/ledger/ledger.ts";
import { region, startConnectedCloud, type ConnectedCloud } from "../support/connected-cloud.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { waiting } from "../support/projected-ledger.ts";
import { fixtureRecipient, sesEvent } from "../support/ses-events.ts";

const hourMs = 3_600_000;
const startMs = Date.parse("2026-11-23T12:00:00.000Z");
const ada = { tenantId: "ten_ada", connectionId: "con_a" };
const bob = { tenantId: "ten_bob", connectionId: "con_b" };

let dynamodb: LocalDynamoDb;
let cloud: ConnectedCloud;
let sts: STSClient;
let tables = 0;
let nowMs: number;
let connections: Connections;
let acceptedSends: ReturnType<typeof createAcceptedSends>;
let ledger: Ledger;
let counted: number[];
let errors: string[];
let fault: ((operation: string) => void) | undefined;
let reconcile: () => Promise<void>;

beforeAll(async () => {
  dynamodb = await startDynamoDb({ faults: (operation) => fault?.(operation) });
  cloud = await startConnectedCloud();
  sts = new STSClient({ ...clientSettings(cloud.env), credentials: cloud.functionCredentials() });
});
afterAll(async () => {
  sts.destroy();
  await Promise.all([cloud.stop(), dynamodb.stop()]);
});
beforeEach(async () => {
  tables += 1;
  nowMs = startMs;
  counted = [];
  errors = [];
  fault = undefined;
  const directory = { client: dynamodb.client, tableName: await dynamodb.createDirectoryTable(`Directory${tables}`) };
  connections = createConnections(directory);
  acceptedSends = createAcceptedSends(directory);
  const clock = () => nowMs;
  const tableName = await dynamodb.createLedgerTable(`Ledger${tables}`);
  ledger = createLedger({ client: dynamodb.client, tableName, clock, waiting });
  const credentials = createConnectionCredentials({ sts });
  const sesFor = createSendingClients(cloud.env);
  reconcile = reconcileAll({
    connections,
    acceptedSends,
    ledger,
    getSendStatistics: (connection) =>
      credentials.withCredentials(connection, "verify", (session) => getSendStatistics(sesFor(region, session))),
    clock,
    count: (_, value = 1) => void counted.push(value),
    log: { info: () => undefined, error: (message) => void errors.push(message) },
  });
  await connect(ada, "222222222222");
});

async function connect({ tenantId, connectionId }: typeof ada, accountId: string): Promise<void> {
  await connections.createConnection(tenantId, {
    connectionId,
    accountId,
    region,
    roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-${region}`,
    externalId: "external-id-of-the-test",
    configurationSet: "sesami",
    createdAt: "2026-11-23T07:00:00.000Z",
  });
  await connections.markProven(tenantId, connectionId, "2026-11-23T07:01:00.000Z");
}

/** SES accepted mails so long ago. */
const accept = (messageIds: string | string[], agoMs: number, { tenantId, connectionId } = ada) => {
  const sent = { recipient: fixtureRecipient, acceptedAt: new Date(nowMs - agoMs).toISOString() };
  const puts = [messageIds].flat().map((messageId) => ({
    put: toAcceptedItem(tenantId, connectionId, { messageId, ...sent }),
  }));
  return batchWrite({ client: dynamodb.client, tableName: `Directory${tables}` }, puts, waiting);
};

const sendEventComes = async (messageId: string, tenantId = ada.tenantId) => {
  await ledger.recordEvents(tenantId, [sesEvent("send", { "mail.messageId": messageId })]);
};

const found = async ({ tenantId, connectionId } = ada): Promise<Reconciliation | undefined> =>
  (await connections.getConnection(tenantId, connectionId)).reconciliation;

describe("accepted mails", () => {
  test("are counted, and those older than an hour whose Send event has not come are told", async () => {
    await accept("seen", 3 * hourMs);
    await accept("missing", 2 * hourMs);
    await accept("young", hourMs / 2);
    await sendEventComes("seen");

    await reconcile();

    expect(await found()).toMatchObject({
      checkedAt: "2026-11-23T12:00:00.000Z",
      acceptedLast24h: 3,
      withoutSendEvent: 1,
    });
    expect(counted).toEqual([1]);
  });

  test("are without their Send event also when others of their events came", async () => {
    await accept("half", 2 * hourMs);
    await ledger.recordEvents(ada.tenantId, [sesEvent("delivery", { "mail.messageId": "half" })]);

    await reconcile();

    expect(await found()).toMatchObject({ withoutSendEvent: 1 });
  });

  test("are none the less sent with more events than one item holds", async () => {
    await accept("popular", 2 * hourMs);
    const at = (minute: number) => `2026-11-23T08:${String(minute).padStart(2, "0")}:00.000Z`;
    const opens = Array.from({ length: 50 }, (_, minute) =>
      sesEvent("open", { "mail.messageId": "popular", "open.timestamp": at(minute + 1) }),
    );
    await ledger.recordEvents(ada.tenantId, [...opens, sesEvent("send", { "mail.messageId": "popular" })]);

    await reconcile();

    expect(await found()).toMatchObject({ withoutSendEvent: 0 });
  });

  test("whose Send event comes late are settled in a later hour", async () => {
    await accept("late", 2 * hourMs);
    await reconcile();
    const before = await found();
    await sendEventComes("late");
    nowMs += hourMs;

    await reconcile();

    expect(before).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 1 });
    expect(await found()).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 0 });
  });

  test("are looked for once when all is well, however often it is reconciled", async () => {
    await accept("seen", 2 * hourMs);
    await sendEventComes("seen");
    await reconcile();
    const reads = () => dynamodb.service.consumed().calls["BatchGetItem"] ?? 0;
    const before = reads();

    await reconcile();
    nowMs += hourMs;
    await reconcile();

    expect(reads()).toBe(before);
    expect(await found()).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 0 });
  });

  test("count for a day: hours that were left out are made up for, and what is older falls out", async () => {
    await accept("first", 0);
    nowMs += 2 * hourMs;
    await reconcile();
    await accept("second", 0);
    nowMs += 8 * hourMs;
    await reconcile();
    const both = await found();
    nowMs += 25 * hourMs;

    await reconcile();

    expect(both).toMatchObject({ acceptedLast24h: 2, withoutSendEvent: 2 });
    expect(await found()).toMatchObject({ acceptedLast24h: 0, withoutSendEvent: 0 });
  });

  test("are counted once by two runs at the same time", async () => {
    await accept("missing", 2 * hourMs);

    await Promise.all([reconcile(), reconcile()]);
    await reconcile();

    expect(await found()).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 1 });
  });

  test("on the border of an hour are in one span, not in two or none", async () => {
    await accept("border", hourMs);
    await reconcile();
    nowMs += hourMs;
    await accept("next", hourMs);

    await reconcile();

    expect(await found()).toMatchObject({ acceptedLast24h: 2, withoutSendEvent: 1 });
  });

  test("of more than a page and a batch are all looked for", async () => {
    const messageIds = Array.from({ length: 260 }, (_, number) => `message-${number}`);
    await accept(messageIds, 2 * hourMs);
    for (const number of [0, 130, 259]) await sendEventComes(`message-${number}`);

    await reconcile();

    expect(await found()).toMatchObject({ acceptedLast24h: 260, withoutSendEvent: 257 });
  });

  test("of another tenant change nothing, nor do another tenant's events", async () => {
    await connect(bob, "333333333333");
    await accept("same-id", 2 * hourMs);
    await accept("bobs", 2 * hourMs, bob);
    await sendEventComes("same-id", bob.tenantId);

    await reconcile();

    expect(await found()).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 1 });
    expect(await found(bob)).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 1 });
    expect(counted).toEqual([2]);
  });
});

describe("SES's own figures", () => {
  test("cover all mail of the account, and say so", async () => {
    await cloud.deployConnection("external-id-of-the-test");
    const credentials = cloud.identity.rootCredentials("222222222222");
    const ses = new SESClient({ ...clientSettings(cloud.env), credentials });
    for (const recipient of ["ada@people.example", "bounce@simulator.amazonses.com"])
      await ses.send(
        new SendEmailCommand({
          Source: "hello@shop.example",
          Destination: { ToAddresses: [recipient] },
          Message: { Subject: { Data: "Hello" }, Body: { Text: { Data: "Hello" } } },
        }),
      );
    ses.destroy();
    await cloud.takeEvents();

    await reconcile();

    expect((await found())?.sesReported).toEqual({
      deliveryAttempts: 2,
      // Mail to the simulator is no part of an account's bounces (SES developer guide).
      bounces: 0,
      complaints: 0,
      rejects: 0,
      note: expect.stringMatching(/222222222222 in us-east-1 over 14 days.*upper bound/) as string,
    });
  });

  test("are left out when the account does not let us ask, and the rest is told all the same", async () => {
    await cloud.deployConnection("another-external-id");
    await accept("missing", 2 * hourMs);

    await reconcile();

    const reconciliation = await found();
    expect(reconciliation).toMatchObject({ acceptedLast24h: 1, withoutSendEvent: 1 });
    expect(reconciliation).not.toHaveProperty("sesReported");
  });
});

describe("a run", () => {
  test("that fails for one connection reconciles the others, and counts as failed", async () => {
    await connect(bob, "333333333333");
    await accept("missing", 2 * hourMs, bob);
    let reads = 0;
    fault = (operation) => {
      // The first connection's own item.
      if (operation === "GetItem" && reads++ === 0) throw new Error("out of order");
    };

    await expect(reconcile()).rejects.toThrow("1 of 2 connections");

    expect(errors).toHaveLength(1);
    const [ofAda, ofBob] = [await found(), await found(bob)];
    expect([ofAda, ofBob].filter((reconciliation) => reconciliation !== undefined)).toHaveLength(1);
  });

  test("leaves a connection alone that is gone by then", async () => {
    const listed = await connections.listProvenAccounts();
    await connections.deleteConnection(ada.tenantId, ada.connectionId);
    const late = reconcileAll({
      connections: { ...connections, listProvenAccounts: async () => listed },
      acceptedSends,
      ledger,
      getSendStatistics: async () => expect.fail("nobody is to be asked"),
      clock: () => nowMs,
      count: () => undefined,
      log: { info: () => undefined, error: () => undefined },
    });

    await late();

    expect(await connections.findConnection(ada.tenantId, ada.connectionId)).toBeUndefined();
  });

  test("has nothing to do without connections", async () => {
    await connections.deleteConnection(ada.tenantId, ada.connectionId);

    await reconcile();

    expect(counted).toEqual([0]);
  });
});
