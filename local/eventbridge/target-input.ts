// What a target is given of an event: all of it, a constant, a part, or a text made from parts.
import { AwsError } from "../protocol.ts";
import type { EventEnvelope } from "./event.ts";

export interface InputTransformer {
  InputPathsMap?: Record<string, string> | undefined;
  InputTemplate: string;
}

export interface TargetInput {
  /** Constant JSON text. */
  Input?: string | undefined;
  /** `$`, `$.detail`, `$.detail.items[0]` */
  InputPath?: string | undefined;
  InputTransformer?: InputTransformer | undefined;
}

const pathStep = /^(?:\.([\w-]+)|\['([^']+)'\]|\[(\d+)\])/;

function stepsOf(path: string): (string | number)[] {
  const invalid = () => new AwsError("ValidationException", `The path ${path} is not a JSONPath of names and indices.`);
  if (!path.startsWith("$")) throw invalid();
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  while (rest !== "") {
    const [all, name, quoted, index] = pathStep.exec(rest) ?? [];
    if (all === undefined) throw invalid();
    steps.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
    rest = rest.slice(all.length);
  }
  return steps;
}

/** The value at a path of an event; undefined where there is none. @throws AwsError `ValidationException` */
function findAtPath(event: object, path: string): unknown {
  let value: unknown = event;
  for (const step of stepsOf(path)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** Between quotes a text is put in as it is; elsewhere every value is put in as JSON. */
function fillTemplate(template: string, values: Record<string, unknown>): string {
  const escaped = (value: unknown) =>
    typeof value === "string" ? JSON.stringify(value).slice(1, -1) : JSON.stringify(JSON.stringify(value)).slice(1, -1);
  let isQuoted = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (token: string, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined || !Object.hasOwn(values, name)) return token;
    const value = values[name];
    if (!isQuoted) return JSON.stringify(value ?? "");
    return value === undefined ? "" : escaped(value);
  });
}

/** @throws AwsError `ValidationException` for several forms at once, or a path that cannot be read */
export function assertTargetInput(input: TargetInput): void {
  const forms = [input.Input, input.InputPath, input.InputTransformer].filter((form) => form !== undefined);
  if (forms.length > 1)
    throw new AwsError("ValidationException", "Only one of Input, InputPath, or InputTransformer must be provided.");
  const paths = [input.InputPath ?? "$", ...Object.values(input.InputTransformer?.InputPathsMap ?? {})];
  for (const path of paths) stepsOf(path);
}

/**
 * The text that the target receives. An input template that makes no JSON is sent as the text it makes.
 * Source: EventBridge user guide, "Amazon EventBridge input transformation".
 */
export function inputFor(
  { Input, InputPath, InputTransformer: transformer }: TargetInput,
  event: EventEnvelope,
  rule: { name: string; arn: string; ingestedAt: string },
): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(findAtPath(event, InputPath) ?? {});
  if (!transformer) return JSON.stringify(event);
  const paths = Object.entries(transformer.InputPathsMap ?? {});
  return fillTemplate(transformer.InputTemplate, {
    ...Object.fromEntries(paths.map(([name, path]) => [name, findAtPath(event, path)])),
    "aws.events.rule-arn": rule.arn,
    "aws.events.rule-name": rule.name,
    "aws.events.event.ingestion-time": rule.ingestedAt,
    "aws.events.event": withoutDetail(event),
    "aws.events.event.json": event,
  });
}

/** `aws.events.event` is the event without its detail; `aws.events.event.json` has it. */
function withoutDetail(event: EventEnvelope): Omit<EventEnvelope, "detail"> {
  const { detail: _, ...rest } = event;
  return rest;
}
