import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../../local/protocol.ts";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { createLedger } from "../../../shared/store/ledger/ledger.ts";
import { startDynamoDb, type LocalDynamoDb } from "../../support/dynamodb.ts";
import { nowMs, tenantId, waiting } from "../../support/projected-ledger.ts";
import {
  fixtureMessageId,
  fixtureRecipient,
  legacySesJson,
  parseEvents,
  sesEvent,
  sesJson,
} from "../../support/ses-events.ts";

let db: LocalDynamoDb;
afterEach(() => db.stop());

/** Called before each operation, and with `:done` behind its name after it; what it throws is the answer. */
type Faults = (operation: string) => void;

async function startLedger({
  faults = () => undefined,
  clock = () => nowMs,
}: { faults?: Faults; clock?: () => number } = {}) {
  db = await startDynamoDb({ faults });
  const tableName = await db.createLedgerTable();
  return createLedger({ client: db.client, tableName, clock, waiting });
}

const openAt = (second: number): SesEvent =>
  sesEvent("open", { "open.timestamp": new Date(Date.parse("2026-11-23T08:10:00Z") + second * 1000).toISOString() });

const writes = () => db.service.consumed().writeUnits;

const throttled = () => new AwsError("ProvisionedThroughputExceededException", "Rate of requests exceeds the limit.");

