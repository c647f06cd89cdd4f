// SES events for tests: the fixtures as JSON values, altered field by field, and every envelope they travel in.
import { readFileSync } from "node:fs";
import type { EventType, SesEvent } from "../../shared/domain/event.ts";
import { parseDelivery } from "../../shared/domain/parse.ts";

export type Json = Record<string, unknown>;

const files = {
  send: "send",
  delivery: "delivery",
  bounce: "bounce",
  complaint: "complaint",
  reject: "reject",
  open: "open",
  click: "click",
  renderingFailure: "rendering-failure",
  deliveryDelay: "delivery-delay",
  subscription: "subscription",
} as const satisfies Record<EventType, string>;

/** The SES message that every fixture speaks of, and its recipient. */
export const fixtureMessageId = "0100019ab0000001-5e5a1111-0000-4000-8000-00000000c0de-000000";
export const fixtureRecipient = "ada@example.com";

/** A fixture of `test/fixtures/ses-events`, fresh at each call. */
export const readFixture = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../fixtures/ses-events/${name}.json`, import.meta.url), "utf8")) as Json;

/** Sets fields by path (`bounce.bouncedRecipients.0.emailAddress`); undefined removes one. */
const alter = (event: Json, changes: Json): Json => {
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Json>((place, key) => place[key] as Json, event);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return event;
};

/** What SES publishes through a configuration set: an EventBridge `detail`. */
export const sesJson = (type: EventType, changes: Json = {}): Json => alter(readFixture(files[type]), changes);

/** A legacy feedback notification of an identity. */
export const legacySesJson = (type: "bounce" | "complaint" | "delivery", changes: Json = {}): Json =>
  alter(readFixture(`legacy-${type}`), changes);

/** The parsed events of one SES JSON. */
export const parseEvents = (json: Json): SesEvent[] =>
  parseDelivery(json).flatMap((delivery) => {
    if (delivery.result !== "events") throw new Error(`a test's own event is ${delivery.result}: ${delivery.reason}`);
    return delivery.events;
  });

/** The one parsed event of a fixture with these changes. */
export const sesEvent = (type: EventType, changes: Json = {}): SesEvent => {
  const [event] = parseEvents(sesJson(type, changes));
  if (!event) throw new Error("a test's own event speaks of nobody");
  return event;
};

const detailTypes: Record<EventType, string> = {
  send: "Email Sent",
  delivery: "Email Delivered",
  bounce: "Email Bounced",
  complaint: "Email Complaint Received",
  reject: "Email Rejected",
  open: "Email Opened",
  click: "Email Clicked",
  renderingFailure: "Email Rendering Failed",
  deliveryDelay: "Email Delivery Delayed",
  subscription: "Email Subscribed",
};

export const inEventBridge = (type: EventType, detail: unknown, changes: Json = {}): Json => ({
  version: "0",
  id: "00000000-0000-4000-8000-0000000000e1",
  "detail-type": detailTypes[type],
  source: "aws.ses",
  account: "222222222222",
  time: "2026-11-23T08:00:00Z",
  region: "us-east-1",
  resources: [],
  detail,
  ...changes,
});

/** SNS as it arrives over HTTP or in a queue. Event publishing ends its message with a newline. */
export const inSns = (message: unknown): Json => ({
  Type: "Notification",
  MessageId: "00000000-0000-4000-8000-0000000000a1",
  TopicArn: "arn:aws:sns:us-east-1:222222222222:ses",
  Subject: "Amazon SES Email Event Notification",
  Message: `${JSON.stringify(message)}\n`,
  Timestamp: "2026-11-23T08:00:00.500Z",
  SignatureVersion: "2",
  Signature: "c2lnbmF0dXJl",
  SigningCertURL: "https://sns.us-east-1.amazonaws.com/cert.pem",
});

export const inSnsRecord = (message: unknown): Json => ({
  Records: [{ EventSource: "aws:sns", EventVersion: "1.0", Sns: { ...inSns(message), MessageAttributes: {} } }],
});

/** A Lambda event of SQS records, one per body; their ids are `record-0`, `record-1`, … */
export const inSqs = (...bodies: unknown[]): Json => ({
  Records: bodies.map((body, index) => ({
    messageId: `record-${index}`,
    receiptHandle: "handle",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111111111111:events",
    awsRegion: "us-east-1",
  })),
});
