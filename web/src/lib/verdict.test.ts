import { describe, expect, test } from "vitest";
import { verdicts as contractVerdicts } from "../../../shared/contract/api/events.ts";
import { lookOfVerdict, showNetwork, verdicts, verdictsOf } from "./verdict.ts";

describe("verdicts", () => {
  test("there is a look for every verdict of the API", () => {
    expect(verdicts).toEqual(contractVerdicts);
  });

  test("a word and a sign tell every verdict apart, without its colour", () => {
    const looks = verdicts.map(lookOfVerdict);

    expect(new Set(looks.map(({ word }) => word)).size).toBe(verdicts.length);
    expect(new Set(looks.map(({ sign }) => sign)).size).toBe(verdicts.length);
  });

  // docs/decisions/0011-who-counts-as-a-person.md
  test("those that count as a person's look good, the others do not", () => {
    expect(verdicts.filter((verdict) => lookOfVerdict(verdict).tone === "good")).toEqual(["person", "imageProxy"]);
  });

  test.each([
    [undefined, []],
    ["person,nonsense,scanner", ["person", "scanner"]],
    ["__proto__", []],
  ])("the address bar's %s names %j", (words, expected) => {
    expect(verdictsOf(words)).toEqual(expected);
  });
});

test.each([
  [{ range: "66.249.93.0/24", owner: "google" as const }, "66.249.93.0/24 (Google)"],
  [{ range: "198.51.100.0/24" }, "198.51.100.0/24"],
  [{ owner: "apple" as const }, "Apple"],
  [{}, ""],
])("the network %j reads %s", (network, expected) => {
  expect(showNetwork(network)).toBe(expected);
});
