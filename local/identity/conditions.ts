// The Condition element of a policy statement: every operator's meaning, with its IfExists and set forms.
// Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys".
import { BlockList, isIP } from "node:net";
import { unsupported } from "../protocol.ts";
import { listOf, matchesArn, matchesWildcard, substituteVariables, type KeyLookup } from "./pattern.ts";

export type ConditionValue = string | number | boolean;
/** Operator → condition key → value or values. */
export type Conditions = Record<string, Record<string, ConditionValue | ConditionValue[]>>;
/** What the request says of itself, by condition key. A list where a key holds several values. */
export type RequestContext = Record<string, string | string[]>;

type Test = (actual: string, wanted: string, lookup: KeyLookup) => boolean;

const equals: Test = (actual, wanted, lookup) => actual === substituteVariables(wanted, lookup);
const equalsIgnoringCase: Test = (actual, wanted, lookup) =>
  actual.toLowerCase() === substituteVariables(wanted, lookup)?.toLowerCase();
const like: Test = (actual, wanted, lookup) => matchesWildcard(wanted, actual, { lookup });
const arnLike: Test = (actual, wanted, lookup) => matchesArn(wanted, actual, lookup);

const compare =
  (read: (text: string) => number, holds: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    holds(read(actual), read(wanted));

/** Dates of policies are ISO 8601 or seconds since the epoch. */
const readDate = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function isInAddressRange(address: string, range: string): boolean {
  const [network = "", prefix] = range.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || isIP(address) === 0) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === "ipv6" ? 128 : 32)), family);
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

const orderings: Record<string, (actual: number, wanted: number) => boolean> = {
  Equals: (actual, wanted) => actual === wanted,
  LessThan: (actual, wanted) => actual < wanted,
  LessThanEquals: (actual, wanted) => actual <= wanted,
  GreaterThan: (actual, wanted) => actual > wanted,
  GreaterThanEquals: (actual, wanted) => actual >= wanted,
};

const tests: Record<string, Test> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: (actual, wanted) => actual === wanted,
  IpAddress: isInAddressRange,
};
for (const [name, holds] of Object.entries(orderings)) {
  tests[`Numeric${name}`] = compare(Number, holds);
  tests[`Date${name}`] = compare(readDate, holds);
}

const negations: Record<string, string> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
};

interface Operator {
  quantifier: string | undefined;
  name: string;
  ifExists: boolean;
}

function parseOperator(text: string): Operator {
  const [, quantifier, name = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(text) ?? [];
  return { quantifier, name, ifExists: ifExists !== undefined };
}

function holdsFor(operator: Operator, actual: string[] | undefined, wanted: string[], lookup: KeyLookup): boolean {
  if (operator.name === "Null") return wanted.some((value) => (value.toLowerCase() === "true") === !actual);
  const negated = negations[operator.name];
  const test = tests[negated ?? operator.name];
  if (!test) throw unsupported(`the policy condition operator ${operator.name}`);
  if (operator.quantifier === "ForAllValues" && !actual) return true;
  if (operator.quantifier === "ForAnyValue" && !actual) return operator.ifExists;
  if (!actual) return operator.ifExists || negated !== undefined;
  const isWanted = (value: string) => wanted.some((each) => test(value, each, lookup)) !== (negated !== undefined);
  // A negated operator without a quantifier refuses if any value of the key is a listed one.
  const every = operator.quantifier === "ForAllValues" || (operator.quantifier === undefined && negated !== undefined);
  return every ? actual.every(isWanted) : actual.some(isWanted);
}

/** Condition keys are case-insensitive, their values are not. */
export function contextLookup(context: RequestContext): (key: string) => string[] | undefined {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
  return (key) => values.get(key.toLowerCase());
}

/**
 * Whether all conditions hold. A key that the request lacks fails its condition, unless it is negated or IfExists.
 * @throws AwsError `NotImplemented` for an operator that does not exist
 */
export function conditionsHold(conditions: Conditions | undefined, context: RequestContext): boolean {
  const valuesOf = contextLookup(context);
  const lookup: KeyLookup = (key) => valuesOf(key)?.[0];
  return Object.entries(conditions ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holdsFor(parseOperator(operator), valuesOf(key), listOf(wanted).map(String), lookup),
    ),
  );
}
