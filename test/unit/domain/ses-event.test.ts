// SES events: whom they speak of, when they happened, what is kept, what is refused.
import { describe, expect, test } from "vitest";
import type { EventType } from "../../../shared/domain/event.ts";
import { parseDelivery } from "../../../shared/domain/parse.ts";
import { type Json, legacySesJson, parseEvents, sesEvent, sesJson } from "../../support/ses-events.ts";

const [ada, bob] = ["ada@example.com", "bob@example.com"];

const refusal = (json: Json) => {
  const [delivery] = parseDelivery(json);
  return delivery?.result === "invalid" ? delivery.path : delivery?.result;
};

describe("whom an event speaks of", () => {
  const recipientsOf = (type: EventType, changes: Json) =>
    parseEvents(sesJson(type, changes)).map(({ recipient, attribution }) => [recipient, attribution]);

  test.each(["send", "reject", "renderingFailure"] as const)("%s: every destination", (type) => {
    const recipients = recipientsOf(type, { "mail.destination": ["Ada <ADA@Example.com>", bob] });

    expect(recipients).toEqual([
      [ada, "exact"],
      [bob, "exact"],
    ]);
  });

  test.each(["open", "click", "subscription"] as const)("%s: the destination if there is just one", (type) => {
    expect(recipientsOf(type, { "mail.destination": [ada] })).toEqual([[ada, "exact"]]);
    expect(recipientsOf(type, { "mail.destination": [ada, "Ada <ADA@example.com>"] })).toEqual([[ada, "exact"]]);
  });

  test.each(["open", "click", "subscription"] as const)("%s: nobody in particular where there are several", (type) => {
    expect(recipientsOf(type, { "mail.destination": [ada, bob] })).toEqual([[null, "ambiguous"]]);
    expect(recipientsOf(type, { "mail.destination": undefined })).toEqual([[null, "ambiguous"]]);
  });

  test.each([
    ["delivery", "delivery.recipients", [bob]],
    ["bounce", "bounce.bouncedRecipients", [{ emailAddress: `Bob <${bob}>` }]],
    ["complaint", "complaint.complainedRecipients", [{ emailAddress: bob }]],
    ["deliveryDelay", "deliveryDelay.delayedRecipients", [{ emailAddress: bob }]],
  ] as const)("%s: those it names, whatever the destinations", (type, path, named) => {
    expect(recipientsOf(type, { [path]: named, "mail.destination": [ada, bob] })).toEqual([[bob, "exact"]]);
    expect(recipientsOf(type, { [path]: named, "mail.destination": undefined })).toEqual([[bob, "exact"]]);
    expect(recipientsOf(type, { [path]: named, "mail.destination": ["undisclosed"] })).toEqual([[bob, "exact"]]);
  });

  test("each recipient keeps its own diagnosis", () => {
    const events = parseEvents(
      sesJson("bounce", {
        "bounce.bouncedRecipients": [
          { emailAddress: ada, status: "5.1.1", diagnosticCode: "" },
          { emailAddress: bob, status: "5.2.2", action: "failed", diagnosticCode: "smtp; 552 mailbox full" },
          { emailAddress: "ADA@example.com", status: "5.9.9" },
        ],
      }),
    );

    expect(events).toMatchObject([
      { recipient: ada, detail: { status: "5.1.1" } },
      { recipient: bob, detail: { status: "5.2.2", action: "failed", diagnosticCode: "smtp; 552 mailbox full" } },
    ]);
    expect(events).toHaveLength(2);
    expect(events[0]?.detail).not.toHaveProperty("diagnosticCode");
  });

  test("a complaint that names several says that it is only one of them", () => {
    const several = sesJson("complaint", {
      "complaint.complainedRecipients": [{ emailAddress: ada }, { emailAddress: bob }],
    });

    expect(parseEvents(several)).toMatchObject([
      { detail: { oneOfSeveral: true } },
      { detail: { oneOfSeveral: true } },
    ]);
    expect(sesEvent("complaint").detail).not.toHaveProperty("oneOfSeveral");
  });
});

describe("when it happened", () => {
  test.each([
    ["send", "2026-11-23T08:00:00.125Z"],
    ["reject", "2026-11-23T08:00:00.125Z"],
    ["renderingFailure", "2026-11-23T08:00:00.125Z"],
    ["delivery", "2026-11-23T08:00:01.750Z"],
    ["bounce", "2026-11-23T08:00:02.500Z"],
    ["complaint", "2026-11-23T09:30:00.000Z"],
    ["open", "2026-11-23T08:10:00.000Z"],
    ["click", "2026-11-23T08:11:00.000Z"],
    ["deliveryDelay", "2026-11-23T08:15:00.000Z"],
    ["subscription", "2026-11-23T08:20:00.000Z"],
  ] as const)("%s: its own time, else the mail's", (type, occurredAt) => {
    expect(sesEvent(type).occurredAt).toBe(occurredAt);
  });

  test("an event that knows its own time stands in for the mail's, and says so", () => {
    const { message } = sesEvent("open", { "mail.timestamp": undefined });

    expect(message).toMatchObject({ sentAt: "2026-11-23T08:10:00.000Z", sentAtAssumed: true });
    expect(sesEvent("open").message).not.toHaveProperty("sentAtAssumed");
  });

  test("an event may precede its mail: suppression bounces do", () => {
    const event = sesEvent("bounce", { "bounce.timestamp": "2026-11-23T08:00:00Z" });

    expect(event).toMatchObject({
      occurredAt: "2026-11-23T08:00:00.000Z",
      message: { sentAt: "2026-11-23T08:00:00.125Z" },
    });
  });
});

