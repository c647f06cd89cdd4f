// The inputs of SQS's operations. FIFO's members are unknown here, and so refused by name; but for the group, which fair queues
// have too: on a laptop no queue is so far behind that it matters.
import * as v from "valibot";

const attribute = v.strictObject({
  DataType: v.string(),
  StringValue: v.optional(v.string()),
  BinaryValue: v.optional(v.string()),
});

const messageMembers = {
  MessageBody: v.string(),
  MessageGroupId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  DelaySeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(900))),
  MessageAttributes: v.optional(v.record(v.string(), attribute), {}),
  MessageSystemAttributes: v.optional(v.strictObject({ AWSTraceHeader: attribute })),
};
const visibilityTimeout = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(43_200));
const names = v.optional(v.array(v.string()), []);
const queueUrl = { QueueUrl: v.string() };
const id = { Id: v.string() };

export const message = v.strictObject(messageMembers);
export const queueUrlOnly = v.strictObject(queueUrl);
export const sendMessage = v.strictObject({ ...queueUrl, ...messageMembers });
export const sendMessageBatch = v.strictObject({
  ...queueUrl,
  Entries: v.array(v.strictObject({ ...id, ...messageMembers })),
});
export const receive = v.strictObject({
  ...queueUrl,
  MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
  VisibilityTimeout: v.optional(visibilityTimeout),
  WaitTimeSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
export const deleteMessage = v.strictObject({ ...queueUrl, ReceiptHandle: v.string() });
export const deleteMessageBatch = v.strictObject({
  ...queueUrl,
  Entries: v.array(v.strictObject({ ...id, ReceiptHandle: v.string() })),
});
const change = { ReceiptHandle: v.string(), VisibilityTimeout: visibilityTimeout };
export const changeVisibility = v.strictObject({ ...queueUrl, ...change });
export const changeVisibilityBatch = v.strictObject({
  ...queueUrl,
  Entries: v.array(v.strictObject({ ...id, ...change })),
});
export const getQueueAttributes = v.strictObject({ ...queueUrl, AttributeNames: names });
export const getQueueUrl = v.strictObject({
  QueueName: v.string(),
  QueueOwnerAWSAccountId: v.optional(v.string()),
});
export const listQueues = v.strictObject({
  QueueNamePrefix: v.optional(v.string(), ""),
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
  NextToken: v.optional(v.string()),
});
export const startMoveTask = v.strictObject({
  SourceArn: v.string(),
  DestinationArn: v.optional(v.string()),
  MaxNumberOfMessagesPerSecond: v.optional(v.number()),
});
export const listMoveTasks = v.strictObject({ SourceArn: v.string(), MaxResults: v.optional(v.number(), 1) });
