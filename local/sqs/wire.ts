// SQS over AWS JSON 1.0: which operation, its input, whether the caller may, its output.
import type * as v from "valibot";
import { parseBody, parseInput } from "../json-input.ts";
import { AwsError, jsonReply, targetOperation, unsupported, type AwsCall, type AwsService } from "../protocol.ts";
import { accountOfArn, assertQueueAccess, type Origin } from "./access.ts";
import { runBatch } from "./batch.ts";
import { attributesOf, selectMessageMembers } from "./attributes.ts";
import { maximumMessageSizeBytes, md5, md5OfAttributes, messageSizeBytes, type ReceivedMessage } from "./message.ts";
import type { MoveTasks } from "./move-tasks.ts";
import type { QueueEntry, QueueRegistry } from "./registry.ts";
import { queueArnOfUrl } from "./resources.ts";
import type { Send } from "./send.ts";
import * as input from "./wire-input.ts";

interface WireDeps {
  registry: QueueRegistry;
  send: Send;
  moveTasks: MoveTasks;
  faults?: (operation: string) => Promise<void> | void;
}

interface Context {
  call: AwsCall;
  origin: Exclude<Origin, { service: string }>;
}

type Operation = (body: unknown, context: Context) => unknown;

function originOf({ caller }: AwsCall): Context["origin"] {
  if (!caller)
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token.", { status: 403 });
  return caller;
}

/** Waits until the queue may have a message, or for the given time. */
function waitForMessage({ queue }: QueueEntry, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, waitMs).unref();
    const stop = queue.onVisible(finish);
  });
}

async function receiveWaiting(
  entry: QueueEntry,
  request: v.InferOutput<typeof input.receive>,
): Promise<ReceivedMessage[]> {
  const { WaitTimeSeconds = entry.settings.receiveWaitSeconds } = request;
  const endsAtMs = performance.now() + WaitTimeSeconds * 1000;
  for (;;) {
    const messages = entry.queue.receive(request.MaxNumberOfMessages, request.VisibilityTimeout);
    const leftMs = endsAtMs - performance.now();
    if (messages.length > 0 || leftMs <= 0) return messages;
    await waitForMessage(entry, leftMs);
  }
}

