import { expect, test } from "vitest";
import { showRate, showSize } from "./number.ts";

test.each([
  [0.9824, "98.2%"],
  [1, "100%"],
  [0, "0%"],
  [0.0012, "0.12%"],
])("a share of %d reads %s", (rate, expected) => {
  expect(showRate(rate)).toBe(expected);
});

test("there is no share of nothing", () => {
  expect(showRate(null)).toBe("–");
});

test.each([
  [0, "0 kB"],
  [12_300, "12 kB"],
  [4_260_000, "4.3 MB"],
])("%d bytes read %s", (bytes, expected) => {
  expect(showSize(bytes)).toBe(expected);
});
