// The intrinsic functions of templates, as values. In which order resources are made: dependencies.ts.
// Source: CloudFormation template reference, "Intrinsic functions".
import { unsupported } from "../protocol.ts";
import type { CreatedResource } from "./provider.ts";
import { isObject, type Template } from "./template.ts";

export interface StackOutputReference {
  stackName: string;
  outputName: string;
  /** Absent: the region of the stack that asks. */
  region?: string;
  /** Absent: the account of the stack that asks. */
  accountId?: string;
}

/** What a template's expressions may speak of. */
export interface Scope {
  mappings: Template["Mappings"];
  /** Parameters and pseudo parameters. */
  findParameter: (name: string) => string | string[] | undefined;
  /** @throws for a condition that the template does not have */
  holds: (condition: string) => boolean;
  /** Resources that are there by now. */
  findResource: (logicalId: string) => CreatedResource | undefined;
  importValue: (exportName: string) => string;
  stackOutput: (reference: StackOutputReference) => string;
}

/** What `AWS::NoValue` gives: a property or list element with it is left out. */
const noValue = Symbol("AWS::NoValue");

type Resolve = (value: unknown) => unknown;
type Intrinsic = (argument: unknown, resolve: Resolve, scope: Scope) => unknown;

/** The name and argument of an expression such as `{ "Fn::Join": […] }`. */
export function findIntrinsic(value: unknown): [name: string, argument: unknown] | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  const [entry] = entries;
  if (!entry || entries.length !== 1) return undefined;
  return entry[0] === "Ref" || entry[0].startsWith("Fn::") ? entry : undefined;
}

function textOf(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${where} takes text, not ${JSON.stringify(value)}.`);
}

function listOf(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} takes a list, not ${JSON.stringify(value)}.`);
}

function reference(name: string, scope: Scope): unknown {
  if (name === "AWS::NoValue") return noValue;
  const value = scope.findParameter(name) ?? scope.findResource(name)?.ref;
  if (value === undefined) throw new Error(`There is nothing called ${name} to refer to.`);
  return value;
}

function attribute(logicalId: string, name: string, scope: Scope): unknown {
  const resource = scope.findResource(logicalId);
  if (!resource) throw new Error(`There is no resource ${logicalId} whose ${name} could be read.`);
  const value = resource.attributes[name];
  if (value === undefined) throw new Error(`The resource ${logicalId} has no attribute ${name} here.`);
  return value;
}

/** Splits `Bus.Arn` and takes `["Bus", "Arn"]` as it is. */
export function attributeReference(argument: unknown): [logicalId: string, name: unknown] {
  if (typeof argument !== "string") return listOf(argument, "Fn::GetAtt") as [string, unknown];
  const dot = argument.indexOf(".");
  return [argument.slice(0, dot), argument.slice(dot + 1)];
}

/** `${Name}`, `${Name.Attribute}`; `${!Literal}` is the text `${Literal}`. */
export const substitution = /\$\{(!?)([^}]*)\}/g;

function substitute(argument: unknown, resolve: Resolve, scope: Scope): string {
  const [text, variables] = typeof argument === "string" ? [argument, {}] : listOf(argument, "Fn::Sub");
  const values = isObject(variables) ? variables : {};
  return textOf(text, "Fn::Sub").replaceAll(substitution, (_, literal: string, given: string) => {
    if (literal) return `\${${given}}`;
    const name = given.trim();
    if (name in values) return textOf(resolve(values[name]), "Fn::Sub");
    const value = name.includes(".") ? attribute(...namesOf(name), scope) : reference(name, scope);
    return textOf(value, "Fn::Sub");
  });
}

const namesOf = (text: string) => attributeReference(text) as [string, string];

function select(argument: unknown, resolve: Resolve): unknown {
  const [index, items] = listOf(argument, "Fn::Select");
  const list = listOf(resolve(items), "Fn::Select");
  const value = list[Number(resolve(index))];
  if (value === undefined) throw new Error(`Fn::Select: there is no element ${String(resolve(index))}.`);
  return value;
}

function findInMap(argument: unknown, resolve: Resolve, scope: Scope): unknown {
  const [map, first, second] = listOf(argument, "Fn::FindInMap").map((key) => textOf(resolve(key), "Fn::FindInMap"));
  const value = scope.mappings[map ?? ""]?.[first ?? ""]?.[second ?? ""];
  if (value === undefined) throw new Error(`Fn::FindInMap: ${map} has no ${first} with ${second}.`);
  return value;
}

function stackOutput(argument: unknown, resolve: Resolve, scope: Scope): string {
  const wanted = resolve(argument);
  if (!isObject(wanted)) throw new Error("Fn::GetStackOutput takes an object.");
  const text = (name: string) => (wanted[name] === undefined ? undefined : textOf(wanted[name], "Fn::GetStackOutput"));
  const region = text("Region");
  const accountId = text("RoleArn")?.split(":")[4];
  return scope.stackOutput({
    stackName: text("StackName") ?? "",
    outputName: text("OutputName") ?? "",
    ...(region !== undefined && { region }),
    ...(accountId !== undefined && { accountId }),
  });
}

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, _, scope) => reference(textOf(name, "Ref"), scope),
  "Fn::GetAtt": (argument, resolve, scope) => {
    const [logicalId, name] = attributeReference(argument);
    return attribute(logicalId, textOf(resolve(name), "Fn::GetAtt"), scope);
  },
  "Fn::Join": (argument, resolve) => {
    const [delimiter, items] = listOf(argument, "Fn::Join");
    const list = listOf(resolve(items), "Fn::Join").map((item) => textOf(item, "Fn::Join"));
    return list.join(textOf(delimiter, "Fn::Join"));
  },
  "Fn::Sub": substitute,
  "Fn::Select": select,
  "Fn::Split": (argument, resolve) => {
    const [delimiter, text] = listOf(argument, "Fn::Split");
    return textOf(resolve(text), "Fn::Split").split(textOf(delimiter, "Fn::Split"));
  },
  "Fn::If": (argument, resolve, scope) => {
    const [condition, whenTrue, whenFalse] = listOf(argument, "Fn::If");
    return resolve(scope.holds(textOf(condition, "Fn::If")) ? whenTrue : whenFalse);
  },
  "Fn::FindInMap": findInMap,
  "Fn::Base64": (argument, resolve) => Buffer.from(textOf(resolve(argument), "Fn::Base64")).toString("base64"),
  "Fn::ImportValue": (argument, resolve, scope) => scope.importValue(textOf(resolve(argument), "Fn::ImportValue")),
  "Fn::GetStackOutput": stackOutput,
};

function resolveAny(value: unknown, scope: Scope): unknown {
  const resolve: Resolve = (inner) => resolveAny(inner, scope);
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
  const expression = findIntrinsic(value);
  if (expression) {
    const [name, argument] = expression;
    const intrinsic = intrinsics[name];
    if (!intrinsic) throw unsupported(`the intrinsic function ${name}`);
    return intrinsic(argument, resolve, scope);
  }
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, resolve(inner)] as const)
        .filter(([, inner]) => inner !== noValue),
    );
  if (typeof value === "string" && value.includes("{{resolve:"))
    throw unsupported(`the dynamic reference ${/\{\{resolve:[^:}]*/.exec(value)?.[0]}…}}`);
  return value;
}

/** The value without its intrinsic functions; undefined where it is `AWS::NoValue` as a whole. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  const resolved = resolveAny(value, scope);
  return resolved === noValue ? undefined : resolved;
}