function operations({ registry, send, moveTasks }: WireDeps): Record<string, Operation> {
  const read = <const Schema extends v.GenericSchema>(schema: Schema, body: unknown, { call }: Context) =>
    parseInput(schema, body, { what: targetOperation(call), code: "InvalidParameterValue" });

  /** The queue of a call, which its policy lets the caller use for this action. */
  const open = (queueUrl: string, action: string, { call, origin }: Context): QueueEntry => {
    const entry = registry.getQueue(queueArnOfUrl(queueUrl, call.region));
    assertQueueAccess({ queueArn: entry.arn, policy: entry.policy, action: `sqs:${action}`, origin });
    return entry;
  };

  const sendOne = async (entry: QueueEntry, message: v.InferOutput<typeof input.message>, { origin }: Context) => {
    const { MessageBody, MessageAttributes: attributes, DelaySeconds, MessageSystemAttributes: system } = message;
    const traceHeader = system?.AWSTraceHeader?.StringValue;
    const { messageId } = await send(entry.arn, MessageBody, {
      origin,
      attributes,
      delaySeconds: DelaySeconds,
      traceHeader,
    });
    return {
      MessageId: messageId,
      MD5OfMessageBody: md5(MessageBody),
      MD5OfMessageAttributes: md5OfAttributes(attributes),
      ...(system && { MD5OfMessageSystemAttributes: md5OfAttributes(system) }),
    };
  };

  return {
    SendMessage: (body, context) => {
      const { QueueUrl, ...message } = read(input.sendMessage, body, context);
      return sendOne(open(QueueUrl, "SendMessage", context), message, context);
    },
    SendMessageBatch: (body, context) => {
      const { QueueUrl, Entries } = read(input.sendMessageBatch, body, context);
      const entry = open(QueueUrl, "SendMessage", context);
      const sizes = Entries.map(({ MessageBody, MessageAttributes }) =>
        messageSizeBytes(MessageBody, MessageAttributes),
      );
      if (sizes.reduce((sum, size) => sum + size, 0) > maximumMessageSizeBytes)
        throw new AwsError("BatchRequestTooLong", "The messages of a batch are together at most 1048576 bytes.");
      return runBatch(Entries, (message) => sendOne(entry, message, context));
    },
    ReceiveMessage: async (body, context) => {
      const request = read(input.receive, body, context);
      const messages = await receiveWaiting(open(request.QueueUrl, "ReceiveMessage", context), request);
      return { Messages: messages.map((message) => selectMessageMembers(message, request)) };
    },
    DeleteMessage: (body, context) => {
      const { QueueUrl, ReceiptHandle } = read(input.deleteMessage, body, context);
      open(QueueUrl, "DeleteMessage", context).queue.remove(ReceiptHandle);
      return {};
    },
    DeleteMessageBatch: (body, context) => {
      const { QueueUrl, Entries } = read(input.deleteMessageBatch, body, context);
      const { queue } = open(QueueUrl, "DeleteMessage", context);
      return runBatch(Entries, ({ ReceiptHandle }) => {
        queue.remove(ReceiptHandle);
        return {};
      });
    },
    ChangeMessageVisibility: (body, context) => {
      const { QueueUrl, ReceiptHandle, VisibilityTimeout } = read(input.changeVisibility, body, context);
      open(QueueUrl, "ChangeMessageVisibility", context).queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    },
    ChangeMessageVisibilityBatch: (body, context) => {
      const { QueueUrl, Entries } = read(input.changeVisibilityBatch, body, context);
      const { queue } = open(QueueUrl, "ChangeMessageVisibility", context);
      return runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
        return {};
      });
    },
    GetQueueAttributes: (body, context) => {
      const { QueueUrl, AttributeNames } = read(input.getQueueAttributes, body, context);
      const attributes = attributesOf(open(QueueUrl, "GetQueueAttributes", context));
      const isWanted = ([name]: [string, string]) => AttributeNames.includes("All") || AttributeNames.includes(name);
      const selected = Object.entries(attributes).filter(isWanted);
      return selected.length > 0 ? { Attributes: Object.fromEntries(selected) } : {};
    },
    GetQueueUrl: (body, context) => {
      const { QueueName, QueueOwnerAWSAccountId = context.origin.accountId } = read(input.getQueueUrl, body, context);
      const { arn } = open(`/${QueueOwnerAWSAccountId}/${QueueName}`, "GetQueueUrl", context);
      return { QueueUrl: registry.urlOf(arn) };
    },
    ListQueues: (body, context) => {
      const { QueueNamePrefix, MaxResults = 1000, NextToken } = read(input.listQueues, body, context);
      const mine = registry
        .listQueues()
        .filter(
          ({ accountId, arn }) => accountId === context.origin.accountId && arn.split(":")[3] === context.call.region,
        )
        .filter(({ name }) => name.startsWith(QueueNamePrefix))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const after = NextToken === undefined ? mine : mine.filter(({ name }) => name > NextToken);
      const page = after.slice(0, MaxResults);
      return {
        QueueUrls: page.map(({ arn }) => registry.urlOf(arn)),
        ...(after.length > page.length && { NextToken: page.at(-1)?.name }),
      };
    },
    PurgeQueue: (body, context) => {
      open(read(input.queueUrlOnly, body, context).QueueUrl, "PurgeQueue", context).queue.purge();
      return {};
    },
    StartMessageMoveTask: (body, context) => {
      const { SourceArn, DestinationArn } = read(input.startMoveTask, body, context);
      if (accountOfArn(SourceArn) !== context.origin.accountId)
        throw new AwsError(
          "ResourceNotFoundException",
          "The resource that you specified for SourceArn does not exist.",
        );
      return { TaskHandle: moveTasks.startMoveTask(SourceArn, DestinationArn).TaskHandle };
    },
    ListMessageMoveTasks: (body, context) => {
      const { SourceArn, MaxResults } = read(input.listMoveTasks, body, context);
      return { Results: moveTasks.listMoveTasks(SourceArn, MaxResults) };
    },
  };
}

/** The wire protocol of SQS. The queue of a call is the one that its `QueueUrl` names, whatever the path. */
export function createWire(deps: WireDeps): AwsService {
  const known = operations(deps);
  return async (call) => {
    const name = targetOperation(call);
    const operation = known[name];
    if (!operation) throw unsupported(`the SQS operation ${name}`);
    const context = { call, origin: originOf(call) };
    const alreadyFaulted = name === "SendMessage" || name === "SendMessageBatch";
    if (!alreadyFaulted) await deps.faults?.(name);
    return jsonReply(await operation(parseBody(call), context), "1.0");
  };
}
