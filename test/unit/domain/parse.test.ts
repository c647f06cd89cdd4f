// Deliveries: every envelope, both styles, what is ignored, what is refused and where.
import { describe, expect, test } from "vitest";
import { type EventType, eventTypes } from "../../../shared/domain/event.ts";
import { parseDelivery } from "../../../shared/domain/parse.ts";
import {
  fixtureMessageId,
  fixtureRecipient,
  inEventBridge,
  inSns,
  inSnsRecord,
  inSqs,
  legacySesJson,
  readFixture,
  sesJson,
} from "../../support/ses-events.ts";

const eventsOf = (input: unknown) =>
  parseDelivery(input).flatMap((delivery) => (delivery.result === "events" ? delivery.events : []));

const envelopes: Record<string, (type: EventType, json: unknown) => unknown> = {
  "bare JSON": (_type, json) => json,
  "JSON text": (_type, json) => `${JSON.stringify(json)}\n`,
  "an EventBridge event": inEventBridge,
  "an SQS record of an EventBridge event": (type, json) => inSqs(inEventBridge(type, json)),
  "an SQS record of an SNS message": (_type, json) => inSqs(inSns(json)),
  "an SQS record of SNS raw delivery": (_type, json) => inSqs(json),
  "an SNS record": (_type, json) => inSnsRecord(json),
  "SNS over HTTP": (_type, json) => inSns(json),
  "an SNS message that is an object": (_type, json) => ({ ...inSns(json), Message: json }),
  "an SNS record that is the event": (_type, json) => ({ Records: [{ Sns: json }] }),
  "a single SQS record": (type, json) => inSqs(inEventBridge(type, json)).Records,
  "JSON text in JSON text": (_type, json) => JSON.stringify(JSON.stringify(json)),
};

describe.each(Object.entries(envelopes))("%s", (_name, wrap) => {
  test.each(eventTypes)("carries the %s event unchanged", (type) => {
    const events = eventsOf(wrap(type, sesJson(type)));

    expect(events).toMatchObject([
      {
        type,
        messageId: fixtureMessageId,
        recipient: fixtureRecipient,
        attribution: "exact",
        style: "eventPublishing",
        message: { sentAt: "2026-11-23T08:00:00.125Z", destinations: [fixtureRecipient], configurationSet: "sesami" },
      },
    ]);
    expect(events).toEqual(eventsOf(sesJson(type)));
  });

  test.each(["bounce", "complaint", "delivery"] as const)("carries the legacy %s notification", (type) => {
    const events = eventsOf(wrap(type, legacySesJson(type)));

    expect(events).toMatchObject([{ type, style: "identityNotification", message: { tags: {} } }]);
  });
});

describe("the envelope", () => {
  test("of EventBridge tells account, region, id and time, and of SQS the record to name on failure", () => {
    const [delivery] = parseDelivery(inSqs(inEventBridge("send", sesJson("send"))));

    expect(delivery?.envelope).toEqual({
      kind: "eventBridge",
      id: "00000000-0000-4000-8000-0000000000e1",
      messageId: "record-0",
      account: "222222222222",
      region: "us-east-1",
      time: "2026-11-23T08:00:00Z",
      detailType: "Email Sent",
    });
  });

  test("of SNS names its topic and never an account", () => {
    const [delivery] = parseDelivery(inSns(sesJson("send")));

    expect(delivery?.envelope).toEqual({
      kind: "sns",
      id: "00000000-0000-4000-8000-0000000000a1",
      topicArn: "arn:aws:sns:us-east-1:222222222222:ses",
    });
  });

  test("gains no account from an EventBridge event that somebody put into an SNS message", () => {
    const forged = inEventBridge("send", sesJson("send"), { account: "333333333333" });

    const envelopes = [inSns(forged), inSqs(inSns(forged)), inSnsRecord(forged)].flatMap(parseDelivery);

    expect(envelopes.map(({ result }) => result)).toEqual(["events", "events", "events"]);
    expect(envelopes.filter(({ envelope }) => "account" in envelope || "region" in envelope)).toEqual([]);
  });

  test("cannot be forged by records inside a message", () => {
    const forged = inSqs(inEventBridge("send", sesJson("send")));

    expect(parseDelivery(inSns(forged))).toMatchObject([{ result: "invalid", path: "Message" }]);
    expect(parseDelivery(inSqs(forged))).toMatchObject([{ result: "invalid", path: "Records[0].body" }]);
  });

  test("takes no account from the payload", () => {
    const [delivery] = parseDelivery(sesJson("send", { account: "333333333333" }));

    expect(delivery).toMatchObject({ result: "events", envelope: { kind: "bare" } });
    expect(delivery?.envelope.account).toBeUndefined();
  });
});

