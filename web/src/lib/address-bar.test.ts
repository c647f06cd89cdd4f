import { describe, expect, test } from "vitest";
import { oneOf, periodOf, wordOf } from "./address-bar.ts";

describe("what the address bar says", () => {
  test("is the first of several values, and nothing where it is empty", () => {
    expect([oneOf(["a", "b"]), oneOf("a"), oneOf(""), oneOf(undefined)]).toEqual(["a", "a", undefined, undefined]);
  });

  test("is a word only where that is one of those that are known", () => {
    expect(wordOf("persons", ["all", "persons"])).toBe("persons");
    expect(wordOf("Persons", ["all", "persons"])).toBeUndefined();
  });

  test.each([
    [{ period: "7d" }, { period: "7d" }],
    [{}, { period: undefined }],
    [{ period: "8d" }, { period: undefined }],
    [{ from: "2026-11-01" }, { from: "2026-11-01", to: undefined }],
    [
      { from: "yesterday", to: "2026-11-02" },
      { from: undefined, to: "2026-11-02" },
    ],
    // Days are more than a name says.
    [
      { period: "7d", from: "2026-11-01", to: "2026-11-02" },
      { from: "2026-11-01", to: "2026-11-02" },
    ],
  ])("%j is the period %j", (parameters, expected) => {
    expect(periodOf(parameters)).toEqual(expected);
  });
});
