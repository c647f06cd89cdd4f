// An event source mapping of an SQS queue: gathers messages, calls the function, deletes what it has handled.
// What it has not handled comes back when the queue's visibility timeout is over, as in AWS.
import type { MessageAttributes, ReceivedMessage } from "../sqs/message.ts";
import { listFailedItems } from "./batch-response.ts";
import { cutBySize, type EventSource, type QueueSource } from "./event-source.ts";

export interface QueueEventSourceSettings {
  queueArn: string;
  batchSize: number;
  /** How long to gather a batch that is not full; 0 calls with what a single receive gave. */
  windowMs: number;
  maximumConcurrency: number;
  reportsItemFailures: boolean;
}

interface QueueEventSourceDeps {
  queues: QueueSource;
  invoke: (event: unknown) => Promise<unknown>;
  onError: (error: unknown) => void;
}

/** SQS hands out ten messages at a time. */
const maximumReceive = 10;
const retryAfterMs = 1000;

const attributesOf = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );

/** A record of Lambda's SQS event. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
const toRecord = (message: ReceivedMessage, queueArn: string) => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: message.attributes,
  messageAttributes: attributesOf(message.messageAttributes),
  md5OfBody: message.md5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(":")[3] ?? "",
});

export function startQueueEventSource(
  settings: QueueEventSourceSettings,
  { queues, invoke, onError }: QueueEventSourceDeps,
): EventSource {
  const { queueArn, batchSize, windowMs } = settings;
  let gathered: ReceivedMessage[] = [];
  let windowTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let running = 0;
  let polling = false;
  let wasNotified = false;
  let stopped = false;

  const deliver = async (batch: ReceivedMessage[]) => {
    const response = await invoke({ Records: batch.map((message) => toRecord(message, queueArn)) });
    const ids = batch.map(({ messageId }) => messageId);
    const failed = settings.reportsItemFailures ? listFailedItems(response, ids) : new Set<string>();
    const handled = batch.filter(({ messageId }) => !failed.has(messageId));
    await queues.deleteMessages(
      queueArn,
      handled.map(({ receiptHandle }) => receiptHandle),
    );
  };

  const dispatch = async () => {
    clearTimeout(windowTimer);
    windowTimer = undefined;
    const messages = gathered;
    gathered = [];
    running += 1;
    for (const batch of cutBySize(messages)) await deliver(batch).catch(onError);
    running -= 1;
    void poll();
  };

  const mayReceive = () => !stopped && running < settings.maximumConcurrency;

  const receiveAll = async () => {
    while (mayReceive()) {
      const received = await queues.receive(queueArn, Math.min(maximumReceive, batchSize - gathered.length));
      if (received.length === 0) return;
      gathered.push(...received);
      if (windowMs === 0 || gathered.length >= batchSize) void dispatch();
      else windowTimer ??= setTimeout(() => void dispatch(), windowMs);
    }
  };

  async function poll(): Promise<void> {
    wasNotified = true;
    if (polling) return;
    polling = true;
    try {
      while (wasNotified) {
        wasNotified = false;
        await receiveAll();
      }
    } catch (error) {
      onError(error);
      retryTimer = setTimeout(() => void poll(), retryAfterMs);
    }
    polling = false;
  }

  const unsubscribe = queues.onMessage(queueArn, () => void poll());
  const stop = () => {
    stopped = true;
    unsubscribe();
    clearTimeout(windowTimer);
    clearTimeout(retryTimer);
  };

  return {
    isIdle: () => !polling && running === 0 && gathered.length === 0,
    flush: () => {
      if (gathered.length > 0) void dispatch();
    },
    stop,
    remove: stop,
  };
}
