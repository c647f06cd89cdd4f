import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { projectStream, type WindowedStreamEvent } from "../../lambdas/projector/project-stream.ts";
import { project } from "../../lambdas/projector/project.ts";
import { AwsError } from "../../local/protocol.ts";
import { isOutcome } from "../../shared/store/ledger/change.ts";
import type { ProjectionBatch } from "../../shared/store/ledger/projection.ts";
import { nowMs, shardId, startProjectedLedger, tenantId, type ProjectedLedger } from "../support/projected-ledger.ts";
import { fixtureRecipient, sesEvent } from "../support/ses-events.ts";

let started: ProjectedLedger;
afterEach(() => started.stop());

async function startProjector(faults?: (operation: string) => void) {
  started = await startProjectedLedger(faults ? { faults } : {});
  const setAside: { body: string; reason: string }[] = [];
  const { ledger, suppressions } = started;
  const deadLetters = {
    setAside: async (body: string, { reason }: { reason: string }) => void setAside.push({ body, reason }),
  };
  return { run: project({ ledger, suppressions, deadLetters, count: () => undefined }), setAside };
}

const events = () => [sesEvent("send"), sesEvent("bounce"), sesEvent("complaint")];

/** The stream of these events, each stored by a write of its own. */
async function recordsOfEvents() {
  for (const event of events()) await started.ledger.recordEvents(tenantId, [event]);
  return started.takeRecords();
}

async function projected() {
  const [day] = await started.ledger.dailyCounts(tenantId, "2026-11-23", "2026-11-23");
  const { events: listed } = await started.ledger.listEvents(tenantId, {
    fromMs: Date.parse("2026-11-23"),
    toMs: Date.parse("2026-11-24"),
    limit: 100,
  });
  const suppressed = await started.suppressions.findSuppressions(tenantId, [fixtureRecipient]);
  return {
    counts: Object.fromEntries(Object.entries(day!.counts).filter(([, count]) => count > 0)),
    listed: listed.map(({ type }) => type),
    reasons: suppressed.get(fixtureRecipient)?.reasons.map(({ reason, since }) => [reason, since]),
  };
}

const whole = {
  counts: { send: 1, bounce: 1, complaint: 1 },
  listed: ["complaint", "bounce", "send"],
  reasons: [
    ["complaint", "2026-11-23T09:30:00.000Z"],
    ["bounce", "2026-11-23T08:00:02.500Z"],
  ],
};

