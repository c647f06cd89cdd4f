// What makes two deliveries one event, and what keeps two events apart.
import { describe, expect, test } from "vitest";
import { eventTypes } from "../../../shared/domain/event.ts";
import { eventIdOf } from "../../../shared/domain/identity.ts";
import { type Json, legacySesJson, parseEvents, sesEvent, sesJson } from "../../support/ses-events.ts";

const idsOf = (...events: Json[]) => events.flatMap(parseEvents).map(eventIdOf);

test("an id is 32 hex digits, and differs by type", () => {
  const ids = eventTypes.map((type) => eventIdOf(sesEvent(type)));

  expect(new Set(ids).size).toBe(10);
  expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
});

describe("one event", () => {
  test.each(["bounce", "complaint", "delivery"] as const)("%s in both styles", (type) => {
    const [published, notified] = idsOf(
      sesJson(type),
      legacySesJson(type, { "mail.timestamp": "2026-11-23T07:59:59Z", [`${type}.timestamp`]: "2026-11-23T11:00:00Z" }),
    );

    expect(notified).toBe(published);
  });

  test.each(["send", "delivery", "reject", "renderingFailure", "bounce", "complaint"] as const)(
    "%s with two times, as it happens once",
    (type) => {
      const body = type === "send" || type === "reject" || type === "renderingFailure" ? "mail" : type;

      const [first, second] = idsOf(sesJson(type), sesJson(type, { [`${body}.timestamp`]: "2026-11-24T00:00:00Z" }));

      expect(second).toBe(first);
    },
  );

  test("an open whose time is written in another offset, to somebody written in capitals", () => {
    const [first, second] = idsOf(
      sesJson("open"),
      sesJson("open", { "open.timestamp": "2026-11-23T01:10:00-07:00", "mail.destination": ["Ada <ADA@EXAMPLE.COM>"] }),
    );

    expect(second).toBe(first);
  });
});

test("an id tells nothing of an address but its network: a stored one must not be found by trying", () => {
  const [first, second] = idsOf(sesJson("open"), sesJson("open", { "open.ipAddress": "198.51.100.8" }));

  expect(second).toBe(first);
});

describe("two events", () => {
  test.each([
    ["opens a second apart", sesJson("open"), { "open.timestamp": "2026-11-23T08:10:01.000Z" }],
    ["opens of two programs", sesJson("open"), { "open.userAgent": "Other/1.0" }],
    ["opens from two networks", sesJson("open"), { "open.ipAddress": "198.51.101.7" }],
    ["clicks on two links", sesJson("click"), { "click.link": "https://shop.example/other" }],
    ["opens of two messages", sesJson("open"), { "mail.messageId": "0100019ab0000009" }],
    ["sends to two recipients", sesJson("send"), { "mail.destination": ["bob@example.com"] }],
    [
      "an open of one recipient and of any of two",
      sesJson("open"),
      { "mail.destination": ["a@b.example", "c@d.example"] },
    ],
    ["bounces of two subtypes", sesJson("bounce"), { "bounce.bounceSubType": "NoEmail" }],
    ["bounces of two types", sesJson("bounce"), { "bounce.bounceType": "Transient" }],
    [
      "a complaint and a prevented one",
      sesJson("complaint"),
      { "complaint.complaintSubType": "OnAccountSuppressionList" },
    ],
    ["a complaint and its retraction", sesJson("complaint"), { "complaint.complaintFeedbackType": "not-spam" }],
    ["delays at two times", sesJson("deliveryDelay"), { "deliveryDelay.timestamp": "2026-11-23T09:15:00.000Z" }],
    ["preference changes at two times", sesJson("subscription"), { "subscription.timestamp": "2026-11-24T08:20:00Z" }],
  ])("%s", (_name, json, changes) => {
    const type = parseEvents(json)[0]?.type ?? "send";

    const [first, second] = idsOf(json, sesJson(type, changes));

    expect(second).not.toBe(first);
  });

  test("whose parts run together only when their borders are forgotten", () => {
    const [first, second] = idsOf(
      sesJson("click", { "click.ipAddress": undefined, "click.userAgent": "ab", "click.link": "c" }),
      sesJson("click", { "click.ipAddress": undefined, "click.userAgent": "a", "click.link": "bc" }),
    );

    expect(second).not.toBe(first);
  });
});
