// SQS event source mappings: real queues, real bundles.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openLocalFunctions, queueArn, type LocalFunctions } from "../support/local-functions.ts";

const source = queueArn("work");
const owner = { accountId: "111111111111", arn: "arn:aws:iam::111111111111:root" };
const drainMs = 60_000;

let local: LocalFunctions;
beforeEach(async () => {
  local = await openLocalFunctions();
  await local.create("AWS::SQS::Queue", { QueueName: "work", VisibilityTimeout: 30 }, "Work");
});
afterEach(() => local.close());

const map = (properties: Record<string, unknown> = {}) =>
  local.create(
    "AWS::Lambda::EventSourceMapping",
    { FunctionName: "worker", EventSourceArn: source, ...properties },
    "Mapping",
  );
const send = (...bodies: string[]) =>
  Promise.all(bodies.map((body) => local.queues.send(source, body, { origin: owner })));
/** AWS wants a queue's messages to stay invisible for as long as a call may take, here a second. */
const createWorker = (code: string) => local.createFunction("worker", code, { Timeout: 1 });
/** A worker that is ready, so that its start takes nothing from the second until messages come back. */
const createReadyWorker = async (code: string) => {
  await local.create("AWS::SQS::Queue", { QueueName: "work", VisibilityTimeout: 1 }, "Work");
  const functionArn = await createWorker(code);
  await local.functions.invoke(functionArn, { Records: [] }).catch(() => undefined);
  local.log.length = 0;
};
const tellBodies = `console.log(JSON.stringify({ bodies: Records.map(({ body }) => body) }))`;
const isEmpty = () => {
  const { visible, inFlight } = local.queues.counts(source);
  return visible + inFlight === 0;
};

