// Event source mappings of table streams: real bundles, an in-memory stream that keeps what is not acknowledged.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StreamRecord } from "../../local/dynamodb/stream-record.ts";
import { openLocalFunctions, queueArn, type LocalFunctions } from "../support/local-functions.ts";

const streamArn = "arn:aws:dynamodb:us-east-1:111111111111:table/Ledger/stream/2026-11-23T00:00:00.000";
const nowMs = Date.UTC(2026, 10, 23, 12, 0, 10);
const drainMs = 60_000;

const sequence = (index: number) => String(index).padStart(21, "0");

const record = (index: number): StreamRecord => ({
  eventID: `event-${index}`,
  eventName: "INSERT",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-1",
  eventSourceARN: streamArn,
  dynamodb: {
    ApproximateCreationDateTime: Date.UTC(2026, 10, 23, 12, 0, index) / 1000,
    Keys: { pk: { S: `item-${index}` } },
    SequenceNumber: sequence(index),
    SizeBytes: 10,
    StreamViewType: "NEW_AND_OLD_IMAGES",
  },
});

let local: LocalFunctions;
beforeEach(async () => {
  local = await openLocalFunctions({ clock: () => nowMs });
});
afterEach(() => local.close());

const map = (properties: Record<string, unknown> = {}) =>
  local.create(
    "AWS::Lambda::EventSourceMapping",
    { FunctionName: "projector", EventSourceArn: streamArn, StartingPosition: "TRIM_HORIZON", ...properties },
    "Mapping",
  );
/** Tells the numbers of the records of each call, then runs `code`, which knows them as `numbers`. */
const createProjector = (code = "") =>
  local.createFunction(
    "projector",
    `let calls = 0; export const handler = async ({ Records }) => {
      const numbers = Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));
      console.log(JSON.stringify({ numbers })); calls += 1; ${code} };`,
  );
const toldNumbers = () => (local.told() as { numbers: number[] }[]).map(({ numbers }) => numbers);
const reporting = { FunctionResponseTypes: ["ReportBatchItemFailures"] };

