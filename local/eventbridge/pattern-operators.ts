// The operators on one field of an event pattern: how each is written, and which values it matches.
// Source: EventBridge user guide, "Comparison operators for use in event patterns"; what is invalid, and its wording,
// follows AWS's own rule engine. How fields are found in an event: pattern.ts.
import { BlockList, isIP } from "node:net";
import { AwsError } from "../protocol.ts";

/** A leaf of an event. */
export type Scalar = string | number | boolean | null;

/** `absent` matches an event that lacks the field; the others test one value of it. */
export type FieldTest = { kind: "absent" } | { kind: "value"; matches: (value: Scalar) => boolean };

export const invalidPattern = (reason: string): AwsError =>
  new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

type ValueTest = (value: Scalar) => boolean;
type TextTest = (text: string) => boolean;

const onText =
  (matches: TextTest): ValueTest =>
  (value) =>
    typeof value === "string" && matches(value);

const fold = (text: string) => text.toLowerCase();

function readText(value: unknown, operator: string): string {
  if (typeof value !== "string") throw invalidPattern(`${operator} match pattern must be a string`);
  return value;
}

/** The one member of an operator's object. */
function readSingleMember(value: object): [name: string, operand: unknown] {
  const [member, ...others] = Object.entries(value);
  if (!member) throw invalidPattern("Match expression name not found");
  if (others.length > 0) throw invalidPattern("Only one key allowed in match expression");
  return member;
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `prefix` and `suffix` take a string, or `{ "equals-ignore-case": string }`. */
function parseAffix(operator: "prefix" | "suffix", operand: unknown): TextTest {
  const holds = (text: string, part: string) => (operator === "prefix" ? text.startsWith(part) : text.endsWith(part));
  if (!isObject(operand)) {
    const part = readText(operand, operator);
    return (text) => holds(text, part);
  }
  const [name, inner] = readSingleMember(operand);
  if (name !== "equals-ignore-case") throw invalidPattern(`Unsupported ${operator} pattern: ${name}`);
  const part = fold(readText(inner, "equals-ignore-case"));
  return (text) => holds(fold(text), part);
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function parseWildcard(operand: unknown): TextTest {
  const pattern = readText(operand, "wildcard");
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) throw invalidPattern("Consecutive wildcard characters are not allowed");
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === "*") {
      source += ".*";
      continue;
    }
    if (character === "\\") index += 1;
    const literal = pattern.charAt(index);
    if (character === "\\" && literal !== "*" && literal !== "\\")
      throw invalidPattern(`Invalid escape character at pos ${index - 1}`);
    source += literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  }
  const expression = new RegExp(`^${source}$`, "s");
  return (text) => expression.test(text);
}

function parseEqualsIgnoreCase(operand: unknown): TextTest {
  const wanted = fold(readText(operand, "equals-ignore-case"));
  return (text) => fold(text) === wanted;
}

const orderings: Record<string, (value: number, operand: number) => boolean> = {
  "=": (value, operand) => value === operand,
  "<": (value, operand) => value < operand,
  "<=": (value, operand) => value <= operand,
  ">": (value, operand) => value > operand,
  ">=": (value, operand) => value >= operand,
};

