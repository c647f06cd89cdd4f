import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createQueues, type Queues } from "../../local/sqs/queues.ts";
import { openState, type StateFolder } from "../../local/state.ts";
import { contextOf, customerId, manualClock, operatorId, queueArn, region } from "./eventbridge-setup.ts";

const startMs = Date.UTC(2026, 10, 23, 8);
const work = queueArn("work");
const dead = queueArn("dead");
const owner = { origin: { accountId: operatorId, arn: `arn:aws:iam::${operatorId}:user/admin` } };

function setUp(clock: () => number, state: StateFolder = openState()) {
  const queues = createQueues({ clock, state, endpointUrl: () => "http://127.0.0.1:4566" });
  return { queues, state, declare: declareOn(queues) };
}

const declareOn =
  (queues: Queues) =>
  async (name: string, properties: Record<string, unknown> = {}) =>
    queues.providers["AWS::SQS::Queue"]?.create(
      { QueueName: name, ...properties },
      contextOf(operatorId, name, "AWS::SQS::Queue"),
    );

const bodiesOf = async (queues: Queues, arn: string) => (await queues.receive(arn, 10)).map(({ body }) => body);

describe("a queue", () => {
  test("hides a received message until its visibility timeout is over", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { VisibilityTimeout: 30 });
    await queues.send(work, "one", owner);
    const [first] = await queues.receive(work, 1);

    clock.advanceSeconds(29);
    const early = await queues.receive(work, 1);
    clock.advanceSeconds(1);
    const [second] = await queues.receive(work, 1);

    expect(first?.attributes["ApproximateReceiveCount"]).toBe("1");
    expect(early).toEqual([]);
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.attributes["ApproximateReceiveCount"]).toBe("2");
    expect(second?.attributes["ApproximateFirstReceiveTimestamp"]).toBe(String(startMs));
  });

  test("deletes by the newest receipt handle only, and says nothing about an older one", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { VisibilityTimeout: 1 });
    await queues.send(work, "one", owner);
    const [first] = await queues.receive(work, 1);
    clock.advanceSeconds(1);
    const [second] = await queues.receive(work, 1);

    await queues.deleteMessages(work, [first?.receiptHandle ?? ""]);
    const afterStale = queues.counts(work).inFlight;
    await queues.deleteMessages(work, [second?.receiptHandle ?? ""]);

    expect(afterStale).toBe(1);
    expect(queues.counts(work)).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    await expect(queues.deleteMessages(work, ["made-up"])).rejects.toMatchObject({ code: "ReceiptHandleIsInvalid" });
  });

  test("makes a message visible at once, or later, when its visibility is changed", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { VisibilityTimeout: 30 });
    await queues.send(work, "one", owner);
    const [first] = await queues.receive(work, 1);

    await queues.changeVisibility(work, first?.receiptHandle ?? "", 0);
    const [again] = await queues.receive(work, 1);
    await queues.changeVisibility(work, again?.receiptHandle ?? "", 100);
    clock.advanceSeconds(99);

    expect(again?.body).toBe("one");
    expect(queues.counts(work)).toEqual({ visible: 0, delayed: 0, inFlight: 1 });
    await expect(queues.changeVisibility(work, first?.receiptHandle ?? "", 0)).rejects.toMatchObject({
      code: "MessageNotInflight",
    });
  });

  test("delays messages, by its own delay or the message's", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { DelaySeconds: 5 });
    await queues.send(work, "queue's delay", owner);
    await queues.send(work, "own delay", { ...owner, delaySeconds: 60 });

    const delayed = queues.counts(work);
    clock.advanceSeconds(5);

    expect(delayed).toEqual({ visible: 0, delayed: 2, inFlight: 0 });
    expect(await bodiesOf(queues, work)).toEqual(["queue's delay"]);
  });

  test("forgets messages after its retention period", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { MessageRetentionPeriod: "60" });
    await queues.send(work, "old", owner);

    clock.advanceSeconds(60);
    await queues.send(work, "new", owner);

    expect(await bodiesOf(queues, work)).toEqual(["new"]);
  });

  test("moves a message received maxReceiveCount times to the dead-letter queue, with its id and age", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("dead");
    await declare("work", { VisibilityTimeout: 1, RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 } });
    const { messageId } = await queues.send(work, "poison", owner);
    for (const _ of [1, 2]) {
      await queues.receive(work, 1);
      clock.advanceSeconds(1);
    }

    const third = await queues.receive(work, 1);
    const [buried] = await queues.receive(dead, 1);

    expect(third).toEqual([]);
    expect(buried).toMatchObject({ messageId, body: "poison" });
    expect(buried?.attributes).toMatchObject({ SentTimestamp: String(startMs), DeadLetterQueueSourceArn: work });
  });

  test("keeps its messages, their counts and its handles over a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sqs-"));
    const clock = manualClock(startMs);
    const before = setUp(clock.now, openState(folder));
    await before.declare("work", { VisibilityTimeout: 30 });
    await before.queues.send(work, "taken", owner);
    const [taken] = await before.queues.receive(work, 1);
    await before.queues.send(work, "waiting", owner);
    await before.queues.stop();
    before.state.flush();

    const after = setUp(clock.now, openState(folder));
    await after.declare("work", { VisibilityTimeout: 30 });
    const bodies = await bodiesOf(after.queues, work);
    await after.queues.deleteMessages(work, [taken?.receiptHandle ?? ""]);

    expect(bodies).toEqual(["waiting"]);
    expect(after.queues.counts(work)).toEqual({ visible: 0, delayed: 0, inFlight: 1 });
    await after.queues.stop();
    after.state.flush();
    rmSync(folder, { recursive: true });
  });

  test("that is deleted has no messages when it is made again, not even those of an earlier run", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sqs-"));
    const before = setUp(() => startMs, openState(folder));
    const created = await before.declare("work");
    await before.queues.send(work, "old", owner);
    await before.queues.stop();
    before.state.flush();

    const after = setUp(() => startMs, openState(folder));
    const provider = after.queues.providers["AWS::SQS::Queue"];
    if (created) await provider?.delete?.(created, contextOf(operatorId, "work", "AWS::SQS::Queue"));
    await after.declare("work");

    expect(await bodiesOf(after.queues, work)).toEqual([]);
    await after.queues.stop();
    after.state.flush();
    rmSync(folder, { recursive: true });
  });

  test("a fault that is injected fails the operation", async () => {
    const queues = createQueues({
      clock: () => startMs,
      state: openState(),
      endpointUrl: () => "http://127.0.0.1:4566",
      faults: (operation) => {
        if (operation === "SendMessage") throw new Error("injected");
      },
    });
    await declareOn(queues)("work");

    await expect(queues.send(work, "one", owner)).rejects.toThrow("injected");
    expect(await queues.receive(work, 1)).toEqual([]);
  });
});