describe("what is kept", () => {
  test("of a delivery", () => {
    expect(sesEvent("delivery").detail).toEqual({
      processingTimeMs: 1625,
      smtpResponse: "250 2.0.0 queued",
      reportingMta: "a1-1.smtp-out.amazonses.com",
      remoteMtaIp: "192.0.2.25",
    });
  });

  test("of a bounce", () => {
    expect(sesEvent("bounce").detail).toEqual({
      bounceType: "Permanent",
      bounceSubType: "General",
      feedbackId: "0100019ab0000002-0b0b0b0b-0000-4000-8000-00000000beef-000000",
      action: "failed",
      status: "5.1.1",
      diagnosticCode: "smtp; 550 5.1.1 no such mailbox",
      reportingMta: "dns; mx.example.com",
    });
  });

  test("of a complaint, where a null subtype is none", () => {
    expect(sesEvent("complaint").detail).toEqual({
      feedbackType: "abuse",
      feedbackId: "0100019ab0000003-0c0c0c0c-0000-4000-8000-00000000beef-000000",
      userAgent: "Example Feedback Loop",
    });
  });

  test("of a click, where null link tags are none", () => {
    expect(sesEvent("click").detail).toEqual({
      link: "https://shop.example/orders/1?from=mail",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      ipAddress: "198.51.100.0/24",
      isBotEvent: "Unlikely",
    });
    expect(sesEvent("click", { "click.linkTags": { kind: ["button"] } }).detail).toMatchObject({
      linkTags: { kind: ["button"] },
    });
  });

  test("of the others", () => {
    expect(sesEvent("send").detail).toEqual({});
    expect(sesEvent("reject").detail).toEqual({ reason: "Bad content" });
    expect(sesEvent("renderingFailure").detail).toEqual({
      errorMessage: "Attribute 'firstName' is not present in the rendering data.",
      templateName: "order-sent",
    });
    expect(sesEvent("deliveryDelay").detail).toEqual({
      delayType: "MailboxFull",
      expiresAt: "2026-11-23T22:00:00.125Z",
      status: "4.2.2",
      diagnosticCode: "smtp; 452 4.2.2 mailbox full",
    });
    expect(sesEvent("subscription").detail).toMatchObject({
      contactList: "customers",
      source: "UnsubscribeHeader",
      newTopicPreferences: {
        unsubscribeAll: true,
        topicSubscriptionStatus: [{ topicName: "news", subscriptionStatus: "OptOut" }],
      },
    });
  });

  test("of the message", () => {
    expect(sesEvent("send").message).toEqual({
      sentAt: "2026-11-23T08:00:00.125Z",
      from: "Corner Shop <orders@shop.example>",
      subject: "Your order has left the shop",
      destinations: [ada],
      tags: {
        "ses:operation": ["SendRawEmail"],
        "ses:configuration-set": ["sesami"],
        "ses:source-ip": ["192.0.2.0/24"],
        "ses:from-domain": ["shop.example"],
        "ses:caller-identity": ["sesami-customer"],
        campaign: ["orders"],
      },
      configurationSet: "sesami",
      sendingAccountId: "222222222222",
    });
  });

  test("a tag that is named like a field of the message stays a tag", () => {
    const event = sesEvent("send", { "mail.tags": { messageId: ["mine"], subject: ["mine"] } });

    expect(event.messageId).not.toBe("mine");
    expect(event.message).toMatchObject({ subject: "Your order has left the shop", tags: { messageId: ["mine"] } });
  });

  test("unknown enum values and fields pass", () => {
    const bounce = sesEvent("bounce", {
      "bounce.bounceType": "Cosmic",
      "bounce.bounceSubType": "Ray",
      "bounce.new": {},
    });
    const delay = sesEvent("deliveryDelay", { "deliveryDelay.delayType": "Weather", new: 1 });

    expect(bounce.detail).toMatchObject({ bounceType: "Cosmic", bounceSubType: "Ray" });
    expect(delay.detail).toMatchObject({ delayType: "Weather" });
  });

  test.each(["Rendering Failure", "RenderingFailure", "RENDERING_FAILURE"])(
    "the spelling %s is one type",
    (eventType) => {
      expect(sesEvent("renderingFailure", { eventType }).type).toBe("renderingFailure");
    },
  );
});

