// The inputs of EventBridge's operations but PutEvents. Members that are not here are refused by name.
import * as v from "valibot";

const text = v.string();
const optionalText = v.optional(v.string());
const busName = v.optional(v.string(), "default");
const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 100);
const page = { Limit: limit, NextToken: optionalText };
/** Seconds since the epoch. */
const timestamp = v.number();

export const describeEventBus = v.strictObject({ Name: busName });
export const listEventBuses = v.strictObject({ NamePrefix: v.optional(text, ""), ...page });
export const putPermission = v.strictObject({
  EventBusName: busName,
  Policy: optionalText,
  StatementId: v.optional(v.pipe(text, v.regex(/^[\w-]{1,64}$/))),
  Action: v.optional(v.literal("events:PutEvents")),
  Principal: v.optional(v.pipe(text, v.regex(/^(\d{12}|\*)$/))),
  Condition: v.optional(v.strictObject({ Type: text, Key: text, Value: text })),
});
export const removePermission = v.strictObject({
  EventBusName: busName,
  StatementId: optionalText,
  RemoveAllPermissions: v.optional(v.boolean(), false),
});

export const namedRule = v.strictObject({ Name: text, EventBusName: busName });
export const deleteRule = v.strictObject({ ...namedRule.entries, Force: v.optional(v.boolean()) });
export const putRule = v.strictObject({
  Name: v.pipe(text, v.regex(/^[\w.-]{1,64}$/)),
  EventBusName: busName,
  Description: optionalText,
  EventPattern: optionalText,
  ScheduleExpression: optionalText,
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
});
export const listRules = v.strictObject({ NamePrefix: v.optional(text, ""), EventBusName: busName, ...page });
export const listTargets = v.strictObject({ Rule: text, EventBusName: busName, ...page });
export const putTargets = v.strictObject({ Rule: text, EventBusName: busName, Targets: v.array(v.unknown()) });
export const removeTargets = v.strictObject({
  Rule: text,
  EventBusName: busName,
  Ids: v.array(text),
  Force: v.optional(v.boolean()),
});
export const testPattern = v.strictObject({ EventPattern: text, Event: text });

export const describeArchive = v.strictObject({ ArchiveName: text });
export const listArchives = v.strictObject({
  NamePrefix: v.optional(text, ""),
  EventSourceArn: optionalText,
  State: optionalText,
  ...page,
});
export const startReplay = v.strictObject({
  ReplayName: v.pipe(text, v.regex(/^[\w.-]{1,64}$/)),
  Description: optionalText,
  EventSourceArn: text,
  EventStartTime: timestamp,
  EventEndTime: timestamp,
  Destination: v.strictObject({ Arn: text, FilterArns: v.optional(v.array(text)) }),
});
export const describeReplay = v.strictObject({ ReplayName: text });
