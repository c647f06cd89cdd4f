// Reads what a caller or a template gives a service against a schema. Schemas live with their service.
import * as v from "valibot";
import { AwsError, unsupported, type AwsCall } from "./protocol.ts";

interface InputName {
  /** What is read, for the message: `AWS::SQS::Queue`, `SendMessage`. */
  what: string;
  /** The service's code for bad input. */
  code: string;
}

/**
 * A member that the schema does not know is unsupported by name: nothing that matters is passed over in silence.
 * @throws AwsError `NotImplemented` for an unknown member, else the given code
 */
export function parseInput<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  { what, code }: InputName,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") throw unsupported(`${path} of ${what}`);
  throw new AwsError(code, `${what}: ${path}: ${issue.message}`);
}

/** The JSON body of a call; an empty body is an empty object. */
export function parseBody(call: AwsCall): unknown {
  try {
    return JSON.parse(call.body.toString("utf8") || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}

/** Templates write numbers and booleans also as strings. */
export const templateNumber = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.number(), v.integer());
export const templateBoolean = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
]);
