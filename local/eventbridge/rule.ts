// A rule and its targets: their shape, and what of them is refused. Matching and delivery are elsewhere.
import * as v from "valibot";
import { parseInput } from "../json-input.ts";
import { AwsError, unsupported } from "../protocol.ts";
import { placeOfArn } from "./event.ts";
import { parsePattern, type EventPattern } from "./pattern.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";
import { assertTargetInput } from "./target-input.ts";

/** Templates and PutTargets write a target alike. */
export const targetSchema = v.strictObject({
  Id: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
  Arn: v.string(),
  RoleArn: v.optional(v.string()),
  DeadLetterConfig: v.optional(v.strictObject({ Arn: v.optional(v.string()) })),
  RetryPolicy: v.optional(
    v.strictObject({
      MaximumRetryAttempts: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(185))),
      MaximumEventAgeInSeconds: v.optional(v.pipe(v.number(), v.minValue(60), v.maxValue(86_400))),
    }),
  ),
  Input: v.optional(v.string()),
  InputPath: v.optional(v.string()),
  InputTransformer: v.optional(
    v.strictObject({ InputPathsMap: v.optional(v.record(v.string(), v.string())), InputTemplate: v.string() }),
  ),
});

export type Target = v.InferOutput<typeof targetSchema>;
export type RuleState = "ENABLED" | "DISABLED";

/** What defines a rule, as it is kept between runs. */
export interface RuleDefinition {
  name: string;
  busArn: string;
  description?: string | undefined;
  /** The pattern as JSON text. */
  eventPattern?: string | undefined;
  scheduleExpression?: string | undefined;
  state: RuleState;
  targets: Target[];
}

export interface Rule extends RuleDefinition {
  arn: string;
  pattern?: EventPattern;
  schedule?: Schedule;
  /** Templates put theirs anew at every deployment; runtime ones are kept between runs. */
  origin: "template" | "runtime";
}

const maximumTargets = 5;

export type TargetKind = "queue" | "function" | "bus";

/** @throws AwsError `NotImplemented` for a kind of target that this cloud lacks */
export function kindOfTarget(arn: string): TargetKind {
  if (/^arn:aws:sqs:[^:]+:\d{12}:[\w-]+$/.test(arn)) return "queue";
  if (/^arn:aws:lambda:[^:]+:\d{12}:function:/.test(arn)) return "function";
  if (/^arn:aws:events:[^:]+:\d{12}:event-bus\//.test(arn)) return "bus";
  throw unsupported(`the rule target ${arn}`);
}

/** @throws AwsError `ValidationException`, `LimitExceededException`, `NotImplemented` */
export function parseTargets(targets: unknown, busArn: string, what: string): Target[] {
  const parsed = parseInput(v.array(targetSchema), targets, { what: `${what} Targets`, code: "ValidationException" });
  if (parsed.length > maximumTargets)
    throw new AwsError("LimitExceededException", `A rule has at most ${maximumTargets} targets.`);
  for (const target of parsed) {
    assertTargetInput(target);
    const kind = kindOfTarget(target.Arn);
    const { accountId } = placeOfArn(busArn);
    const isElsewhere = placeOfArn(target.Arn).accountId !== accountId;
    if (isElsewhere && target.RoleArn === undefined)
      throw new AwsError("ValidationException", `RoleArn is required for target ${target.Arn}.`);
    if (target.RoleArn !== undefined && placeOfArn(target.RoleArn).accountId !== accountId)
      throw new AwsError(
        "ValidationException",
        `The role ${target.RoleArn} is not of the rule's account ${accountId}.`,
      );
    if (kind === "function" && target.RoleArn !== undefined) throw unsupported(`RoleArn of the target ${target.Arn}`);
  }
  return parsed;
}

/** @throws AwsError `InvalidEventPatternException`, `ValidationException` */
export function createRule(definition: RuleDefinition, arn: string, origin: Rule["origin"]): Rule {
  const { eventPattern, scheduleExpression } = definition;
  if (eventPattern === undefined && scheduleExpression === undefined)
    throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (scheduleExpression !== undefined && !definition.busArn.endsWith(":event-bus/default"))
    throw new AwsError("ValidationException", "ScheduleExpression is supported only on the default event bus.");
  return {
    ...definition,
    arn,
    origin,
    ...(eventPattern !== undefined && { pattern: parsePattern(eventPattern) }),
    ...(scheduleExpression !== undefined && { schedule: parseSchedule(scheduleExpression) }),
  };
}
