// What events make of an outcome: the status table, evidence, totals, and what goes beyond the bounds.
import { describe, expect, test } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import { fold, unknownIdsOf } from "../../../shared/domain/fold.ts";
import { eventIdOf } from "../../../shared/domain/identity.ts";
import { maxInlineEvents } from "../../../shared/domain/outcome.ts";
import { type Json, fixtureMessageId, legacySesJson, parseEvents, sesEvent } from "../../support/ses-events.ts";

const outcomeOf = (...events: SesEvent[]) => fold(undefined, events).outcome;

const legacyEvent = (type: "bounce" | "complaint" | "delivery", changes: Json = {}): SesEvent =>
  parseEvents(legacySesJson(type, changes))[0] ?? sesEvent(type);

const bounce = (bounceType: string, bounceSubType: string, changes: Json = {}) =>
  sesEvent("bounce", { "bounce.bounceType": bounceType, "bounce.bounceSubType": bounceSubType, ...changes });

const openAt = (minute: number) =>
  sesEvent("open", { "open.timestamp": `2026-11-23T09:${String(minute).padStart(2, "0")}:00.000Z` });

const send = sesEvent("send");
const delivery = sesEvent("delivery");
const open = sesEvent("open");
const click = sesEvent("click");
const delay = sesEvent("deliveryDelay");
const complaint = sesEvent("complaint");
const notSpam = sesEvent("complaint", { "complaint.complaintFeedbackType": "not-spam" });
const prevented = sesEvent("complaint", { "complaint.complaintSubType": "OnAccountSuppressionList" });
const hard = bounce("Permanent", "General");
const outOfOffice = bounce("Transient", "General");
const mailboxFull = bounce("Transient", "MailboxFull");

describe("the status", () => {
  test.each<[status: string, delivered: boolean, name: string, events: SesEvent[]]>([
    ["sent", false, "a send", [send]],
    ["sent", false, "a change of preferences alone", [sesEvent("subscription")]],
    ["delayed", false, "a delay", [send, delay]],
    ["delivered", true, "a delivery after a delay", [send, delay, delivery]],
    ["delivered", true, "a delivery without a send", [delivery]],
    ["opened", true, "an open, which implies a delivery", [open]],
    ["clicked", true, "a click without an open", [send, click]],
    ["clicked", true, "a click and an open", [open, click]],
    ["bounced", false, "a hard bounce", [send, hard]],
    ["bounced", true, "a hard bounce after a delivery", [delivery, hard]],
    ["bounced", true, "a hard bounce of something opened", [delivery, open, hard]],
    ["bounced", true, "a full mailbox after a delivery", [delivery, mailboxFull]],
    ["bounced", false, "a bounce of an unknown kind", [bounce("Cosmic", "Ray")]],
    ["bounced", false, "a suppressed address", [send, bounce("Permanent", "OnAccountSuppressionList")]],
    ["bounced", false, "a transient general bounce without a delivery", [send, outOfOffice]],
    ["delivered", true, "an out-of-office reply", [send, delivery, outOfOffice]],
    ["opened", true, "an out-of-office reply to something opened", [open, outOfOffice]],
    ["bounced", true, "an out-of-office reply and a hard bounce", [delivery, outOfOffice, hard]],
    ["complained", true, "a complaint, which implies a delivery", [send, complaint]],
    ["complained", true, "a complaint after everything else", [send, delivery, open, click, hard, complaint]],
    ["delivered", true, "a report that it is no spam", [send, notSpam]],
    ["complained", true, "a complaint and its retraction", [complaint, notSpam]],
    ["rejected", false, "a complaint of the past, for which SES did not send", [send, prevented]],
    ["rejected", false, "a reject", [send, sesEvent("reject")]],
    ["failed", false, "a rendering failure", [send, sesEvent("renderingFailure")]],
  ])("%s (delivered: %s): %s", (status, delivered, _name, events) => {
    expect(outcomeOf(...events)).toMatchObject({ status, delivered });
    expect(outcomeOf(...events.toReversed())).toMatchObject({ status, delivered });
  });

  test("tells an out-of-office reply, and keeps no bounce of it", () => {
    const outcome = outcomeOf(send, outOfOffice, delivery);

    expect(outcome.automaticReply).toBe(true);
    expect(outcome).not.toHaveProperty("bounce");
    expect(outcomeOf(send, outOfOffice)).toMatchObject({ automaticReply: false, bounce: { bounceSubType: "General" } });
  });

  test("is that of the hardest bounce, with its time", () => {
    const early = bounce("Transient", "MailboxFull", { "bounce.timestamp": "2026-11-23T08:00:01.000Z" });

    expect(outcomeOf(early, hard).bounce).toMatchObject({ bounceType: "Permanent", at: "2026-11-23T08:00:02.500Z" });
  });

  test("keeps the complaint, the real one before a prevented one", () => {
    expect(outcomeOf(prevented, complaint).complaint).toMatchObject({ feedbackType: "abuse" });
    expect(outcomeOf(prevented, complaint).complaint).not.toHaveProperty("subType");
    expect(outcomeOf(prevented).complaint).toMatchObject({ subType: "OnAccountSuppressionList" });
    expect(outcomeOf(notSpam)).not.toHaveProperty("complaint");
  });

  test("invents no time of delivery", () => {
    expect(outcomeOf(open)).not.toHaveProperty("deliveredAt");
    expect(outcomeOf(open, delivery).deliveredAt).toBe("2026-11-23T08:00:01.750Z");
  });
});

