// Parsing a request's JSON with an error that tells where it went wrong, the same on every engine.
import { AppError } from "../../shared/contract/error.ts";

/** Lists and objects within each other. DynamoDB takes 32 levels; what walks through values by recursion takes thousands. */
const maxDepth = 64;

const isDeeper = (value: unknown, depth: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1)));

/** @throws AppError `invalid_request` with line and column of what is not JSON, or for values nested too deep */
export function parseJson(text: string): unknown {
  const value = parse(text);
  if (!isDeeper(value, maxDepth)) return value;
  const message = `is nested more than ${maxDepth} levels deep`;
  throw new AppError("invalid_request", `The body ${message}.`, { details: [{ path: "body", message }] });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, jsonErrorOffset(text)).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    throw new AppError("invalid_request", `The body is not JSON: see ${place}.`, {
      details: [{ path: "body", message: `is not JSON from ${place} on` }],
      cause,
    });
  }
}

const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
// oxlint-disable-next-line no-control-regex -- RFC 8259 section 7 forbids raw control characters in strings
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/**
 * The offset of the first token that RFC 8259 does not allow; the text's length when it ends too early. Engines word
 * (and place) their syntax errors differently, and some give no position.
 */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const open: ("{" | "[")[] = [];
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found !== null;
  };
  const takeChar = (char: string): boolean => {
    take(space);
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const takeKey = (): boolean => {
    take(space);
    return take(string) && takeChar(":");
  };

  let expected: "value" | "valueOrEnd" | "keyOrEnd" | "next" = "value";
  for (;;) {
    take(space);
    if (expected === "next") {
      const inside = open.at(-1);
      if (inside === undefined) return at;
      if (takeChar(inside === "{" ? "}" : "]")) open.pop();
      else if (!takeChar(",") || (inside === "{" && !takeKey())) return at;
      else expected = "value";
    } else if (expected === "keyOrEnd") {
      if (takeChar("}")) {
        open.pop();
        expected = "next";
      } else if (takeKey()) expected = "value";
      else return at;
    } else if (expected === "valueOrEnd" && takeChar("]")) {
      open.pop();
      expected = "next";
    } else if (takeChar("{")) {
      open.push("{");
      expected = "keyOrEnd";
    } else if (takeChar("[")) {
      open.push("[");
      expected = "valueOrEnd";
    } else if (take(string) || take(literal)) expected = "next";
    else return at;
  }
}
