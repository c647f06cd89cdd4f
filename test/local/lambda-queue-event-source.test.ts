// SQS event source mappings: real queues, real bundles.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openLocalFunctions, queueArn, type LocalFunctions } from "../support/local-functions.ts";

const source = queueArn("work");
const owner = { accountId: "111111111111", arn: "arn:aws:iam::111111111111:root" };
const drainMs = 60_000;
const visibilitySeconds = 300;

let local: LocalFunctions;
// Time stands still, except for the functions: what is invisible stays so until a test lets the time pass.
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  local = await openLocalFunctions();
  await local.create("AWS::SQS::Queue", { QueueName: "work", VisibilityTimeout: visibilitySeconds }, "Work");
});
afterEach(async () => {
  vi.useRealTimers();
  await local.close();
});

const map = (properties: Record<string, unknown> = {}) =>
  local.create(
    "AWS::Lambda::EventSourceMapping",
    { FunctionName: "worker", EventSourceArn: source, ...properties },
    "Mapping",
  );
const send = (...bodies: string[]) =>
  Promise.all(bodies.map((body) => local.queues.send(source, body, { origin: owner })));
const createWorker = (code: string) => local.createFunction("worker", code);
/** Lets what was not handled come back, and waits until it has been handled. */
const passVisibility = async () => {
  await vi.advanceTimersByTimeAsync(visibilitySeconds * 1000);
  await local.functions.drain(drainMs);
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
    await expect.poll(() => local.told()).toEqual([{ bodies: ["a", "b", "c"] }]);
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
    const code = `const { existsSync } = await import("node:fs");
      export const handler = async ({ Records }) => {
        ${tellBodies};
        while (!existsSync(new URL("gate.mjs", import.meta.url))) await new Promise((done) => setTimeout(done, 10));
      };`;
    await createWorker(code);
    await send("a", "b", "c", "d", "e", "f");

    await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await expect.poll(() => local.told()).toHaveLength(2);
    const whileBothRun = local.queues.counts(source);
    local.writeBundle("gate", "");
    await local.functions.drain(drainMs);

    expect(whileBothRun).toMatchObject({ visible: 4, inFlight: 2 });
    expect(local.told()).toHaveLength(6);
    expect(isEmpty()).toBe(true);
  });

  test("brings back only the failed item of a batch, after the visibility timeout", async () => {
    const code = `export const handler = async ({ Records }) => {
      ${tellBodies};
      const bad = Records.filter(({ body, attributes }) => body === "b" && attributes.ApproximateReceiveCount === "1");
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`;
    await createWorker(code);
    await send("a", "b", "c");

    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await local.functions.drain(drainMs);
    const inTheMeantime = local.queues.counts(source);
    await passVisibility();

    expect(inTheMeantime).toMatchObject({ visible: 0, inFlight: 1 });
    expect(local.told()).toEqual([{ bodies: ["a", "b", "c"] }, { bodies: ["b"] }]);
    expect(isEmpty()).toBe(true);
  });

  test.each([
    ["that throws", `throw new Error("down")`],
    ["that names no item", `return { batchItemFailures: [{ itemIdentifier: null }] }`],
    ["that names an item of no batch", `return { batchItemFailures: [{ itemIdentifier: "other" }] }`],
    ["whose response has another shape", `return { batchItemFailures: "all" }`],
  ])("brings back the whole batch of a function %s", async (_, failing) => {
    const code = `export const handler = async ({ Records }) => {
      ${tellBodies}; if (Records[0].attributes.ApproximateReceiveCount === "1") { ${failing}; } };`;
    await createWorker(code);
    await send("a", "b");

    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await local.functions.drain(drainMs);
    await passVisibility();

    expect(local.told()).toEqual([{ bodies: ["a", "b"] }, { bodies: ["a", "b"] }]);
    expect(isEmpty()).toBe(true);
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
        VisibilityTimeout: visibilitySeconds,
        RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 },
      },
      "Work",
    );
    await createWorker(`export const handler = async () => { throw new Error("never"); };`);
    await send("poison");

    await map();
    await local.functions.drain(drainMs);
    await passVisibility();
    await passVisibility();

    const [dead] = await local.queues.receive(queueArn("dead"), 1);
    expect(dead?.body).toBe("poison");
  });

  test("needs a batching window for batches above ten, as in AWS", async () => {
    await createWorker("export const handler = async () => {};");

    const created = map({ BatchSize: 11 });

    await expect(created).rejects.toMatchObject({ code: "InvalidParameterValueException" });
  });

  test("needs a visibility timeout as long as the function's timeout, as in AWS", async () => {
    await local.createFunction("worker", "export const handler = async () => {};", { Timeout: 301 });

    const created = map();

    await expect(created).rejects.toThrow(
      "Queue visibility timeout: 300 seconds is less than Function timeout: 301 seconds",
    );
  });

  test("with a filter is refused by name", async () => {
    await createWorker("export const handler = async () => {};");

    const created = map({ FilterCriteria: { Filters: [] } });

    await expect(created).rejects.toThrow("AWS::Lambda::EventSourceMapping of a queue with FilterCriteria");
  });
});
