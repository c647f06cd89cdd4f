import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccountOwners } from "../../lambdas/categorizer/account-owners.ts";
import { categorizeBatch } from "../../lambdas/categorizer/categorize-batch.ts";
import { AwsError } from "../../local/protocol.ts";
import type { EventType } from "../../shared/domain/event.ts";
import { createConnections, type Connections } from "../../shared/store/connections.ts";
import { createLedger, type Ledger } from "../../shared/store/ledger/ledger.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { nowMs, waiting } from "../support/projected-ledger.ts";
import { fixtureMessageId, inEventBridge, inSqs, readFixture, sesJson, type Json } from "../support/ses-events.ts";

const tenantId = "ten_alpha";
const otherTenantId = "ten_other";

let db: LocalDynamoDb;
let ledger: Ledger;
let connections: Connections;
let clockMs: number;
/** What the next operations of DynamoDB do instead of succeeding. */
let fault: ((operation: string) => void) | undefined;
let setAside: { body: string; reason: string; path?: string | undefined }[];
let counted: Record<string, number>;
let logged: string[];
let handle: (event: SQSEvent) => Promise<unknown>;

beforeEach(async () => {
  fault = undefined;
  clockMs = nowMs;
  setAside = [];
  counted = {};
  logged = [];
  db = await startDynamoDb({ faults: (operation) => fault?.(operation) });
  const clock = () => clockMs;
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
    log: { error: (message) => void logged.push(message) },
  });
  handle = (event) => run(event);
  await connect(tenantId, "con_alpha", "222222222222");
});
afterEach(() => db.stop());