describe("a stream event source", () => {
  test("hands over records as they are, in order, in batches one at a time", async () => {
    await createProjector("await new Promise((done) => setTimeout(done, 20));");
    local.stream.write(record(1), record(2), record(3));

    await map({ BatchSize: 2 });
    local.stream.write(record(4));
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(local.stream.acknowledged).toBe(sequence(4));
  });

  test("gathers records for as long as the batching window, unless the batch is full", async () => {
    await createProjector();

    await map({ BatchSize: 2, MaximumBatchingWindowInSeconds: 300 });
    local.stream.write(record(1));
    local.stream.write(record(2));
    await expect.poll(() => toldNumbers()).toEqual([[1, 2]]);
  });

  test("calls for the records alone that a filter lets pass, and is done with the others", async () => {
    await createProjector();
    const patterns = ["item-2", "item-3"].map((prefix) => ({ dynamodb: { Keys: { pk: { S: [{ prefix }] } } } }));
    local.stream.write(record(1), record(2), record(3), record(4));

    await map({ FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) } });
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[2, 3]]);
    expect(local.stream.acknowledged).toBe(sequence(4));
  });

  test("repeats a failed batch before anything that follows", async () => {
    await createProjector(`if (calls === 1) throw new Error("down");`);
    local.stream.write(record(1));

    await map();
    await expect.poll(() => toldNumbers()).toHaveLength(1);
    local.stream.write(record(2));
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1], [1], [2]]);
  });

  test("goes on from the lowest sequence number that was reported as failed", async () => {
    await createProjector(`if (calls === 1) return { batchItemFailures: [3, 2].map((number) =>
      ({ itemIdentifier: Records[number - 1].dynamodb.SequenceNumber })) };`);
    local.stream.write(record(1), record(2), record(3));

    await map(reporting);
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  test("takes a report that it cannot read for a failure of the whole batch", async () => {
    await createProjector(`if (calls === 1) return { batchItemFailures: [{ itemIdentifier: "" }] };`);
    local.stream.write(record(1), record(2));

    await map(reporting);
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("halves a failing batch until the bad record is alone, and gives up only that one", async () => {
    await local.create("AWS::SQS::Queue", { QueueName: "lost" }, "Lost");
    await createProjector(`if (numbers.includes(3)) throw new Error("poison");`);
    local.stream.write(record(1), record(2), record(3), record(4));

    await map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: queueArn("lost") } },
    });
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]);
    const [lost] = await local.queues.receive(queueArn("lost"), 1);
    expect(JSON.parse(lost?.body ?? "")).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: "arn:aws:lambda:us-east-1:111111111111:function:projector",
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: "2026-11-23T12:00:10.000Z",
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-z]{8}$/),
        startSequenceNumber: sequence(3),
        endSequenceNumber: sequence(3),
        approximateArrivalOfFirstRecord: "2026-11-23T12:00:03Z",
        approximateArrivalOfLastRecord: "2026-11-23T12:00:03Z",
        batchSize: 1,
        streamArn,
      },
    });
    expect(local.stream.acknowledged).toBe(sequence(4));
  });

  test("gives up a batch after its retries, and goes on", async () => {
    await createProjector(`if (numbers.includes(1)) throw new Error("poison");`);
    local.stream.write(record(1), record(2));

    await map({ BatchSize: 1, MaximumRetryAttempts: 2 });
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1], [1], [1], [2]]);
  });

  test("counts the retries of each record that holds up the batch", async () => {
    await createProjector(`globalThis.failures ??= { 1: 2, 2: 2 };
      const bad = Records[numbers.findIndex((number) => globalThis.failures[number]-- > 0)];
      return { batchItemFailures: bad ? [{ itemIdentifier: bad.dynamodb.SequenceNumber }] : [] };`);
    local.stream.write(record(1), record(2));

    await map({ ...reporting, MaximumRetryAttempts: 2 });
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1, 2], [1, 2], [1, 2], [2], [2]]);
  });

  test("gives up records above the maximum age without a call", async () => {
    await createProjector();
    local.stream.write(record(-90), record(1));

    await map({ MaximumRecordAgeInSeconds: 60 });
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1]]);
  });

  test("repeats a batch whose worker was killed", async () => {
    await createProjector(`const { existsSync, writeFileSync } = await import("node:fs");
      const mark = new URL("was-called", import.meta.url);
      if (!existsSync(mark)) { writeFileSync(mark, ""); await new Promise(() => {}); }`);
    local.stream.write(record(1));

    await map();
    await expect.poll(() => toldNumbers()).toHaveLength(1);
    await local.functions.killRunning("arn:aws:lambda:us-east-1:111111111111:function:projector");
    await local.functions.drain(drainMs);

    expect(toldNumbers()).toEqual([[1], [1]]);
    expect(local.stream.acknowledged).toBe(sequence(1));
  });

  test("leaves what it has not handled to its next start", async () => {
    await createProjector(`if (calls === 1) throw new Error("down");`);
    local.stream.write(record(1), record(2));

    await map({ BatchSize: 1 });
    const drained = await local.functions.drain(0);
    await map({ BatchSize: 1 });
    await local.functions.drain(drainMs);

    expect(drained).toBe(false);
    // Not as the last: a call of the mapping before may still be under way, and tells when it is heard.
    expect(toldNumbers()).toContainEqual([2]);
    expect(local.stream.acknowledged).toBe(sequence(2));
  });

  test.each([
    ["without a starting position", { StartingPosition: undefined }, "StartingPosition is required"],
    ["with parallel batches of a shard", { ParallelizationFactor: 2 }, "ParallelizationFactor"],
    ["with a filter", { FilterCriteria: {} }, "FilterCriteria"],
  ])("%s is refused by name", async (_, properties, message) => {
    await createProjector();

    const created = map(properties);

    await expect(created).rejects.toThrow(message);
  });
});