describe("recording events", () => {
  it("stores what became of the message for its recipient", async () => {
    const ledger = await startLedger();

    const recorded = await ledger.recordEvents(tenantId, [sesEvent("send"), sesEvent("delivery"), sesEvent("open")]);

    expect(recorded.map(({ result }) => result)).toEqual(["stored", "stored", "stored"]);
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome).toMatchObject({
      messageId: fixtureMessageId,
      recipient: fixtureRecipient,
      status: "opened",
      sentAt: "2026-11-23T08:00:00.125Z",
      deliveredAt: "2026-11-23T08:00:01.750Z",
      opens: { total: 1, firstAt: "2026-11-23T08:10:00.000Z", lastAt: "2026-11-23T08:10:00.000Z" },
    });
    expect(outcome?.events.map(({ type }) => type)).toEqual(["send", "delivery", "open"]);
  });

  it("writes nothing when nothing is new", async () => {
    const ledger = await startLedger();
    const events = [sesEvent("send"), sesEvent("click")];
    await ledger.recordEvents(tenantId, events);
    const before = writes();

    const again = await ledger.recordEvents(tenantId, events);

    expect(again.map(({ result }) => result)).toEqual(["duplicate", "duplicate"]);
    expect(writes()).toBe(before);
  });

  it("takes one event twice in one call as one event and its duplicate", async () => {
    const ledger = await startLedger();
    const event = sesEvent("bounce");

    const recorded = await ledger.recordEvents(tenantId, [event, event]);

    expect(recorded.map(({ result }) => result)).toEqual(["stored", "duplicate"]);
  });

  it("takes the two styles of one bounce for one event", async () => {
    const ledger = await startLedger();
    await ledger.recordEvents(tenantId, parseEvents(legacySesJson("bounce")));

    const [recorded] = await ledger.recordEvents(tenantId, [sesEvent("bounce")]);

    expect(recorded?.result).toBe("duplicate");
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.events).toHaveLength(1);
    expect(outcome?.sentAt).toBe("2026-11-23T08:00:00.125Z");
  });

  it("ends in the same outcome in any order, any batches and with any repetitions", async () => {
    const ledger = await startLedger();
    const events = [
      sesEvent("send"),
      sesEvent("delivery"),
      ...parseEvents(legacySesJson("delivery")),
      openAt(0),
      openAt(30),
      sesEvent("click"),
      sesEvent("complaint"),
    ];
    const expected = events.map(({ type }) => type);
    await ledger.recordEvents("ten_in_order", events);
    const [inOrder] = await ledger.getMessageOutcomes("ten_in_order", fixtureMessageId);
    let run = 0;

    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 14, maxLength: 14 }),
        async (shuffled, sizes) => {
          const shuffledTenantId = `ten_${run++}`;
          for (const rest = [...shuffled]; rest.length > 0;)
            await ledger.recordEvents(shuffledTenantId, rest.splice(0, sizes.shift() ?? 5));
          const outcomes = await ledger.getMessageOutcomes(shuffledTenantId, fixtureMessageId);
          expect(outcomes).toEqual([inOrder]);
        },
      ),
      { numRuns: 15, seed: 20_261_123 },
    );
    expect(new Set(inOrder?.events.map(({ type }) => type))).toEqual(new Set(expected));
  });

  it("loses nothing when many writers meet at one outcome", async () => {
    const ledger = await startLedger();
    const opens = Array.from({ length: 8 }, (_, second) => openAt(second));

    const recorded = await Promise.all(opens.map((open) => ledger.recordEvents(tenantId, [open])));

    expect(recorded.flat().map(({ result }) => result)).toEqual(opens.map(() => "stored"));
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.opens.total).toBe(8);
  });

  it("counts an event once whose write timed out after it had happened", async () => {
    let timeouts = 1;
    const ledger = await startLedger({
      faults: (operation) => {
        if (operation === "PutItem:done" && timeouts-- > 0)
          throw new AwsError("InternalServerError", "The answer was lost.", { status: 500 });
      },
    });
    const first = await ledger.recordEvents(tenantId, [openAt(0)]);

    const again = await ledger.recordEvents(tenantId, [openAt(0)]);

    expect(first).toMatchObject([{ result: "failed", error: { code: "unavailable" } }]);
    expect(again.map(({ result }) => result)).toEqual(["duplicate"]);
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.opens.total).toBe(1);
  });

  it("says of which events the write was throttled, and stores the others", async () => {
    let puts = 0;
    const ledger = await startLedger({
      faults: (operation) => {
        if (operation === "PutItem" && puts++ === 0) throw throttled();
      },
    });
    const events = [sesEvent("send"), sesEvent("send", { "mail.messageId": "other-message" })];

    const recorded = await ledger.recordEvents(tenantId, events);

    expect(recorded.map(({ result }) => result).toSorted()).toEqual(["failed", "stored"]);
    expect(recorded.find(({ result }) => result === "failed")).toMatchObject({ error: { code: "unavailable" } });
  });

  it("says of which event DynamoDB will never take it, and why, and stores the others", async () => {
    let puts = 0;
    const ledger = await startLedger({
      faults: (operation) => {
        if (operation === "PutItem" && puts++ === 0)
          throw new AwsError("ValidationException", "Item size has exceeded the maximum allowed size");
      },
    });
    const events = [sesEvent("send"), sesEvent("send", { "mail.messageId": "other-message" })];

    const recorded = await ledger.recordEvents(tenantId, events);

    expect(recorded.map(({ result }) => result).toSorted()).toEqual(["failed", "stored"]);
    const error = { code: "unprocessable", message: expect.stringContaining("exceeded the maximum") as string };
    expect(recorded.find(({ result }) => result === "failed")).toMatchObject({ error });
  });

  it("stores the others of a batch when an outcome that is stored is damaged", async () => {
    const ledger = await startLedger();
    await ledger.recordEvents(tenantId, [sesEvent("send")]);
    const Key = { pk: `O#${tenantId}#${fixtureRecipient}`, sk: `M#${fixtureMessageId}` };
    await db.client.send(new UpdateCommand({ TableName: "Ledger", Key, UpdateExpression: "REMOVE body" }));

    const recorded = await ledger.recordEvents(tenantId, [
      sesEvent("open"),
      sesEvent("send", { "mail.messageId": "other-message" }),
    ]);

    expect(recorded).toMatchObject([
      {
        result: "failed",
        error: { code: "unprocessable", message: expect.stringContaining("cannot be read") as string },
      },
      { result: "stored" },
    ]);
  });

  it("reads again what a batch read left out", async () => {
    let elements = 0;
    const ledger = await startLedger({
      faults: (operation) => {
        if (operation === "BatchGetItem:element" && [1, 6].includes(elements++)) throw throttled();
      },
    });
    const destination = ["ada", "grace", "mary", "joan"].map((name) => `${name}@example.com`);
    const sends = parseEvents(sesJson("send", { "mail.destination": destination }));
    await ledger.recordEvents(tenantId, sends);

    const outcomes = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);

    expect(outcomes.map(({ recipient }) => recipient)).toEqual(destination.toSorted());
  });

  it("keeps the forty-first event and on as items of their own, and knows them again", async () => {
    const ledger = await startLedger();
    const opens = Array.from({ length: 120 }, (_, second) => openAt(second));
    await ledger.recordEvents(tenantId, [sesEvent("delivery"), ...opens.slice(60)]);
    await ledger.recordEvents(tenantId, opens.slice(0, 60));

    const again = await ledger.recordEvents(tenantId, opens);

    expect(new Set(again.map(({ result }) => result))).toEqual(new Set(["duplicate"]));
    const [outcome] = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    expect(outcome?.opens.total).toBe(120);
    expect(outcome?.events).toHaveLength(121);
    expect(outcome?.events.map(({ occurredAt }) => occurredAt)).toEqual(
      outcome?.events.map(({ occurredAt }) => occurredAt).toSorted(),
    );
  });

  it("drops an event of a message that is past its retention", async () => {
    const ledger = await startLedger({ clock: () => Date.parse("2027-12-29T08:00:00Z") });

    const [recorded] = await ledger.recordEvents(tenantId, [sesEvent("open")]);

    expect(recorded?.result).toBe("expired");
    expect(writes()).toBe(0);
  });

  it("lets all of a message expire 400 days after it was sent, in seconds", async () => {
    const ledger = await startLedger();
    await ledger.recordEvents(tenantId, [sesEvent("send")]);

    const { Item } = await db.service.execute(
      "GetItem",
      {
        TableName: "Ledger",
        Key: { pk: { S: `O#${tenantId}#${fixtureRecipient}` }, sk: { S: `M#${fixtureMessageId}` } },
      },
      { accountId: "111111111111", region: "us-east-1" },
    );

    expect(Item).toMatchObject({
      // 2026-11-23T08:00:00Z is 1795420800; 400 days are 34560000 seconds.
      expiresAtSeconds: { N: "1829980800" },
      gsi1pk: { S: expect.stringMatching(/^M#[0-9a-f]{32}$/) },
      gsi1sk: { S: "-" },
    });
  });

  it("shows a tenant nothing of another one's messages", async () => {
    const ledger = await startLedger();
    await ledger.recordEvents("ten_other", [sesEvent("send")]);

    const outcomes = await ledger.getMessageOutcomes(tenantId, fixtureMessageId);
    const page = await ledger.getRecipientOutcomes(tenantId, fixtureRecipient, { limit: 10 });

    expect(outcomes).toEqual([]);
    expect(page).toEqual({ outcomes: [] });
  });

  it("pages through the outcomes of an address, the last message ids first, past any further events", async () => {
    const ledger = await startLedger();
    const opens = Array.from({ length: 45 }, (_, second) => openAt(second));
    const others = ["0-first", "9-last"].map((messageId) => sesEvent("send", { "mail.messageId": messageId }));
    await ledger.recordEvents(tenantId, [...opens, ...others]);

    const first = await ledger.getRecipientOutcomes(tenantId, fixtureRecipient, { limit: 2 });
    const second = await ledger.getRecipientOutcomes(tenantId, fixtureRecipient, {
      limit: 2,
      position: first.position,
    });

    expect(first.outcomes.map(({ messageId }) => messageId)).toEqual(["9-last", fixtureMessageId]);
    expect(first.outcomes[1]).toMatchObject({ opens: { total: 45 }, overflowCount: 5 });
    expect(second.outcomes.map(({ messageId }) => messageId)).toEqual(["0-first"]);
    expect(second.position).toBeUndefined();
  });
});