describe("a consumer", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: startMs, toFake: ["setTimeout", "clearTimeout", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is called when a message is sent, comes back, or has waited its delay, and not after it unsubscribed", async () => {
    const { queues, declare } = setUp(Date.now);
    await declare("work", { VisibilityTimeout: 30 });
    let calls = 0;
    const unsubscribe = queues.onMessage(work, () => {
      calls += 1;
    });

    await queues.send(work, "one", owner);
    await Promise.resolve();
    const afterSend = calls;
    await queues.receive(work, 1);
    await vi.advanceTimersByTimeAsync(30_000);
    const afterTimeout = calls;
    await queues.receive(work, 1);
    await queues.send(work, "two", { ...owner, delaySeconds: 10 });
    await vi.advanceTimersByTimeAsync(10_000);
    const afterDelay = calls;
    unsubscribe();
    await queues.send(work, "three", owner);
    await Promise.resolve();

    expect([afterSend, afterTimeout, afterDelay, calls]).toEqual([1, 2, 3, 3]);
    await queues.stop();
  });

  test("is called for what was there before it came", async () => {
    const { queues, declare } = setUp(Date.now);
    await declare("work");
    await queues.send(work, "one", owner);
    const listener = vi.fn<() => void>();

    queues.onMessage(work, listener);
    await Promise.resolve();

    expect(listener).toHaveBeenCalledOnce();
    await queues.stop();
  });
});