describe("an outcome", () => {
  test("of one recipient holds its events by time, without what the message says", () => {
    const outcome = outcomeOf(open, send, delivery);

    expect(outcome).toMatchObject({ messageId: fixtureMessageId, recipient: "ada@example.com", overflowCount: 0 });
    expect(outcome.events.map(({ type }) => type)).toEqual(["send", "delivery", "open"]);
    expect(Object.keys(outcome.events[0] ?? {}).toSorted()).toEqual([
      "detail",
      "eventId",
      "occurredAt",
      "style",
      "type",
    ]);
  });

  test("of nobody in particular is the message's", () => {
    const event = sesEvent("open", { "mail.destination": ["ada@example.com", "bob@example.com"] });

    expect(outcomeOf(event).recipient).toBe(`message:${fixtureMessageId}`);
  });

  test("counts each open and click once, and when the first and last was", () => {
    const again = sesEvent("click", { "click.timestamp": "2026-11-23T08:12:00.000Z" });
    const other = sesEvent("click", { "click.link": "https://shop.example/help" });

    const outcome = outcomeOf(openAt(2), click, openAt(1), again, click, other, openAt(2));

    expect(outcome.opens).toEqual({
      total: 2,
      firstAt: "2026-11-23T09:01:00.000Z",
      lastAt: "2026-11-23T09:02:00.000Z",
    });
    expect(outcome.clicks.total).toBe(3);
    expect(outcome.links).toEqual({
      "https://shop.example/help": {
        total: 1,
        byPersons: 1,
        firstAt: "2026-11-23T08:11:00.000Z",
        lastAt: "2026-11-23T08:11:00.000Z",
      },
      "https://shop.example/orders/1?from=mail": {
        total: 2,
        byPersons: 2,
        firstAt: "2026-11-23T08:11:00.000Z",
        lastAt: "2026-11-23T08:12:00.000Z",
      },
    });
    expect(outcomeOf(send).opens).toEqual({ total: 0 });
  });

  test("gives 50 links a tally, and the rest one together", () => {
    const clicks = Array.from({ length: 53 }, (_, index) =>
      sesEvent("click", { "click.link": `https://shop.example/${100 + index}` }),
    );

    const { links } = outcomeOf(...clicks.toReversed());

    expect(Object.keys(links)).toHaveLength(51);
    expect(links["other"]).toMatchObject({ total: 3 });
    expect(links).toHaveProperty(["https://shop.example/149"]);
    expect(links).not.toHaveProperty(["https://shop.example/150"]);
  });

  test("counts people's clicks under the link that tells of them, the rest's with the rest", () => {
    const clickAt = (hour: number, page: number) =>
      sesEvent("click", {
        "click.timestamp": new Date(Date.UTC(2026, 10, 24, hour)).toISOString(),
        "click.link": `https://shop.example/${page}`,
      });
    const clicks = Array.from({ length: 60 }, (_, hour) => clickAt(hour, 160 - hour));

    const { links, clicksByPersons } = outcomeOf(...clicks);

    expect(clicksByPersons.total).toBe(maxInlineEvents);
    expect(links["other"]).toMatchObject({ total: 10, byPersons: 10 });
    expect(links["https://shop.example/150"]).toMatchObject({ total: 1, byPersons: 1 });
    expect(links["https://shop.example/101"]).toMatchObject({ total: 1, byPersons: 0 });
  });

  test("takes no link for a prototype", () => {
    const { links } = outcomeOf(sesEvent("click", { "click.link": "__proto__" }));

    expect(links).toEqual({ other: expect.objectContaining({ total: 1 }) as unknown });
  });
});

