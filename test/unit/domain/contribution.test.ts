// What outcomes add to the counters: activity by when things happened, cohorts by when the mail was sent.
import { describe, expect, test } from "vitest";
import {
  bucketsOf,
  contributionOf,
  contributionOfEvent,
  difference,
  dimensionsOf,
  type Contribution,
} from "../../../shared/domain/contribution.ts";
import type { EventType, SesEvent } from "../../../shared/domain/event.ts";
import { fold } from "../../../shared/domain/fold.ts";
import { type Json, sesEvent } from "../../support/ses-events.ts";

/** Of no tag and no configuration set, so that only the whole is counted. */
const plain = (type: EventType, changes: Json = {}) => sesEvent(type, { "mail.tags": {}, ...changes });

const send = plain("send");
const delivery = plain("delivery");
const open = plain("open");
const click = plain("click");
const outOfOffice = plain("bounce", { "bounce.bounceType": "Transient" });
const outcomeOf = (...events: SesEvent[]) => fold(undefined, events).outcome;

/** The counters of a day, by name. */
const onDay = (contributions: readonly Contribution[], day = "2026-11-23", dimension?: string) =>
  Object.fromEntries(
    contributions
      .filter((part) => part.bucket === `D#${day}` && part.dimension === dimension)
      .map(({ counter, value }) => [counter, value]),
  );

test.each([
  ["2026-11-23T08:00:00.000Z", "H#2026-11-23T08:00"],
  ["2026-11-23T08:29:59.999Z", "H#2026-11-23T08:00"],
  ["2026-11-23T08:30:00.000Z", "H#2026-11-23T08:30"],
  ["2026-11-23T23:59:59.999Z", "H#2026-11-23T23:30"],
])("%s falls into %s and its day", (occurredAt, halfHour) => {
  expect(bucketsOf(occurredAt)).toEqual([halfHour, "D#2026-11-23"]);
});

describe("activity", () => {
  test("counts each event in the half hour and the day it happened in", () => {
    const later = plain("open", { "open.timestamp": "2026-11-24T08:45:00.000Z" });

    const contributions = contributionOf(outcomeOf(send, open, later));

    expect(contributions).toContainEqual({ bucket: "H#2026-11-23T08:00", counter: "open", value: 1 });
    expect(contributions).toContainEqual({ bucket: "H#2026-11-24T08:30", counter: "open", value: 1 });
    expect(onDay(contributions)).toMatchObject({ send: 1, open: 1 });
    expect(onDay(contributions, "2026-11-24")).toEqual({ open: 1, openByPerson: 1 });
  });

  test("counts opens and clicks again that count as a person's", () => {
    const prefetch = plain("open", { "open.userAgent": "python-requests/2.32.3" });
    const scan = plain("click", { "click.userAgent": "Barracuda Sentinel (EE)" });

    expect(onDay(contributionOf(outcomeOf(open, prefetch, click, scan)))).toMatchObject({
      open: 2,
      openByPerson: 1,
      click: 2,
      clickByPerson: 1,
    });
  });

  test("is nothing while there is no outcome", () => {
    expect(contributionOf(undefined)).toEqual([]);
  });
});

describe("cohorts", () => {
  const nextDay = plain("open", { "open.timestamp": "2026-11-25T10:00:00.000Z" });

  test("count an outcome when its mail was sent, whenever it was opened", () => {
    const contributions = contributionOf(outcomeOf(send, delivery, nextDay, open));

    expect(onDay(contributions)).toMatchObject({ sent: 1, delivered: 1, opened: 1, openedByPersons: 1 });
    expect(onDay(contributions, "2026-11-25")).toEqual({ open: 1, openByPerson: 1 });
  });

  test.each<[string, SesEvent[], Partial<Record<string, number>>]>([
    ["a send", [send], { sent: 1 }],
    ["a delivery without a send", [delivery], { sent: 1, delivered: 1 }],
    ["an open alone", [open], { sent: 1, delivered: 1, opened: 1, openedByPersons: 1 }],
    [
      "a click alone",
      [click],
      { sent: 1, delivered: 1, opened: 1, clicked: 1, openedByPersons: 1, clickedByPersons: 1 },
    ],
    [
      "a scanner's click",
      [plain("click", { "click.userAgent": "curl/8.4.0" })],
      { sent: 1, delivered: 1, opened: 1, clicked: 1 },
    ],
    ["a hard bounce", [send, plain("bounce")], { sent: 1, bouncedHard: 1 }],
    ["a soft bounce", [plain("bounce", { "bounce.bounceType": "Transient" })], { sent: 1, bouncedSoft: 1 }],
    ["an automatic reply", [delivery, outOfOffice], { sent: 1, delivered: 1 }],
    ["a complaint", [plain("complaint")], { sent: 1, delivered: 1, complained: 1 }],
    [
      "a complaint of the past",
      [send, plain("complaint", { "complaint.complaintSubType": "OnAccountSuppressionList" })],
      { sent: 1 },
    ],
    ["no spam", [plain("complaint", { "complaint.complaintFeedbackType": "not-spam" })], { sent: 1, delivered: 1 }],
  ])("of %s", (_name, events, expected) => {
    const uniques = Object.entries(onDay(contributionOf(outcomeOf(...events)))).filter(([counter]) =>
      /^(sent|delivered|bounced|complained$|opened|clicked)/.test(counter),
    );

    expect(Object.fromEntries(uniques)).toEqual(expected);
  });

  test("leave out what can be given to nobody in particular", () => {
    const ofTwo = plain("open", { "mail.destination": ["ada@example.com", "bob@example.com"] });

    expect(onDay(contributionOf(outcomeOf(ofTwo)))).toEqual({ open: 1, openByPerson: 1 });
  });
});

