// A message and its attributes as SQS sees them: limits and the MD5 sums that the SDK checks. No queue here.
import { createHash, type Hash } from "node:crypto";
import { AwsError } from "../protocol.ts";

/** `StringValue` for String and Number types, `BinaryValue` (base64) for Binary ones. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string | undefined;
  BinaryValue?: string | undefined;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** A message as the queue keeps it. Times are ms since the epoch. */
export interface StoredMessage {
  messageId: string;
  body: string;
  messageAttributes: MessageAttributes;
  /** The `AWSTraceHeader` system attribute. */
  traceHeader?: string;
  senderId: string;
  sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedAtMs?: number;
  /** Part of the receipt handle of the latest receive. */
  receiptToken?: string;
  /** The queue that it was moved from. */
  deadLetterSourceArn?: string;
}

/** A message handed to a consumer. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** System attributes: `ApproximateReceiveCount`, `SentTimestamp`, … all as strings. */
  attributes: Record<string, string>;
  messageAttributes: MessageAttributes;
}

/** Body and attributes together, 1 MiB since August 2025 ("Amazon SQS message quotas"). */
export const maximumMessageSizeBytes = 1_048_576;

const maximumAttributeCount = 10;

export const md5 = (data: string): string => createHash("md5").update(data).digest("hex");

function updateWithLength(hash: Hash, bytes: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  hash.update(length).update(bytes);
}

const isBinary = ({ DataType }: MessageAttribute) => DataType === "Binary" || DataType.startsWith("Binary.");

const valueBytes = (attribute: MessageAttribute): Buffer =>
  isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? "", "base64")
    : Buffer.from(attribute.StringValue ?? "", "utf8");

/** Developer guide, "Calculating the MD5 message digest for message attributes". Absent for no attributes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    updateWithLength(hash, Buffer.from(name));
    updateWithLength(hash, Buffer.from(attribute.DataType));
    hash.update(Buffer.from([isBinary(attribute) ? 2 : 1]));
    updateWithLength(hash, valueBytes(attribute));
  }
  return hash.digest("hex");
}

export function messageSizeBytes(body: string, attributes: MessageAttributes): number {
  const attributeSizes = Object.entries(attributes).map(
    ([name, attribute]) =>
      Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length,
  );
  return attributeSizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

function assertAttribute(name: string, attribute: MessageAttribute): void {
  const reject = (reason: string): never => {
    throw new AwsError("InvalidParameterValue", `The message attribute '${name}' ${reason}.`);
  };
  if (!/^(?!AWS\.|Amazon\.)[\w.-]{1,256}$/i.test(name) || /^\.|\.$|\.\./.test(name)) reject("has an invalid name");
  if (!/^(String|Number|Binary)(\..+)?$/.test(attribute.DataType)) reject("has an invalid message attribute type");
  if (valueBytes(attribute).length === 0) reject("must contain a non-empty message attribute value");
  if (attribute.DataType.startsWith("Number") && !Number.isFinite(Number(attribute.StringValue)))
    reject("is not a number");
}

/** Characters that XML 1.0 allows, and thus SQS. */
const allowedText = /^[\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u; // oxlint-disable-line no-control-regex -- tab and line ends are the point

/**
 * @throws AwsError `MissingParameter`, `InvalidMessageContents`, `InvalidParameterValue`
 */
export function assertMessage(body: string, attributes: MessageAttributes, limitBytes: number): void {
  if (body === "") throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (!allowedText.test(body))
    throw new AwsError("InvalidMessageContents", "The message contains characters outside the allowed set.");
  if (Object.keys(attributes).length > maximumAttributeCount)
    throw new AwsError("InvalidParameterValue", `A message has at most ${maximumAttributeCount} attributes.`);
  for (const [name, attribute] of Object.entries(attributes)) assertAttribute(name, attribute);
  if (messageSizeBytes(body, attributes) > limitBytes)
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limitBytes} bytes.`,
    );
}

/** What a consumer gets of a message that it just received. */
export function toReceived(message: StoredMessage, receiptHandle: string): ReceivedMessage {
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: {
      SenderId: message.senderId,
      SentTimestamp: String(message.sentAtMs),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? 0),
      ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
      ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
    },
    messageAttributes: message.messageAttributes,
  };
}