describe("what the message says", () => {
  test("is taken from event publishing before legacy, then from the earliest", () => {
    const legacy = legacyEvent("delivery", {
      "mail.source": "legacy@shop.example",
      "mail.timestamp": "2026-11-23T07:00:00Z",
    });
    const later = sesEvent("open", { "mail.commonHeaders.subject": "Changed on the way" });

    for (const events of [
      [legacy, later, send],
      [send, later, legacy],
    ])
      expect(outcomeOf(...events)).toMatchObject({
        sentAt: "2026-11-23T08:00:00.125Z",
        from: "Corner Shop <orders@shop.example>",
        subject: "Your order has left the shop",
        configurationSet: "sesami",
        tags: { campaign: ["orders"] },
      });
  });

  test("is the earliest sending time of legacy notifications, which disagree", () => {
    const outcome = outcomeOf(
      legacyEvent("complaint", { "mail.timestamp": "2026-11-23T08:00:02.811Z" }),
      legacyEvent("delivery", { "mail.timestamp": "2026-11-23T08:00:01.454Z" }),
    );

    expect(outcome).toMatchObject({ sentAt: "2026-11-23T08:00:01.454Z", tags: {} });
  });

  test("comes from a later event where an earlier one has none: templates have no subject when sent", () => {
    const templated = sesEvent("send", { "mail.commonHeaders.subject": undefined });

    expect(outcomeOf(templated)).not.toHaveProperty("subject");
    expect(outcomeOf(templated, delivery).subject).toBe("Your order has left the shop");
  });

  test("gives way where a sending time was only assumed", () => {
    const timeless = sesEvent("bounce", {
      "mail.timestamp": undefined,
      "bounce.timestamp": "2026-11-23T07:59:59.000Z",
    });
    const legacy = legacyEvent("delivery");

    expect(outcomeOf(timeless).sentAt).toBe("2026-11-23T07:59:59.000Z");
    expect(outcomeOf(timeless, legacy).sentAt).toBe("2026-11-23T08:00:01.000Z");
    expect(outcomeOf(legacy, timeless, send).sentAt).toBe("2026-11-23T08:00:00.125Z");
  });
});