describe("the projector", () => {
  it("makes list rows, counters and suppressions of a batch", async () => {
    const { run } = await startProjector();
    const records = await recordsOfEvents();

    await run({ shardId, records });

    expect(await projected()).toEqual(whole);
  });

  it("changes nothing when a batch comes again, halved or longer", async () => {
    const { run } = await startProjector();
    const records = await recordsOfEvents();

    await run({ shardId, records: records.slice(0, 2) });
    await run({ shardId, records: records.slice(0, 1) });
    await run({ shardId, records: records.slice(1) });
    await run({ shardId, records });

    expect(await projected()).toEqual(whole);
  });

  it("ends the same when a record that was applied comes after a later one", async () => {
    const { run } = await startProjector();
    const records = await recordsOfEvents();

    await run({ shardId, records });
    await run({ shardId, records: records.toReversed() });

    expect(await projected()).toEqual(whole);
  });

  it.each(["BatchWriteItem", "UpdateItem", "TransactWriteItems", "GetItem", "TransactWriteItems:done"])(
    "asks for the batch again when %s is throttled, and then counts it once",
    async (failing) => {
      let failures = 1;
      const { run } = await startProjector((operation) => {
        if (operation === failing && failures-- > 0) throw new AwsError("ThrottlingException", "Rate exceeded.");
      });
      const records = await recordsOfEvents();

      await expect(run({ shardId, records })).rejects.toMatchObject({ code: "unavailable" });
      await run({ shardId, records });

      expect(await projected()).toEqual(whole);
    },
  );

  it("sets aside a record that cannot be read, with its reason and keys, and goes on", async () => {
    const { run, setAside } = await startProjector();
    const records = await recordsOfEvents();
    const poisoned = {
      eventName: "INSERT",
      dynamodb: {
        SequenceNumber: "100000000000000000000",
        Keys: { pk: { S: `O#${tenantId}#grace@example.com` }, sk: { S: "M#broken" } },
        NewImage: { pk: { S: `O#${tenantId}#grace@example.com` }, sk: { S: "M#broken" } },
      },
    };

    await run({ shardId, records: [poisoned, ...records] });

    expect(setAside).toMatchObject([
      { body: expect.stringContaining("M#broken"), reason: expect.stringContaining("no version") },
    ]);
    expect(await projected()).toEqual(whole);
  });

  it.each([
    [
      "a value that DynamoDB does not take",
      new DynamoDBServiceException({
        name: "ValidationException",
        $fault: "client",
        message: "too large",
        $metadata: {},
      }),
    ],
    ["a value that no code of ours expects", new RangeError("Invalid time value")],
  ])("sets aside the one record of a batch that can never be written, with %s, and goes on", async (_what, error) => {
    await startProjector();
    const setAside: { body: string; reason: string }[] = [];
    const records = await recordsOfEvents();
    await started.ledger.recordEvents(tenantId, [sesEvent("send", { "mail.messageId": "poison" })]);
    const poisoned = started.takeRecords();
    const applied: number[] = [];
    const ledger = {
      applyProjection: async (batch: ProjectionBatch) => {
        if (batch.changes.some(({ next }) => next && isOutcome(next) && next.outcome.messageId === "poison"))
          throw error;
        applied.push(batch.changes.length);
        return started.ledger.applyProjection(batch);
      },
    };
    const { suppressions } = started;
    const deadLetters = {
      setAside: async (body: string, { reason }: { reason: string }) => void setAside.push({ body, reason }),
    };
    const counted: unknown[] = [];
    const run = project({ ledger, suppressions, deadLetters, count: (metric) => void counted.push(metric) });

    await run({ shardId, records: [...records.slice(0, 2), ...poisoned, ...records.slice(2)] });

    expect(setAside).toEqual([{ body: expect.stringContaining("M#poison") as string, reason: error.message }]);
    expect(counted).toEqual(["deadLettered"]);
    expect(applied).toEqual([2, 1]);
    expect(await projected()).toEqual(whole);
  });

  it("sets nothing aside for what makes every batch fail: the rights of a deployment, the database", async () => {
    await startProjector();
    const refused = Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    const ledger = { applyProjection: async () => Promise.reject(refused) };
    const setAside = async (body: string) => Promise.reject(new Error(body));
    const { suppressions } = started;
    const run = project({ ledger, suppressions, deadLetters: { setAside }, count: () => undefined });
    const records = await recordsOfEvents();

    await expect(run({ shardId, records })).rejects.toBe(refused);
  });

  it("asks for the batch again when a poisoned record cannot be set aside", async () => {
    await startProjector();
    const setAside = async () => Promise.reject(new Error("The queue cannot be reached."));
    const { ledger, suppressions } = started;
    const run = project({ ledger, suppressions, deadLetters: { setAside }, count: () => undefined });

    const answer = run({ shardId, records: [{ eventName: "INSERT", dynamodb: {} }] });

    await expect(answer).rejects.toThrow("cannot be reached");
  });
});

describe("the projector as Lambda calls it", () => {
  it("projects the batch of a shard, counts how old it is, and answers with a state", async () => {
    started = await startProjectedLedger();
    const { ledger, suppressions } = started;
    const counted: unknown[] = [];
    const run = projectStream({
      ledger,
      suppressions,
      deadLetters: { setAside: async (body) => Promise.reject(new Error(body)) },
      clock: () => nowMs + 2500,
      count: (...metric) => void counted.push(metric),
    });
    const event = { Records: await recordsOfEvents(), shardId } as WindowedStreamEvent;

    const answer = await run(event);
    const final = await run({ Records: [], shardId });

    expect(await projected()).toEqual(whole);
    expect([answer, final]).toEqual([
      { batchItemFailures: [], state: {} },
      { batchItemFailures: [], state: {} },
    ]);
    expect(counted).toEqual([["projectorLag", 2500]]);
  });

  it("refuses a batch of an unnamed shard, whose place it could not know", async () => {
    started = await startProjectedLedger();
    const { ledger, suppressions } = started;
    const setAside = async () => {};
    const run = projectStream({
      ledger,
      suppressions,
      deadLetters: { setAside },
      clock: () => nowMs,
      count: () => undefined,
    });

    await expect(run({ Records: [] })).rejects.toThrow("tumbling window");
  });
});
