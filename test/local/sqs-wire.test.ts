import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { customerId, operatorId, queueArn, startCloud, type TestCloud } from "./eventbridge-setup.ts";

describe("the SQS client of the AWS SDK", () => {
  let cloud: TestCloud;
  let QueueUrl: string;

  beforeEach(async () => {
    cloud = await startCloud();
    QueueUrl = (await cloud.declare("AWS::SQS::Queue", "Work", { QueueName: "work", VisibilityTimeout: 60 })).ref;
  });
  afterEach(async () => {
    await cloud.close();
  });

  test("sends, receives and deletes a message with attributes, checking every MD5", async () => {
    const sqs = cloud.sqs();
    const MessageAttributes = {
      reason: { DataType: "String", StringValue: "Grüße" },
      attempts: { DataType: "Number", StringValue: "3" },
      raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    };

    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "Grüße", MessageAttributes }));
    const received = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }),
    );
    const message = received.Messages?.[0];
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));

    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: "Grüße", MessageAttributes });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: "1", SenderId: operatorId });
    expect(cloud.queues.counts(queueArn("work"))).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test("gets the MD5 of attributes as AWS documents its bytes: name, type, 1 for text or 2 for binary, value", async () => {
    const part = (bytes: string | Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), Buffer.from(bytes)]);
    const text = [part("A"), part("String"), Buffer.from([1]), part("x")];
    const binary = [part("B"), part("Binary"), Buffer.from([2]), part(Buffer.from([0, 255]))];

    const sent = await cloud.sqs().send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "b",
        MessageAttributes: {
          B: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
          A: { DataType: "String", StringValue: "x" },
        },
      }),
    );

    expect(sent.MD5OfMessageAttributes).toBe(
      createHash("md5")
        .update(Buffer.concat([...text, ...binary]))
        .digest("hex"),
    );
  });

  test("gives only the attributes that were asked for", async () => {
    const sqs = cloud.sqs();
    const attribute = { DataType: "String", StringValue: "v" };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "b",
        MessageAttributes: { "app.one": attribute, "app.two": attribute, other: attribute },
      }),
    );

    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["app.*"] }));

    expect(Object.keys(Messages?.[0]?.MessageAttributes ?? {})).toEqual(["app.one", "app.two"]);
    expect(Messages?.[0]?.Attributes).toBeUndefined();
  });

  test("finds the queue by its address when it is told no endpoint", async () => {
    await cloud.sqsByQueueUrl().send(new SendMessageCommand({ QueueUrl, MessageBody: "found" }));

    expect(cloud.queues.counts(queueArn("work")).visible).toBe(1);
  });

  test("waits for a message with long polling", async () => {
    const sqs = cloud.sqs();
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));

    await cloud.sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: "late" }));
    const { Messages } = await waiting;

    expect(Messages?.map(({ Body }) => Body)).toEqual(["late"]);
  });

  test("answers a short poll of an empty queue at once", async () => {
    const { Messages } = await cloud.sqs().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));

    expect(Messages ?? []).toEqual([]);
  });

  test("sends a batch, whose bad entries fail by themselves", async () => {
    const Entries = [
      { Id: "good", MessageBody: "fine" },
      { Id: "bad", MessageBody: "\u0000" },
    ];

    const result = await cloud.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));

    expect(result.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(result.Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
  });

  test("changes visibility and deletes in batches", async () => {
    const sqs = cloud.sqs();
    await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: Id })) }),
    );
    const first = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const handles = first.Messages?.map(({ ReceiptHandle }) => ReceiptHandle) ?? [];

    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: handles.map((ReceiptHandle, index) => ({ Id: `${index}`, ReceiptHandle, VisibilityTimeout: 0 })),
      }),
    );
    const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: again.Messages?.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
      }),
    );

    expect(changed.Successful).toHaveLength(2);
    expect(deleted.Successful).toHaveLength(2);
    expect(cloud.queues.counts(queueArn("work"))).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test.each([
    ["no entry", [], "EmptyBatchRequest"],
    ["the same id twice", [1, 2].map(() => ({ Id: "same", MessageBody: "x" })), "BatchEntryIdsNotDistinct"],
    [
      "eleven entries",
      Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: "x" })),
      "TooManyEntriesInBatchRequest",
    ],
    [
      "more than 1 MiB together",
      ["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(600_000) })),
      "BatchRequestTooLong",
    ],
  ])("refuses a batch with %s", async (_case, Entries, name) => {
    await expect(cloud.sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });

  test("refuses what AWS refuses, by AWS's names", async () => {
    const sqs = cloud.sqs();
    const elsewhere = QueueUrl.replace("work", "nothing");

    const attempts = [
      sqs.send(new SendMessageCommand({ QueueUrl: elsewhere, MessageBody: "x" })),
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(1_048_577) })),
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "made-up" })),
      sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageDeduplicationId: "d" })),
      cloud.sqs(customerId).send(new ReceiveMessageCommand({ QueueUrl })),
    ];
    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes.map((outcome) => (outcome.status === "rejected" ? (outcome.reason as Error).name : "ok"))).toEqual([
      "QueueDoesNotExist",
      "InvalidParameterValue",
      "ReceiptHandleIsInvalid",
      "InvalidParameterValue",
      "NotImplemented",
      "AccessDeniedException",
    ]);
  });

  test("reads the attributes of a queue", async () => {
    const sqs = cloud.sqs();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));

    const all = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    const one = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );

    expect(all.Attributes).toMatchObject({ QueueArn: queueArn("work"), VisibilityTimeout: "60" });
    expect(one.Attributes).toEqual({ ApproximateNumberOfMessages: "1" });
  });

  test("finds and lists the account's queues", async () => {
    const sqs = cloud.sqs();
    await cloud.declare("AWS::SQS::Queue", "Other", { QueueName: "other" });
    await cloud.declare("AWS::SQS::Queue", "Theirs", { QueueName: "theirs" }, customerId);

    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: "work" }));
    const page = await sqs.send(new ListQueuesCommand({ MaxResults: 1 }));
    const rest = await sqs.send(new ListQueuesCommand({ MaxResults: 1, NextToken: page.NextToken }));

    expect(found.QueueUrl).toBe(QueueUrl);
    expect([...(page.QueueUrls ?? []), ...(rest.QueueUrls ?? [])]).toEqual([
      `${cloud.endpoint}/${operatorId}/other`,
      QueueUrl,
    ]);
    expect(rest.NextToken).toBeUndefined();
  });

  test("purges a queue", async () => {
    const sqs = cloud.sqs();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));

    await sqs.send(new PurgeQueueCommand({ QueueUrl }));

    expect(cloud.queues.counts(queueArn("work")).visible).toBe(0);
  });

  test("moves dead letters back to the queue that they came from", async () => {
    const sqs = cloud.sqs();
    await cloud.declare("AWS::SQS::Queue", "Dead", { QueueName: "dead" });
    await cloud.declare("AWS::SQS::Queue", "Work", {
      QueueName: "work",
      RedrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 1 },
    });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "poison" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const buried = cloud.queues.counts(queueArn("dead")).visible;

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn("dead") }));
    const tasks = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn("dead") }));
    const again = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
    );

    expect(buried).toBe(1);
    expect(tasks.Results).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 }]);
    expect(again.Messages).toMatchObject([{ Body: "poison", Attributes: { ApproximateReceiveCount: "1" } }]);
  });
});