describe("folding", () => {
  test("says which events are new, each once", () => {
    const { outcome, stored, changed } = fold(undefined, [send, open, send]);

    const again = fold(outcome, [open, delivery]);

    expect(stored).toEqual([eventIdOf(send), eventIdOf(open)]);
    expect(changed).toBe(true);
    expect(again.stored).toEqual([eventIdOf(delivery)]);
  });

  test("of nothing new changes nothing, in whatever order a database returns the fields", () => {
    const { outcome } = fold(undefined, [send, open]);
    const readBack = Object.fromEntries(Object.entries(outcome).toReversed()) as unknown as typeof outcome;

    const again = fold(readBack, [open, send]);

    expect(again).toMatchObject({ stored: [], overflow: [], changed: false, outcome });
  });

  test("of the better copy of a known event changes the outcome and stores no event", () => {
    const { outcome } = fold(undefined, [legacyEvent("bounce")]);

    const again = fold(outcome, [hard]);

    expect(again).toMatchObject({ stored: [], changed: true, outcome: { events: [{ style: "eventPublishing" }] } });
  });

  test("refuses no events, and events of another outcome", () => {
    const other = sesEvent("send", { "mail.destination": ["bob@example.com"] });

    expect(() => fold(undefined, [])).toThrow(RangeError);
    expect(() => fold(undefined, [send, other])).toThrow(RangeError);
    expect(() => fold(outcomeOf(send), [other])).toThrow(RangeError);
  });
});

describe("the size", () => {
  const wide = (length: number) => "ж".repeat(length);
  const clickOf = (index: number) =>
    sesEvent("click", {
      "mail.tags": Object.fromEntries(Array.from({ length: 200 }, (_, tag) => [`${wide(100)}${tag}`, [wide(300)]])),
      "mail.source": wide(3_000),
      "mail.commonHeaders.subject": wide(3_000),
      "click.link": `https://shop.example/${wide(3_000)}${index}`,
      "click.userAgent": wide(3_000),
      "click.linkTags": Object.fromEntries(Array.from({ length: 50 }, (_, tag) => [`tag${tag}`, [wide(300)]])),
    });

  test("of the largest outcome fits an item of DynamoDB, 400 KB", () => {
    const { outcome } = fold(
      undefined,
      Array.from({ length: 60 }, (_, index) => clickOf(index)),
    );

    const sizeBytes = new TextEncoder().encode(JSON.stringify(outcome)).length;

    expect(outcome.events).toHaveLength(maxInlineEvents);
    expect(Object.keys(outcome.links)).toHaveLength(51);
    expect(sizeBytes).toBeGreaterThan(200_000);
    expect(sizeBytes).toBeLessThan(390_000);
  });
});

describe("past 40 events", () => {
  const opens = Array.from({ length: 50 }, (_, index) => openAt(index));

  test("the rest overflow, counted all the same", () => {
    const { outcome, stored, overflow } = fold(undefined, opens);

    expect(outcome).toMatchObject({ overflowCount: 10, opens: { total: 50, lastAt: "2026-11-23T09:49:00.000Z" } });
    expect(outcome.events).toHaveLength(maxInlineEvents);
    expect(stored).toHaveLength(50);
    expect(overflow.map(({ occurredAt }) => occurredAt)).toEqual(opens.slice(40).map(({ occurredAt }) => occurredAt));
  });

  test("what happens once moves an open out, so that a status keeps its evidence", () => {
    const before = fold(undefined, opens.slice(0, 40));

    const after = fold(before.outcome, [complaint]);

    expect(after.outcome.status).toBe("complained");
    expect(after.outcome.events.map(({ type }) => type)).toContain("complaint");
    expect(after.overflow.map(({ eventId }) => eventId)).toEqual([eventIdOf(openAt(39))]);
    expect(after.stored).toEqual([eventIdOf(complaint)]);
    expect(after.outcome).toMatchObject({ overflowCount: 1, opens: { total: 40 } });
  });

  test("a duplicate of an item of its own is named by the outcome's unknown ids and then not counted", () => {
    const { outcome, overflow } = fold(undefined, opens);
    const events = [openAt(0), openAt(49), openAt(55)];

    const unknown = unknownIdsOf(outcome, events);
    const items = new Set(overflow.map(({ eventId }) => eventId));
    const again = fold(outcome, events, new Set(unknown.filter((eventId) => items.has(eventId))));

    expect(unknown).toEqual([eventIdOf(openAt(49)), eventIdOf(openAt(55))]);
    expect(again.stored).toEqual([eventIdOf(openAt(55))]);
    expect(again.outcome).toMatchObject({ overflowCount: 11, opens: { total: 51 } });
  });
});
