// What a queue tells of itself, and which parts of a message a receiver asked for.
import { md5OfAttributes, type MessageAttributes, type ReceivedMessage } from "./message.ts";
import type { QueueEntry } from "./registry.ts";

const inSeconds = (timeMs: number) => String(Math.floor(timeMs / 1000));

/** The attributes of GetQueueAttributes that the queue has. */
export function attributesOf(entry: QueueEntry): Record<string, string> {
  const { queue, settings, policy, redriveAllow } = entry;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: entry.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: inSeconds(entry.createdAtMs),
    LastModifiedTimestamp: inSeconds(entry.createdAtMs),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MaximumMessageSize: String(settings.maximumMessageSizeBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    ...entry.encryption,
    ...(policy && { Policy: JSON.stringify(policy) }),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(redriveAllow && { RedriveAllowPolicy: JSON.stringify(redriveAllow) }),
  };
}

interface WantedMembers {
  AttributeNames: string[];
  MessageSystemAttributeNames: string[];
  /** Names, `All`, `.*`, or a prefix with `.*`. */
  MessageAttributeNames: string[];
}

const isNamed = (name: string, wanted: string[]) =>
  wanted.some((each) => each === "All" || each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -2))));

/** A received message in the words of the API, with the attributes asked for. */
export function selectMessageMembers(message: ReceivedMessage, wanted: WantedMembers): Record<string, unknown> {
  const systemNames = new Set([...wanted.AttributeNames, ...wanted.MessageSystemAttributeNames]);
  const Attributes = Object.entries(message.attributes).filter(
    ([name]) => systemNames.has("All") || systemNames.has(name),
  );
  const MessageAttributes: MessageAttributes = Object.fromEntries(
    Object.entries(message.messageAttributes).filter(([name]) => isNamed(name, wanted.MessageAttributeNames)),
  );
  const md5 = md5OfAttributes(MessageAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.md5OfBody,
    ...(Attributes.length > 0 && { Attributes: Object.fromEntries(Attributes) }),
    ...(md5 !== undefined && { MessageAttributes, MD5OfMessageAttributes: md5 }),
  };
}
