import { describe, expect, test } from "vitest";
import { eventTypeByStatus } from "../../../shared/contract/api/events.ts";
import { explainBounce, lookOfStatus, statusesOf, statusOfEvent, statusWords } from "./status.ts";

describe("statuses", () => {
  test("there is one word for each of the ten event types of SES", () => {
    // Amazon SES Developer Guide, "Contents of event data in the SES console": event types.
    const types = ["bounce", "click", "complaint", "delivery", "deliveryDelay", "open", "reject"] as const;
    const others = ["renderingFailure", "send", "subscription"] as const;

    const words = [...types, ...others].map((type) => statusOfEvent({ type }));

    expect(new Set(words).size).toBe(10);
    expect(words.map((word) => eventTypeByStatus[word])).toEqual([...types, ...others]);
  });

  test("a word and a sign tell every status apart, without its colour", () => {
    const looks = statusWords.map(lookOfStatus);

    expect(new Set(looks.map(({ word }) => word)).size).toBe(statusWords.length);
    expect(new Set(looks.map(({ sign }) => sign)).size).toBe(statusWords.length);
  });

  test.each([
    [undefined, []],
    ["", []],
    ["opened", ["opened"]],
    ["opened,clicked", ["opened", "clicked"]],
    ["opened,nonsense,__proto__", ["opened"]],
    ["Opened", []],
  ])("the address bar's %s names %j", (words, expected) => {
    expect(statusesOf(words)).toEqual(expected);
  });
});

describe("a bounce in words", () => {
  test.each([
    ["Permanent", "General", /^Hard bounce/],
    ["Permanent", "NoEmail", /^Hard bounce/],
    ["Permanent", "Suppressed", /^Not attempted/],
    ["Permanent", "OnAccountSuppressionList", /^Not attempted/],
    ["Transient", "General", /^Soft bounce/],
    ["Transient", "MailboxFull", /mailbox is full/],
    ["Transient", "MessageTooLarge", /too large/],
    ["Undetermined", "Undetermined", /without saying why/],
  ])("%s, %s", (type, subType, expected) => {
    expect(explainBounce({ type, subType })).toMatch(expected);
  });

  test("only a hard bounce is told to be suppressed", () => {
    expect(explainBounce({ type: "Permanent", subType: "General" })).toContain("suppressed");
    expect(explainBounce({ type: "Transient", subType: "General" })).not.toContain("suppressed");
    expect(explainBounce({ type: "Undetermined", subType: "Undetermined" })).not.toContain("suppressed");
  });
});