describe("an SQS event source", () => {
  test("hands over records in AWS's form and deletes what was handled", async () => {
    await createWorker("export const handler = async (event) => { console.log(JSON.stringify(event)) };");
    const { messageId } = await local.queues.send(source, "hello", {
      origin: owner,
      attributes: { kind: { DataType: "String", StringValue: "greeting" } },
    });

    await map();
    const drained = await local.functions.drain(drainMs);

    expect(drained).toBe(true);
    expect(local.told()).toEqual([
      {
        Records: [
          {
            messageId,
            receiptHandle: expect.any(String),
            body: "hello",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: "111111111111",
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            },
            messageAttributes: {
              kind: { stringValue: "greeting", stringListValues: [], binaryListValues: [], dataType: "String" },
            },
            // md5sum of "hello"
            md5OfBody: "5d41402abc4b2a76b9719d911017c592",
            eventSource: "aws:sqs",
            eventSourceARN: "arn:aws:sqs:us-east-1:111111111111:work",
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(isEmpty()).toBe(true);
  });

  test("cuts what is waiting into batches of the batch size", async () => {
    await createWorker(`export const handler = async ({ Records }) => { ${tellBodies} };`);
    await send("a", "b", "c", "d", "e");

    await map({ BatchSize: 2 });
    await local.functions.drain(drainMs);

    const sizes = (local.told() as { bodies: string[] }[]).map(({ bodies }) => bodies.length);
    expect(sizes.toSorted((one, other) => one - other)).toEqual([1, 2, 2]);
  });

  test("gathers messages that come one by one for as long as the batching window", async () => {
    await createWorker(`export const handler = async ({ Records }) => { ${tellBodies} };`);

    await map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 300 });
    for (const body of ["a", "b", "c"]) await send(body);
    await vi.waitFor(() => expect(local.told()).toHaveLength(1), { timeout: drainMs });

    expect(local.told()).toEqual([{ bodies: ["a", "b", "c"] }]);
  });

  test("is flushed by a drain before its batching window ends", async () => {
    await createWorker(`export const handler = async ({ Records }) => { ${tellBodies} };`);
    await send("a");

    await map({ MaximumBatchingWindowInSeconds: 300 });
    const drained = await local.functions.drain(drainMs);

    expect(drained).toBe(true);
    expect(local.told()).toEqual([{ bodies: ["a"] }]);
  });

  test("runs no more calls at once than its maximum concurrency", async () => {
    const code = `const { writeFileSync, readdirSync, rmSync } = await import("node:fs");
      export const handler = async (_, { awsRequestId }) => {
        const mine = new URL(awsRequestId + ".running", import.meta.url);
        writeFileSync(mine, "");
        await new Promise((done) => setTimeout(done, 50));
        const running = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".running")).length;
        console.log(JSON.stringify({ running }));
        rmSync(mine);
      };`;
    await createWorker(code);
    await send("a", "b", "c", "d", "e", "f");

    await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await local.functions.drain(drainMs);

    const counts = (local.told() as { running: number }[]).map(({ running }) => running);
    expect(counts).toHaveLength(6);
    expect(Math.max(...counts)).toBe(2);
  });

  test("brings back only the failed item of a batch, after the visibility timeout", async () => {
    const code = `export const handler = async ({ Records }) => {
      ${tellBodies};
      const bad = Records.filter(({ body, attributes }) => body === "b" && attributes.ApproximateReceiveCount === "1");
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`;
    await createReadyWorker(code);
    await send("a", "b", "c");

    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await vi.waitFor(() => expect(isEmpty()).toBe(true), { timeout: drainMs });

    expect(local.told()).toEqual([{ bodies: ["a", "b", "c"] }, { bodies: ["b"] }]);
  });

  test.each([
    ["that throws", `throw new Error("down")`],
    ["that names no item", `return { batchItemFailures: [{ itemIdentifier: null }] }`],
    ["that names an item of no batch", `return { batchItemFailures: [{ itemIdentifier: "other" }] }`],
    ["whose response has another shape", `return { batchItemFailures: "all" }`],
  ])("brings back the whole batch of a function %s", async (_, failing) => {
    const code = `export const handler = async ({ Records }) => {
      ${tellBodies}; if (Records[0].attributes.ApproximateReceiveCount === "1") { ${failing}; } };`;
    await createReadyWorker(code);
    await send("a", "b");

    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await vi.waitFor(() => expect(isEmpty()).toBe(true), { timeout: drainMs });

    // What comes back may come apart.
    const [first, ...again] = local.told() as { bodies: string[] }[];
    expect(first?.bodies).toEqual(["a", "b"]);
    expect(again.flatMap(({ bodies }) => bodies).toSorted()).toEqual(["a", "b"]);
  });

  test.each([["{ batchItemFailures: [] }"], ["{ batchItemFailures: null }"], ["{}"], ["null"], ["undefined"]])(
    "takes the response %s for success",
    async (response) => {
      await createWorker(`export const handler = async () => (${response});`);
      await send("a");

      await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
      await local.functions.drain(drainMs);

      expect(isEmpty()).toBe(true);
    },
  );

  test("leaves a message that always fails to the dead-letter queue", async () => {
    await local.create("AWS::SQS::Queue", { QueueName: "dead" }, "Dead");
    await local.create(
      "AWS::SQS::Queue",
      {
        QueueName: "work",
        VisibilityTimeout: 1,
        RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 },
      },
      "Work",
    );
    await createWorker(`export const handler = async () => { throw new Error("never"); };`);
    await send("poison");

    await map();
    await vi.waitFor(() => expect(local.queues.counts(queueArn("dead")).visible).toBe(1), { timeout: drainMs });

    const [dead] = await local.queues.receive(queueArn("dead"), 1);
    expect(dead?.body).toBe("poison");
  });

  test("needs a batching window for batches above ten, as in AWS", async () => {
    await createWorker("export const handler = async () => {};");

    const created = map({ BatchSize: 11 });

    await expect(created).rejects.toMatchObject({ code: "InvalidParameterValueException" });
  });

  test("needs a visibility timeout as long as the function's timeout, as in AWS", async () => {
    await local.createFunction("worker", "export const handler = async () => {};", { Timeout: 31 });

    const created = map();

    await expect(created).rejects.toThrow(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
    );
  });

  test("with a filter is refused by name", async () => {
    await createWorker("export const handler = async () => {};");

    const created = map({ FilterCriteria: { Filters: [] } });

    await expect(created).rejects.toThrow("AWS::Lambda::EventSourceMapping of a queue with FilterCriteria");
  });
});
