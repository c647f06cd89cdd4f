// What a schedule is, and what may be asked of one: one-time schedules in UTC whose target is a queue. Members that are not
// named here are refused by name.
// Source: EventBridge Scheduler API reference, CreateSchedule; user guide, "One-time schedules".
import * as v from "valibot";
import { AwsError, unsupported } from "../protocol.ts";

const name = v.pipe(
  v.string(),
  v.regex(/^[0-9a-zA-Z-_.]{1,64}$/, "must satisfy [0-9a-zA-Z-_.]+ and at most 64 characters"),
);
const arn = v.pipe(v.string(), v.startsWith("arn:"));

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

export const createScheduleInput = v.strictObject({
  GroupName: v.optional(name, "default"),
  ScheduleExpression: v.string(),
  ScheduleExpressionTimezone: v.optional(v.string(), "UTC"),
  FlexibleTimeWindow: v.strictObject({ Mode: v.literal("OFF") }),
  State: v.optional(v.literal("ENABLED"), "ENABLED"),
  Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
  ActionAfterCompletion: v.optional(v.picklist(["NONE", "DELETE"]), "NONE"),
  ClientToken: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  Target: v.strictObject({
    Arn: arn,
    RoleArn: arn,
    Input: v.optional(v.string(), ""),
    DeadLetterConfig: v.optional(v.strictObject({ Arn: v.optional(arn) })),
    RetryPolicy: v.optional(
      v.strictObject({
        MaximumEventAgeInSeconds: v.optional(whole(60, 86_400)),
        MaximumRetryAttempts: v.optional(whole(0, 185)),
      }),
    ),
  }),
});

export const scheduleName = name;

export type CreateScheduleInput = v.InferOutput<typeof createScheduleInput>;

export interface Schedule extends CreateScheduleInput {
  name: string;
  accountId: string;
  region: string;
  createdAtMs: number;
  dueAtMs: number;
  /** It has run, and is kept for its `ActionAfterCompletion`. */
  isCompleted: boolean;
}

interface Place {
  accountId: string;
  region: string;
}

export const groupArn = ({ accountId, region }: Place, group: string): string =>
  `arn:aws:scheduler:${region}:${accountId}:schedule-group/${group}`;

export const scheduleArn = (place: Place, group: string, schedule: string): string =>
  `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${group}/${schedule}`;

export const arnOf = (schedule: Schedule): string => scheduleArn(schedule, schedule.GroupName, schedule.name);

export const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

/**
 * `at(2026-11-23T08:00:00)`, ms since the epoch.
 * @throws AwsError `ValidationException`; `NotImplemented` for rates, cron, and other time zones than UTC
 */
export function parseDueTime({
  ScheduleExpression: expression,
  ScheduleExpressionTimezone: zone,
}: CreateScheduleInput): number {
  if (/^(rate|cron)\(/.test(expression)) throw unsupported(`ScheduleExpression ${expression} of CreateSchedule`);
  if (zone !== "UTC") throw unsupported(`ScheduleExpressionTimezone ${zone} of CreateSchedule`);
  const time = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  const dueAtMs = Date.parse(`${time}Z`);
  if (time === undefined || Number.isNaN(dueAtMs)) throw invalid(`Invalid Schedule Expression ${expression}.`);
  return dueAtMs;
}

/** @throws AwsError `NotImplemented` */
export function assertSupported({ Target: { Arn: target, Input: input } }: CreateScheduleInput): void {
  if (!target.startsWith("arn:aws:sqs:")) throw unsupported(`the target ${target} of CreateSchedule`);
  if (input.includes("<aws.scheduler.")) throw unsupported("context attributes in Target.Input of CreateSchedule");
}