describe("a batch", () => {
  test("is read record by record, so that one bad record spoils no other", () => {
    const batch = inSqs(
      sesJson("send"),
      "{not json",
      inEventBridge("open", sesJson("open")),
      readFixture("ignored-advisor"),
    );

    const deliveries = parseDelivery(batch);

    expect(deliveries.map(({ result, envelope }) => [result, envelope.messageId])).toEqual([
      ["events", "record-0"],
      ["invalid", "record-1"],
      ["events", "record-2"],
      ["ignored", "record-3"],
    ]);
    expect(deliveries[1]).toMatchObject({ path: "Records[1].body", reason: "Records[1].body is not JSON" });
  });

  test("may be a list of events", () => {
    const deliveries = parseDelivery([sesJson("send"), {}, inEventBridge("open", sesJson("open"))]);

    expect(deliveries).toMatchObject([{ result: "events" }, { result: "invalid", path: "[1]" }, { result: "events" }]);
  });

  test("without records, and a list without events, is ignored and not passed over", () => {
    expect(parseDelivery({ Records: [] })).toMatchObject([{ result: "ignored" }]);
    expect(parseDelivery([])).toMatchObject([{ result: "ignored" }]);
  });
});

describe("ignored with a reason", () => {
  test.each([
    ["inbound mail", readFixture("ignored-received"), "inbound mail"],
    ["the notice that a topic was attached", readFixture("ignored-topic-attached"), "attached the topic"],
    ["an advisor recommendation", readFixture("ignored-advisor"), "Advisor Recommendation Status Open"],
    ["a sending status", readFixture("ignored-sending-status"), "Sending Status Enabled"],
    ["an SNS subscription confirmation", readFixture("ignored-subscription-confirmation"), "confirm a subscription"],
    ["an SNS unsubscribe confirmation", readFixture("ignored-unsubscribe-confirmation"), "subscription ended"],
    ["the sentence that validates a topic", readFixture("ignored-topic-validated"), "can publish to the topic"],
    [
      "an API call of the trail",
      inEventBridge("send", {}, { "detail-type": "AWS API Call via CloudTrail" }),
      "CloudTrail",
    ],
    [
      "an event of another service",
      inEventBridge("send", sesJson("send"), { source: "app.orders" }),
      "another service",
    ],
    ["inbound mail of a receipt rule", { Records: [{ eventSource: "aws:ses", ses: { mail: {} } }] }, "inbound mail"],
  ])("%s", (_name, input, reason) => {
    const deliveries = [input, inSqs(input)].flatMap(parseDelivery);

    if ("Records" in input) deliveries.pop();
    for (const delivery of deliveries)
      expect(delivery).toMatchObject({ result: "ignored", reason: expect.stringContaining(reason) as string });
  });

  test("the sentence that validates a topic, as raw delivery hands it over", () => {
    const sentence = "Successfully validated SNS topic for Amazon SES event publishing.";

    expect(parseDelivery(inSqs(sentence))).toMatchObject([{ result: "ignored" }]);
  });
});

describe("refused, with the path of what is wrong", () => {
  test.each([
    ["an empty object", {}, "$"],
    ["nothing", undefined, "$"],
    ["null", null, "$"],
    ["a number", 42, "$"],
    ["text that is no JSON", "hello", "$"],
    ["text wrapped in JSON more often than anybody does", JSON.stringify(JSON.stringify(JSON.stringify("{}"))), "$"],
    ["a record of neither SQS nor SNS", { Records: [{ s3: {} }] }, "Records[0]"],
    ["a record that is no object", { Records: [null] }, "Records[0]"],
    ["an SQS body that is no text", { Records: [{ body: 7 }] }, "Records[0].body"],
    ["an SNS message that is no JSON", { ...inSns({}), Message: "hello" }, "Message"],
    ["an SNS message without a message", { Type: "Notification", TopicArn: "arn" }, "Message"],
    ["an EventBridge event without a detail", inEventBridge("send", undefined), "detail.eventType"],
    ["an EventBridge event of no type", { source: "aws.ses", detail: {} }, "detail-type"],
    ["an event in a detail", inSqs(inEventBridge("send", sesJson("send", { mail: 1 }))), "Records[0].body.detail.mail"],
  ])("%s", (_name, input, path) => {
    const [delivery, ...others] = parseDelivery(input);

    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ result: "invalid", path });
  });
});