describe("refused", () => {
  test.each([
    ["send", { eventType: "Quarantine" }, "eventType"],
    ["send", { eventType: 5 }, "eventType"],
    ["send", { eventType: "constructor" }, "eventType"],
    ["send", { send: "yes" }, "send"],
    ["send", { mail: undefined }, "mail"],
    ["send", { "mail.messageId": undefined }, "mail.messageId"],
    ["send", { "mail.messageId": "two words" }, "mail.messageId"],
    ["send", { "mail.messageId": "x".repeat(201) }, "mail.messageId"],
    ["send", { "mail.timestamp": undefined }, "mail.timestamp"],
    ["send", { "mail.timestamp": "yesterday" }, "mail.timestamp"],
    ["send", { "mail.timestamp": 1763884800000 }, "mail.timestamp"],
    ["send", { "mail.destination": undefined }, "mail.destination"],
    ["send", { "mail.destination": [] }, "mail.destination"],
    ["send", { "mail.destination": ada }, "mail.destination"],
    ["send", { "mail.destination": [ada, "nobody"] }, "mail.destination[1]"],
    ["send", { "mail.destination": [7] }, "mail.destination[0]"],
    ["send", { "mail.destination": Array.from({ length: 501 }, () => ada) }, "mail.destination"],
    ["open", { "mail.destination": ["nobody"] }, "mail.destination[0]"],
    ["open", { "mail.timestamp": "yesterday" }, "mail.timestamp"],
    ["open", { "open.timestamp": undefined }, "open.timestamp"],
    ["click", { "click.link": undefined }, "click.link"],
    ["delivery", { delivery: undefined }, "delivery"],
    ["delivery", { "delivery.recipients": [] }, "delivery.recipients"],
    ["delivery", { "delivery.recipients": [null] }, "delivery.recipients[0].emailAddress"],
    ["bounce", { "bounce.bounceType": undefined }, "bounce.bounceType"],
    ["bounce", { "bounce.bounceSubType": undefined }, "bounce.bounceSubType"],
    ["bounce", { "bounce.timestamp": "2026-02-30T08:00:00Z" }, "bounce.timestamp"],
    ["bounce", { "bounce.bouncedRecipients": undefined }, "bounce.bouncedRecipients"],
    [
      "bounce",
      { "bounce.bouncedRecipients": [{ emailAddress: "nobody" }] },
      "bounce.bouncedRecipients[0].emailAddress",
    ],
    ["deliveryDelay", { "deliveryDelay.timestamp": undefined }, "deliveryDelay.timestamp"],
    ["deliveryDelay", { "deliveryDelay.delayType": undefined }, "deliveryDelay.delayType"],
  ] as const)("%s with %j: the path is %s", (type, changes, path) => {
    expect(refusal(sesJson(type, changes))).toBe(path);
  });

  test("a legacy notification of an unknown type, at its own name for the type", () => {
    expect(refusal(legacySesJson("bounce", { notificationType: "Quarantine" }))).toBe("notificationType");
  });

  test("without quoting what it was: it may be somebody's address", () => {
    const [delivery] = parseDelivery(sesJson("send", { "mail.destination": ["carol at example.com"] }));

    expect(delivery).toMatchObject({ result: "invalid", reason: "mail.destination[0] is not an e-mail address" });
  });
});

describe("hostile input", () => {
  test("sets no prototype", () => {
    const json = JSON.parse(
      JSON.stringify(sesJson("click")).replace('"tags":{', '"tags":{"__proto__":["polluted"],"constructor":["tag"],'),
    ) as Json;

    const [event] = parseEvents({ ...json, ["__proto__"]: { type: "bounce" } });

    expect(event?.message.tags).toMatchObject({ campaign: ["orders"] });
    expect(Object.keys(event?.message.tags ?? {})).not.toContain("__proto__");
    expect(event?.message.tags["constructor"]).toEqual(["tag"]);
    expect(({} as Json)["polluted"]).toBeUndefined();
  });

  test("is bounded in size, and long links stay apart", () => {
    const long = `https://shop.example/${"ж".repeat(5000)}`;
    const tags = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`tag${index}`, ["v".repeat(5000)]]));

    const first = sesEvent("click", {
      "click.link": `${long}1`,
      "click.userAgent": "u".repeat(9000),
      "mail.tags": tags,
    });
    const second = sesEvent("click", { "click.link": `${long}2` });

    expect(JSON.stringify(first.detail).length).toBeLessThan(4_000);
    expect(Object.keys(first.message.tags).length).toBeGreaterThan(30);
    expect(JSON.stringify(first.message).length).toBeLessThan(12_000);
    expect(first.detail).not.toEqual(second.detail);
    expect(new TextEncoder().encode((second.detail as { link: string }).link).length).toBeLessThanOrEqual(2_000);
  });

  test("with optional fields of the wrong kind is read without them", () => {
    const event = sesEvent("open", {
      "open.userAgent": { $: 1 },
      "open.isBotEvent": true,
      "mail.tags": "none",
      "mail.commonHeaders": [],
      "mail.source": null,
    });

    expect(event.detail).toEqual({ ipAddress: "198.51.100.0/24" });
    expect(event.message).toMatchObject({ tags: {} });
    expect(event.message).not.toHaveProperty("subject");
  });
});
