// JSON errors with a place, the same on every engine.
import { describe, expect, test } from "vitest";
import { jsonErrorOffset, parseJson } from "../../../lambdas/runtime/json.ts";
import { AppError } from "../../../shared/contract/error.ts";

describe("the offset of what is not JSON", () => {
  test.each([
    ["", 0],
    ["hello", 0],
    ["{", 1],
    ['{"a"}', 4],
    ['{"a":1,}', 7],
    ['{"a":1 "b":2}', 7],
    ["[1,]", 3],
    ["[1 2]", 3],
    ['{"a":"line\nbreak"}', 5],
    ["[01]", 1],
    ["[1] 2", 4],
    ["{'a':1}", 1],
    ['{"a":[{"b":tru}]}', 11],
    ['["\\x"]', 1],
  ])("of %j is %i", (text, offset) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);

    expect(jsonErrorOffset(text)).toBe(offset);
  });
});

test("what JSON.parse takes has no error before its end", () => {
  const texts = ['{"a":[1,-0.5e+3,true,null,"\\u00e9\\n"],"b":{}}', "[]", " [ {} , [ ] ] \n", '"text"', "0", "{}"];

  for (const text of texts) {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(jsonErrorOffset(text)).toBe(text.length);
  }
});

test("the error tells line and column", () => {
  const text = '{\n  "to": ada@example.com\n}';

  expect(() => parseJson(text)).toThrow(AppError);
  expect(() => parseJson(text)).toThrow("line 2, column 9");
});

test("values nested 64 deep are read, deeper ones are refused before anything walks through them", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

  expect(parseJson(`{"data":${nested(63)}}`)).toBeDefined();
  for (const text of [nested(66), `{"data":{"a":${nested(100_000)}}}`])
    expect(() => parseJson(text)).toThrow("The body is nested more than 64 levels deep.");
});
