import { expect, test } from "vitest";
import { engagementText } from "./engagement.ts";

test.each([
  [{ total: 0 }, ""],
  [{ total: 1, byPersons: { total: 1 } }, "1 open"],
  [{ total: 5, byPersons: { total: 2 } }, "5 opens, 2 by persons"],
  [{ total: 5, byPersons: { total: 0 } }, "5 opens, none by persons"],
  // An older answer does not tell them apart.
  [{ total: 5 }, "5 opens"],
])("%j reads %j", (opens, expected) => {
  expect(engagementText(opens, "open")).toBe(expected);
});
