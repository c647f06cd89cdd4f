// What SNS posts to an HTTPS subscriber, and the text that its signature covers. Verifying it: sns-signature.ts.
// Source: SNS developer guide, "Parsing Amazon SNS message formats" and "Verifying the signatures of Amazon SNS messages".
import * as v from "valibot";

const text = (maxLength: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxLength));

const members = {
  MessageId: text(100),
  TopicArn: text(400),
  Message: v.string(),
  Timestamp: text(40),
  SignatureVersion: v.picklist(["1", "2"], "must be 1 or 2"),
  Signature: text(2000),
  SigningCertURL: text(300),
};

const notification = v.object({
  Type: v.literal("Notification"),
  ...members,
  Subject: v.optional(v.nullable(v.string())),
});

const subscriptionMembers = { ...members, Token: text(2000), SubscribeURL: text(3000) };

/** Members that no signature covers (`UnsubscribeURL`, `MessageAttributes`) are left out. */
export const snsMessageSchema = v.variant(
  "Type",
  [
    notification,
    v.object({ Type: v.literal("SubscriptionConfirmation"), ...subscriptionMembers }),
    v.object({ Type: v.literal("UnsubscribeConfirmation"), ...subscriptionMembers }),
  ],
  "must be Notification, SubscriptionConfirmation or UnsubscribeConfirmation",
);

export type SnsMessage = v.InferOutput<typeof snsMessageSchema>;

const signedMembers = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const satisfies Record<SnsMessage["Type"], readonly string[]>;

/** Name and value of each signed member, a line each, in this order; a notification without a subject leaves it out. */
export function textToSign(message: SnsMessage): string {
  const values = message as unknown as Record<string, string | null | undefined>;
  return signedMembers[message.Type]
    .filter((name) => values[name] !== undefined && values[name] !== null)
    .map((name) => `${name}\n${values[name]}\n`)
    .join("");
}

/** Account and region of a topic; undefined for what is no topic's ARN. */
export function parseTopicArn(topicArn: string): { accountId: string; region: string } | undefined {
  const [, region, accountId] =
    /^arn:aws(?:-[a-z-]+)?:sns:([a-z0-9-]+):(\d{12}):[\w-]{1,256}(?:\.fifo)?$/.exec(topicArn) ?? [];
  return region === undefined || accountId === undefined ? undefined : { accountId, region };
}