describe("dimensions", () => {
  test("are the configuration set and the sender's own tags, each value once", () => {
    const tags = {
      campaign: ["autumn", "autumn"],
      team: ["a", "b"],
      "ses:from-domain": ["shop.example"],
      "sesami-attempt": ["mai_1-0"],
      "ses:configuration-set": ["sesami"],
    };

    expect(dimensionsOf(outcomeOf(sesEvent("send", { "mail.tags": tags })))).toEqual([
      "cs:sesami",
      "tag:campaign=autumn",
      "tag:team=a",
      "tag:team=b",
    ]);
  });

  test("count what the whole counts", () => {
    const contributions = contributionOf(outcomeOf(sesEvent("send"), sesEvent("open")));

    const whole = onDay(contributions);

    expect(whole).toMatchObject({ send: 1, sent: 1, openedByPersons: 1 });
    expect(onDay(contributions, "2026-11-23", "cs:sesami")).toEqual(whole);
    expect(onDay(contributions, "2026-11-23", "tag:campaign=orders")).toEqual(whole);
  });

  test("of a better copy of the message's facts take the counts along", () => {
    const other = { "mail.tags": { campaign: ["spring"] } };
    const before = outcomeOf(sesEvent("open", other));

    const change = difference(contributionOf(fold(before, [sesEvent("send")]).outcome), contributionOf(before));

    expect(onDay(change, "2026-11-23", "tag:campaign=spring")).toMatchObject({ open: -1, sent: -1 });
    expect(onDay(change, "2026-11-23", "tag:campaign=orders")).toMatchObject({ open: 1, sent: 1, send: 1 });
    expect(onDay(change)).toEqual({ send: 1 });
  });
});

describe("a change adds", () => {
  test("only what is new", () => {
    const change = difference(contributionOf(outcomeOf(send, delivery)), contributionOf(outcomeOf(send)));

    expect(change).toEqual([
      { bucket: "H#2026-11-23T08:00", counter: "delivery", value: 1 },
      { bucket: "D#2026-11-23", counter: "delivery", value: 1 },
      { bucket: "H#2026-11-23T08:00", counter: "delivered", value: 1 },
      { bucket: "D#2026-11-23", counter: "delivered", value: 1 },
    ]);
  });

  test("an automatic reply, once a delivery makes a bounce one", () => {
    const change = difference(contributionOf(outcomeOf(outOfOffice, delivery)), contributionOf(outcomeOf(outOfOffice)));

    expect(onDay(change)).toEqual({ delivery: 1, delivered: 1, automaticReply: 1, bouncedSoft: -1 });
  });

  test("minus and plus, when a copy of an event turns out earlier", () => {
    const yesterday = plain("delivery", { "delivery.timestamp": "2026-11-22T23:50:00.000Z" });

    const change = difference(contributionOf(outcomeOf(delivery, yesterday)), contributionOf(outcomeOf(delivery)));

    expect(change).toEqual([
      { bucket: "H#2026-11-22T23:30", counter: "delivery", value: 1 },
      { bucket: "D#2026-11-22", counter: "delivery", value: 1 },
      { bucket: "H#2026-11-23T08:00", counter: "delivery", value: -1 },
      { bucket: "D#2026-11-23", counter: "delivery", value: -1 },
    ]);
  });

  test("minus, when an open turns out to be a scanner's", () => {
    const early = plain("open", { "open.timestamp": "2026-11-23T08:00:03.000Z" });
    const before = outcomeOf(send, early);

    const change = difference(contributionOf(fold(before, [delivery]).outcome), contributionOf(before));

    expect(onDay(contributionOf(before))).toMatchObject({ openByPerson: 1, openedByPersons: 1 });
    expect(onDay(change)).toEqual({ delivery: 1, openByPerson: -1, openedByPersons: -1 });
  });

  test("nothing in sum but what is new, when an event moves out of its outcome into an item", () => {
    const opens = Array.from({ length: 40 }, (_, minute) =>
      plain("open", {
        "open.timestamp": `2026-11-23T09:${String(minute).padStart(2, "0")}:00.000Z`,
        "open.userAgent": "python-requests/2.32.3",
      }),
    );
    const before = fold(undefined, opens);
    const after = fold(before.outcome, [send]);

    const change = difference(
      [...contributionOf(after.outcome), ...after.overflow.flatMap(contributionOfEvent)],
      contributionOf(before.outcome),
    );

    expect(change).toEqual([
      { bucket: "H#2026-11-23T08:00", counter: "send", value: 1 },
      { bucket: "D#2026-11-23", counter: "send", value: 1 },
    ]);
  });
});