describe("a template's queue", () => {
  test("has the address, ARN and name that AWS gives", async () => {
    const { declare } = setUp(() => startMs);

    const created = await declare("work");

    expect(created).toEqual({
      ref: `http://127.0.0.1:4566/${operatorId}/work`,
      attributes: { Arn: work, QueueName: "work", QueueUrl: `http://127.0.0.1:4566/${operatorId}/work` },
    });
  });

  test("takes new settings at a redeployment and keeps its messages", async () => {
    const clock = manualClock(startMs);
    const { queues, declare } = setUp(clock.now);
    await declare("work", { VisibilityTimeout: 30 });
    await queues.send(work, "one", owner);

    await declare("work", { VisibilityTimeout: 5 });
    await queues.receive(work, 1);
    clock.advanceSeconds(5);

    expect(await bodiesOf(queues, work)).toEqual(["one"]);
  });

  test.each([
    ["FIFO", { FifoQueue: true }, "NotImplemented", "FIFO queues (work)"],
    [
      "a property that is not known",
      { ContentBasedDeduplication: true },
      "NotImplemented",
      "ContentBasedDeduplication",
    ],
    [
      "a visibility timeout above 12 hours",
      { VisibilityTimeout: 43_201 },
      "InvalidParameterValue",
      "VisibilityTimeout",
    ],
    [
      "a dead-letter queue that is not there",
      { RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 3 } },
      "InvalidParameterValue",
      "does not exist",
    ],
  ])("is refused by name: %s", async (_case, properties, code, message) => {
    const { declare } = setUp(() => startMs);

    const declaring = declare("work", properties);

    await expect(declaring).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test.each([
    ["denyAll", { redrivePermission: "denyAll" }, false],
    ["byQueue, another", { redrivePermission: "byQueue", sourceQueueArns: [queueArn("other")] }, false],
    ["byQueue, this one", { redrivePermission: "byQueue", sourceQueueArns: [work] }, true],
    ["allowAll", { redrivePermission: "allowAll" }, true],
  ])(
    "may use a dead-letter queue as its RedriveAllowPolicy says: %s",
    async (_case, RedriveAllowPolicy, isAdmitted) => {
      const { declare } = setUp(() => startMs);
      await declare("dead", { RedriveAllowPolicy });

      const declaring = declare("work", { RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 3 } });
      const outcome = await declaring.then(
        () => "made",
        (error: Error) => error.message,
      );

      expect(outcome).toContain(isAdmitted ? "made" : "does not allow this source queue");
    },
  );
});

describe("a queue policy", () => {
  const ruleArn = `arn:aws:events:${region}:${operatorId}:rule/sesami/all`;
  const fromRule = { origin: { service: "events.amazonaws.com", sourceArn: ruleArn } };
  const fromCustomer = { origin: { accountId: customerId, arn: `arn:aws:iam::${customerId}:role/app` } };
  const enforceSsl = {
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "sqs:*",
    Resource: work,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const allowRule = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: work,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  };

  async function withPolicy(...Statement: unknown[]) {
    const { queues, declare } = setUp(() => startMs);
    const created = await declare("work");
    await queues.providers["AWS::SQS::QueuePolicy"]?.create(
      { Queues: [created?.ref], PolicyDocument: { Version: "2012-10-17", Statement } },
      contextOf(operatorId, "Policy", "AWS::SQS::QueuePolicy"),
    );
    return queues;
  }

  test("keeps services out where there is none", async () => {
    const { queues, declare } = setUp(() => startMs);
    await declare("work");

    await expect(queues.send(work, "x", fromRule)).rejects.toMatchObject({ code: "AccessDeniedException" });
  });

  test("admits the rule that it names and no other", async () => {
    const queues = await withPolicy(enforceSsl, allowRule);
    const other = { origin: { ...fromRule.origin, sourceArn: `${ruleArn}-other` } };

    await queues.send(work, "x", fromRule);

    await expect(queues.send(work, "y", other)).rejects.toMatchObject({ code: "AccessDeniedException" });
    expect(await bodiesOf(queues, work)).toEqual(["x"]);
  });

  test("is what another account needs and the owner does not", async () => {
    const closed = await withPolicy(enforceSsl);
    const open = await withPolicy({
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${customerId}:root` },
      Action: "sqs:SendMessage",
      Resource: work,
    });

    await expect(closed.send(work, "x", fromCustomer)).rejects.toMatchObject({ status: 403 });
    await closed.send(work, "mine", owner);
    await open.send(work, "theirs", fromCustomer);

    expect(await bodiesOf(closed, work)).toEqual(["mine"]);
    expect(await bodiesOf(open, work)).toEqual(["theirs"]);
  });

  test("denies even the owner when it says so", async () => {
    const queues = await withPolicy({ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: work });

    await expect(queues.send(work, "x", owner)).rejects.toThrow("explicit deny");
  });
});
