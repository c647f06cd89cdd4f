// Item sizes by the rules of "DynamoDB item sizes and formats" in AWS's developer guide, added up by hand.
import { expect, test } from "vitest";
import { itemSizeBytes } from "../../local/dynamodb/item-size.ts";

test.each([
  ["an empty item", {}, 0],
  ["a text, in UTF-8 bytes", { name: { S: "Zürich" } }, 4 + 7],
  ["an emoji", { a: { S: "😀" } }, 1 + 4],
  ["a name in UTF-8 bytes", { ü: { S: "" } }, 2],
  ["a number of four digits", { n: { N: "1234" } }, 1 + 2 + 1],
  ["a number of five digits", { n: { N: "12345" } }, 1 + 3 + 1],
  ["a number without its leading and trailing zeros", { n: { N: "0.00120" } }, 1 + 1 + 1],
  ["zero", { n: { N: "0" } }, 1 + 1],
  ["binary, as it is before base64", { b: { B: "AAEC" } }, 1 + 3],
  ["null and Boolean", { a: { NULL: true }, b: { BOOL: false } }, 1 + 1 + (1 + 1)],
  ["a set of texts", { s: { SS: ["ab", "c"] } }, 1 + 3],
  ["a set of numbers", { s: { NS: ["1", "22"] } }, 1 + 2 + 2],
  ["an empty list", { l: { L: [] } }, 1 + 3],
  ["a list", { l: { L: [{ S: "ab" }, { N: "7" }] } }, 1 + 3 + (1 + 2) + (1 + 2)],
  ["an empty map", { m: { M: {} } }, 1 + 3],
  ["a map in a list", { l: { L: [{ M: { ab: { S: "c" } } }] } }, 1 + 3 + 1 + (3 + 1 + 2 + 1)],
])("%s", (_what, item, expected) => {
  const sizeBytes = itemSizeBytes(item);

  expect(sizeBytes).toBe(expected);
});