/** `[">", 0]`, `["=", 5]`, or a range with its lower bound first: `[">", 0, "<=", 5]`. */
function parseNumeric(operand: unknown): ValueTest {
  if (!Array.isArray(operand)) throw invalidPattern("Value of numeric must be an array.");
  const bounds: { operator: string; bound: number }[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [operator, bound] = operand.slice(index, index + 2) as unknown[];
    if (typeof operator !== "string") throw invalidPattern(`Invalid member in numeric match: ${String(operator)}`);
    if (!Object.hasOwn(orderings, operator)) throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
    if (typeof bound !== "number") throw invalidPattern(`Value of ${operator} must be numeric`);
    bounds.push({ operator, bound });
  }
  const [lower, upper, ...others] = bounds;
  if (!lower) throw invalidPattern("Invalid member in numeric match: ]");
  if (others.length > 0) throw invalidPattern("Too many terms in numeric range expression");
  if (upper) {
    if (!lower.operator.startsWith(">")) throw invalidPattern("Too many elements in numeric expression");
    if (!upper.operator.startsWith("<")) throw invalidPattern(`Bad numeric range operator: ${upper.operator}`);
    if (lower.bound >= upper.bound) throw invalidPattern("Bottom must be less than top");
  }
  return (value) =>
    typeof value === "number" && bounds.every(({ operator, bound }) => orderings[operator]?.(value, bound) === true);
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** An IPv4 or IPv6 range; a textual address inside it matches. */
function parseCidr(operand: unknown): TextTest {
  const range = readText(operand, "cidr");
  const [network = "", bits = "", ...others] = range.split("/");
  const isValid = isIP(network) !== 0 && /^\d{1,3}$/.test(bits) && others.length === 0;
  if (!isValid || Number(bits) > (isIP(network) === 6 ? 128 : 32))
    throw invalidPattern(`Malformed CIDR, one '/' required: ${range}`);
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return (text) => isIP(text) === isIP(network) && list.check(text, familyOf(text));
}

/** Each operator that `anything-but` may be applied to, for one operand of a list. */
const negatable: Record<string, (operand: unknown) => TextTest> = {
  prefix: (operand) => parseAffix("prefix", operand),
  suffix: (operand) => parseAffix("suffix", operand),
  wildcard: parseWildcard,
  "equals-ignore-case": parseEqualsIgnoreCase,
};

function parseNegatedOperator(operand: object): ValueTest {
  const [name, inner] = readSingleMember(operand);
  const parse = Object.hasOwn(negatable, name) ? negatable[name] : undefined;
  if (!parse) throw invalidPattern(`Unsupported anything-but pattern: ${name}`);
  const operands: unknown[] = Array.isArray(inner) ? inner : [inner];
  if (operands.length === 0) throw invalidPattern("Empty arrays are not allowed");
  if (operands.includes("")) throw invalidPattern(`Null ${name} not allowed`);
  const tests = operands.map(parse);
  return (value) => typeof value !== "string" || !tests.some((matches) => matches(value));
}

function parseAnythingBut(operand: unknown): ValueTest {
  if (isObject(operand)) return parseNegatedOperator(operand);
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size !== 1 || !(kinds.has("string") || kinds.has("number")))
    throw invalidPattern(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  return (value) => !values.includes(value);
}

const operators: Record<string, (operand: unknown) => ValueTest> = {
  prefix: (operand) => onText(parseAffix("prefix", operand)),
  suffix: (operand) => onText(parseAffix("suffix", operand)),
  wildcard: (operand) => onText(parseWildcard(operand)),
  "equals-ignore-case": (operand) => onText(parseEqualsIgnoreCase(operand)),
  cidr: (operand) => onText(parseCidr(operand)),
  numeric: parseNumeric,
  "anything-but": parseAnythingBut,
};

/** Names that `$or` alternatives may not use as fields: they would read as operators. */
export const reservedNames: ReadonlySet<string> = new Set([...Object.keys(operators), "exists"]);

/**
 * One entry of a field's array: a value to equal, or an operator.
 * @throws AwsError `InvalidEventPatternException`
 */
export function parseFieldTest(entry: unknown): FieldTest {
  if (Array.isArray(entry)) throw invalidPattern("Match value must be String, number, true, false, or null");
  if (!isObject(entry)) return { kind: "value", matches: (value) => value === entry };
  const [name, operand] = readSingleMember(entry);
  if (name === "exists") {
    if (typeof operand !== "boolean") throw invalidPattern("exists match pattern must be either true or false.");
    return operand ? { kind: "value", matches: () => true } : { kind: "absent" };
  }
  const parse = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!parse) throw invalidPattern(`Unrecognized match type ${name}`);
  return { kind: "value", matches: parse(operand) };
}
