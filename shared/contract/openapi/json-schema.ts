// The schemas that validate → JSON Schema 2020-12 as OpenAPI 3.1 takes it. A rule that JSON Schema cannot say becomes part of
// the description, in the words that a caller who breaks it is answered; none is dropped in silence.
import { type OverrideActionContext, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";

/** The part of JSON Schema 2020-12 that our schemas become. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  enum?: (string | number)[];
  const?: string | number | boolean;
  pattern?: string;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  [keyword: string]: unknown;
}

const schemaPath = "#/components/schemas/";

/**
 * What each schema accepts, by name. Where one of them is part of another it is a reference: `#/components/schemas/<name>`.
 * @throws Error for a schema or an action that JSON Schema cannot say and that is not provided for here
 */
export const toComponents = <Name extends string>(schemas: Record<Name, v.GenericSchema>): Record<Name, JsonSchema> =>
  toJsonSchemaDefs(schemas, {
    target: "draft-2020-12",
    typeMode: "input",
    overrideAction,
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      withRulesBehind(valibotSchema, jsonSchema as JsonSchema) as never,
    overrideRef: ({ referenceId }) => `${schemaPath}${referenceId}`,
  }) as Record<Name, JsonSchema>;

/** The schema of the component that a reference names. */
export const findComponent = <Schema>(ref: string, schemas: Record<string, Schema>): Schema | undefined =>
  ref.startsWith(schemaPath) ? schemas[ref.slice(schemaPath.length)] : undefined;

function overrideAction({ valibotAction, jsonSchema }: OverrideActionContext) {
  const action = valibotAction as { type: string; message?: unknown; requirement?: unknown };
  const schema = jsonSchema as JsonSchema;
  switch (action.type) {
    case "trim":
      return jsonSchema;
    case "check":
    case "partial_check":
      return described(schema, rulesOf(action)) as never;
    case "regex":
      return withPattern(schema, action.requirement as RegExp) as never;
    default:
      return undefined;
  }
}

function withPattern(schema: JsonSchema, expression: RegExp): JsonSchema {
  const pattern = portablePattern(expression);
  // The library has set the first one itself.
  if (schema.pattern === undefined || schema.pattern === expression.source) return { ...schema, pattern };
  return { ...schema, allOf: [...(schema.allOf ?? []), { pattern }] };
}

/**
 * The same in the words that engines of other languages know, too (2020-12 Core, section 6.4): no flags, no `\p{…}`, which
 * Python and others refuse.
 */
function portablePattern({ source, flags }: RegExp): string {
  const pattern = (flags.includes("s") ? source.replaceAll(/(?<!\\)\./g, "[\\s\\S]") : source).replaceAll(
    "\\p{Cc}",
    "\\u0000-\\u001f\\u007f-\\u009f",
  );
  if (/\\p\{/i.test(pattern) || /[^us]/.test(flags)) throw new Error(`JSON Schema cannot say /${source}/${flags}.`);
  return pattern;
}

/** Adds to the members of an object what is checked once they were transformed: the input's own schema ends before. */
function withRulesBehind(valibotSchema: object, schema: JsonSchema): JsonSchema | undefined {
  if (!("entries" in valibotSchema) || !schema.properties) return undefined;
  const entries = valibotSchema.entries as Record<string, object>;
  const properties = Object.entries(schema.properties).map(([name, member]) => [
    name,
    described(member, rulesBehind(entries[name] ?? {})),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) as Record<string, JsonSchema> };
}

const rulesBegin = "Answered when wrong: ";

function described(schema: JsonSchema, rules: readonly string[]): JsonSchema {
  const known = schema.description?.slice(rulesBegin.length).split("; ") ?? [];
  const all = [...new Set([...known, ...rules])];
  return all.length === 0 ? schema : { ...schema, description: `${rulesBegin}${all.join("; ")}` };
}

/** The parts of valibot's schemas and actions that can hold rules. */
interface Part {
  kind?: string;
  type?: string;
  message?: unknown;
  wrapped?: Part;
  item?: Part;
  pipe?: readonly Part[];
}

const flatPipe = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part) => (part.pipe ? flatPipe(part.pipe) : [part]));

/** The words of all rules behind the first transformation of a pipe. */
function rulesBehind(schema: Part): string[] {
  if (schema.wrapped) return rulesBehind(schema.wrapped);
  const parts = flatPipe(schema.pipe ?? []);
  const transformed = parts.findIndex(({ type }) => type === "transform");
  return transformed === -1 ? [] : parts.slice(transformed + 1).flatMap(rulesOf);
}

function rulesOf({ message, item, pipe }: Part): string[] {
  const inside = item ? rulesOf(item) : pipe ? flatPipe(pipe).flatMap(rulesOf) : [];
  return typeof message === "string" ? [message, ...inside] : inside;
}
