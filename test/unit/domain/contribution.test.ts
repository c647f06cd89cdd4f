import { describe, expect, test } from "vitest";
import { bucketsOf, contributionOf, contributionOfEvent, difference } from "../../../shared/domain/contribution.ts";
import { fold } from "../../../shared/domain/fold.ts";
import { sesEvent } from "../../support/ses-events.ts";

const send = sesEvent("send");
const delivery = sesEvent("delivery");
const open = sesEvent("open");
const outOfOffice = sesEvent("bounce", { "bounce.bounceType": "Transient" });
const outcomeOf = (...events: Parameters<typeof fold>[1]) => fold(undefined, events).outcome;

test.each([
  ["2026-11-23T08:00:00.000Z", "H#2026-11-23T08:00"],
  ["2026-11-23T08:29:59.999Z", "H#2026-11-23T08:00"],
  ["2026-11-23T08:30:00.000Z", "H#2026-11-23T08:30"],
  ["2026-11-23T23:59:59.999Z", "H#2026-11-23T23:30"],
])("%s falls into %s and its day", (occurredAt, halfHour) => {
  expect(bucketsOf(occurredAt)).toEqual([halfHour, "D#2026-11-23"]);
});

describe("an outcome adds", () => {
  test("each of its events, to the half hour and the day it happened in", () => {
    const later = sesEvent("open", { "open.timestamp": "2026-11-23T08:45:00.000Z" });

    expect(contributionOf(outcomeOf(send, open, later))).toEqual([
      { bucket: "H#2026-11-23T08:00", counter: "send", value: 1 },
      { bucket: "D#2026-11-23", counter: "send", value: 1 },
      { bucket: "H#2026-11-23T08:00", counter: "open", value: 1 },
      { bucket: "D#2026-11-23", counter: "open", value: 2 },
      { bucket: "H#2026-11-23T08:30", counter: "open", value: 1 },
    ]);
  });

  test("nothing while there is none", () => {
    expect(contributionOf(undefined)).toEqual([]);
  });
});

describe("a change adds", () => {
  test("only what is new", () => {
    const change = difference(contributionOf(outcomeOf(send, delivery)), contributionOf(outcomeOf(send)));

    expect(change).toEqual([
      { bucket: "H#2026-11-23T08:00", counter: "delivery", value: 1 },
      { bucket: "D#2026-11-23", counter: "delivery", value: 1 },
    ]);
  });

  test("an automatic reply, once a delivery makes a bounce one", () => {
    const change = difference(contributionOf(outcomeOf(outOfOffice, delivery)), contributionOf(outcomeOf(outOfOffice)));

    expect(change).toContainEqual({ bucket: "D#2026-11-23", counter: "automaticReply", value: 1 });
    expect(change.filter(({ counter }) => counter === "bounce")).toEqual([]);
  });

  test("minus and plus, when a copy of an event turns out earlier", () => {
    const yesterday = sesEvent("delivery", { "delivery.timestamp": "2026-11-22T23:50:00.000Z" });

    const change = difference(contributionOf(outcomeOf(delivery, yesterday)), contributionOf(outcomeOf(delivery)));

    expect(change).toEqual([
      { bucket: "H#2026-11-22T23:30", counter: "delivery", value: 1 },
      { bucket: "D#2026-11-22", counter: "delivery", value: 1 },
      { bucket: "H#2026-11-23T08:00", counter: "delivery", value: -1 },
      { bucket: "D#2026-11-23", counter: "delivery", value: -1 },
    ]);
  });

  test("nothing in sum, when an event moves out of its outcome into an item", () => {
    const opens = Array.from({ length: 40 }, (_, minute) =>
      sesEvent("open", { "open.timestamp": `2026-11-23T09:${String(minute).padStart(2, "0")}:00.000Z` }),
    );
    const before = fold(undefined, opens);
    const after = fold(before.outcome, [send]);

    const change = difference(
      [...contributionOf(after.outcome), ...after.overflow.flatMap(contributionOfEvent)],
      contributionOf(before.outcome),
    );

    expect(change).toEqual(contributionOf(outcomeOf(send)));
  });
});