async function connect(ownerId: string, connectionId: string, accountId: string): Promise<void> {
  await connections.createConnection(ownerId, {
    connectionId,
    accountId,
    region: "us-east-1",
    roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-us-east-1`,
    externalId: "external-id",
    configurationSet: "sesami",
    createdAt: "2026-11-23T07:00:00.000Z",
  });
  await connections.markProven(ownerId, connectionId, "2026-11-23T07:01:00.000Z");
}

const deliver = (...bodies: unknown[]) => handle(inSqs(...bodies) as unknown as SQSEvent);

const ebEvent = (type: EventType, changes: Json = {}, envelope: Json = {}) =>
  inEventBridge(type, sesJson(type, changes), envelope);

const outcomesOf = (ownerId = tenantId) => ledger.getMessageOutcomes(ownerId, fixtureMessageId);

const nothingFailed = { batchItemFailures: [] };

describe("the categorizer", () => {
  it("stores what became of a message from a batch in any order", async () => {
    const response = await deliver(ebEvent("click"), ebEvent("delivery"), ebEvent("open"), ebEvent("send"));

    expect(response).toEqual(nothingFailed);
    expect(await outcomesOf()).toMatchObject([{ status: "clicked", opens: { total: 1 }, clicks: { total: 1 } }]);
    expect(counted).toEqual({ eventsStored: 4 });
  });

  it("records an event once that comes twice in a batch and again later", async () => {
    await deliver(ebEvent("bounce"), ebEvent("bounce"));

    const again = await deliver(ebEvent("bounce", {}, { id: "00000000-0000-4000-8000-0000000000e2" }));

    expect(again).toEqual(nothingFailed);
    expect((await outcomesOf())[0]?.events).toHaveLength(1);
    expect(counted).toEqual({ eventsStored: 1, eventsDuplicate: 2 });
  });

  it("takes the tenant from the envelope, whatever account the payload claims", async () => {
    await connect(otherTenantId, "con_other", "333333333333");

    await deliver(ebEvent("send", { "mail.sendingAccountId": "222222222222" }, { account: "333333333333" }));

    expect(await outcomesOf()).toEqual([]);
    expect(await outcomesOf(otherTenantId)).toHaveLength(1);
  });

  it.each([
    ["an account that nobody connected", { account: "444444444444" }],
    ["another region of a connected account", { region: "eu-west-1" }],
    ["an envelope without account", { account: undefined }],
  ])("counts and discards an event of %s", async (_, envelope) => {
    const response = await deliver(ebEvent("send", {}, envelope));

    expect(response).toEqual(nothingFailed);
    expect(counted).toEqual({ eventsUnconnected: 1 });
    expect(await outcomesOf()).toEqual([]);
    expect(setAside).toEqual([]);
  });

  it("stores the event of a connection that was proven a moment after its last event was discarded", async () => {
    await deliver(ebEvent("send", {}, { account: "333333333333" }));
    await connect(otherTenantId, "con_other", "333333333333");

    await deliver(ebEvent("send", {}, { account: "333333333333" }));

    expect(await outcomesOf(otherTenantId)).toHaveLength(1);
  });

  it("stores nothing of a disconnected account half a minute later", async () => {
    await deliver(ebEvent("send"));
    await connections.deleteConnection(tenantId, "con_alpha");
    clockMs += 30_000;

    await deliver(ebEvent("open"));

    expect(counted).toEqual({ eventsStored: 1, eventsUnconnected: 1 });
  });

  it("makes a proven connection verified with its first event, and asks the Directory once for a batch", async () => {
    const reads = () => db.service.consumed().calls["GetItem"] ?? 0;
    const before = reads();
    await deliver(ebEvent("send"), ebEvent("delivery"), ebEvent("open"));
    const ofBatch = reads() - before;

    const connection = await connections.getConnection(tenantId, "con_alpha");
    await deliver(ebEvent("click"));

    expect(connection).toMatchObject({ state: "verified", verifiedAt: "2026-11-23T12:00:00.000Z" });
    // The owner; the connection that becomes verified; the test's own.
    expect([ofBatch, reads() - before]).toEqual([2, 3]);
  });

  it("goes on storing events of a broken connection", async () => {
    await connections.markBroken(tenantId, "con_alpha", "2026-11-23T11:00:00.000Z");

    await deliver(ebEvent("send"));

    expect(await outcomesOf()).toHaveLength(1);
    expect((await connections.getConnection(tenantId, "con_alpha")).state).toBe("broken");
  });

  it("sets aside what can never be stored, with its reason and as it came, and stores the rest of the batch", async () => {
    const broken = JSON.stringify(ebEvent("open", { "mail.messageId": undefined }));

    const response = await deliver(ebEvent("send"), broken, "no JSON at all");

    expect(response).toEqual(nothingFailed);
    expect(setAside).toMatchObject([
      { body: broken, path: "Records[0].body.detail.mail.messageId", reason: expect.stringContaining("is missing") },
      { body: "no JSON at all", reason: expect.stringContaining("is not JSON") },
    ]);
    expect(counted).toEqual({ eventsStored: 1, eventsInvalid: 2, deadLettered: 2 });
  });

  it("counts what is rightly there and no sending event", async () => {
    const response = await deliver(readFixture("ignored-advisor"), readFixture("ignored-sending-status"));

    expect(response).toEqual(nothingFailed);
    expect(counted).toEqual({ eventsIgnored: 2 });
    expect(setAside).toEqual([]);
  });

  it("gives back the record that was throttled, and that one alone", async () => {
    let puts = 0;
    fault = (operation) => {
      if (operation === "PutItem" && puts++ === 0)
        throw new AwsError("ProvisionedThroughputExceededException", "Rate of requests exceeds the limit.");
    };
    const bodies = ["message-0", "message-1", "message-2"].map((id) => ebEvent("send", { "mail.messageId": id }));

    const response = (await deliver(...bodies)) as { batchItemFailures: { itemIdentifier: string }[] };
    const again = await deliver(...bodies);

    expect(response.batchItemFailures).toHaveLength(1);
    expect(again).toEqual(nothingFailed);
    expect(counted).toEqual({ eventsStored: 3, eventsDuplicate: 2 });
    expect(setAside).toEqual([]);
  });

  it("gives back the whole batch when the Ledger cannot be read, and loses nothing by it", async () => {
    fault = (operation) => {
      if (operation === "BatchGetItem") throw new AwsError("InternalServerError", "Try again.", { status: 500 });
    };
    const first = await deliver(ebEvent("send"), ebEvent("open"));
    fault = undefined;

    const again = await deliver(ebEvent("send"), ebEvent("open"));

    expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: "record-0" }, { itemIdentifier: "record-1" }] });
    expect(logged).toHaveLength(2);
    expect(again).toEqual(nothingFailed);
    expect(await outcomesOf()).toMatchObject([{ status: "opened" }]);
  });

  it("gives back the events of an account that cannot be looked up", async () => {
    fault = (operation) => {
      if (operation === "GetItem") throw new AwsError("ThrottlingException", "Throughput exceeds the capacity.");
    };

    const response = await deliver(ebEvent("send"), "no JSON at all");

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "record-0" }] });
    expect(setAside).toHaveLength(1);
  });

  it("counts and drops an event of a message past its retention", async () => {
    clockMs = nowMs + 401 * 86_400_000;

    const response = await deliver(ebEvent("open"));

    expect(response).toEqual(nothingFailed);
    expect(counted).toEqual({ eventsExpired: 1 });
  });
});

describe("the categorizer without its dead-letter queue", () => {
  it("gives back what it could not set aside", async () => {
    const run = categorizeBatch({
      ledger,
      findTenant: async () => tenantId,
      deadLetters: { setAside: async () => Promise.reject(new Error("The queue cannot be reached.")) },
      count: () => undefined,
      log: { error: (message) => void logged.push(message) },
    });

    const response = await run(inSqs("no JSON at all", ebEvent("send")) as unknown as SQSEvent);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "record-0" }] });
    expect(logged).toHaveLength(1);
  });
});
