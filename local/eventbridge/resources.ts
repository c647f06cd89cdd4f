// AWS::Events::EventBus, EventBusPolicy, Rule and Archive of a template.
import * as v from "valibot";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { PolicyStatement } from "../identity/policy.ts";
import { parseInput, templateNumber } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import type { Archives } from "./archives.ts";
import { toStatement } from "./bus-policy.ts";
import type { Buses } from "./buses.ts";
import { busArnOf, resolveBusArn, ruleArnOf } from "./event.ts";
import { parseTargets } from "./rule.ts";

const code = "ValidationException";
const objectOrText = v.union([v.string(), v.record(v.string(), v.unknown())]);
const asText = (value: string | object) => (typeof value === "string" ? value : JSON.stringify(value));

const busProperties = v.strictObject({
  Name: v.pipe(v.string(), v.regex(/^(?!default$)[\w.\-/]{1,256}$/)),
  Description: v.optional(v.string()),
  KmsKeyIdentifier: v.optional(v.string()),
  Tags: v.optional(v.unknown()),
});

const policyProperties = v.strictObject({
  EventBusName: v.optional(v.string(), "default"),
  StatementId: v.string(),
  Statement: v.optional(objectOrText),
  Action: v.optional(v.string()),
  Principal: v.optional(v.string()),
  Condition: v.optional(v.strictObject({ Type: v.string(), Key: v.string(), Value: v.string() })),
});

const ruleProperties = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  EventBusName: v.optional(v.string(), "default"),
  EventPattern: v.optional(objectOrText),
  ScheduleExpression: v.optional(v.string()),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  Targets: v.optional(v.array(v.unknown()), []),
  Tags: v.optional(v.unknown()),
});

const archiveProperties = v.strictObject({
  ArchiveName: v.optional(v.string()),
  SourceArn: v.string(),
  Description: v.optional(v.string()),
  EventPattern: v.optional(objectOrText),
  RetentionDays: v.optional(templateNumber, 0),
  KmsKeyIdentifier: v.optional(v.string()),
});

/** The statement of a policy resource, in its long form or in its short one. */
function statementOf(properties: v.InferOutput<typeof policyProperties>, busArn: string): PolicyStatement {
  const { StatementId, Statement, Action, Principal, Condition } = properties;
  if (Statement !== undefined) return { ...(JSON.parse(asText(Statement)) as PolicyStatement), Sid: StatementId };
  if (Action === undefined || Principal === undefined)
    throw new AwsError(code, `AWS::Events::EventBusPolicy ${StatementId} needs a Statement, or Action and Principal.`);
  return toStatement({ statementId: StatementId, action: Action, principal: Principal, condition: Condition }, busArn);
}

export function eventProviders(buses: Buses, archives: Archives): ResourceProviders {
  return {
    "AWS::Events::EventBus": {
      create: (rawProperties, context) => {
        const { Name, Description } = parseInput(busProperties, rawProperties, { what: "AWS::Events::EventBus", code });
        const { arn, name } = buses.declareBus(busArnOf(context, Name), Description);
        return { ref: name, attributes: { Arn: arn, Name: name } };
      },
      delete: ({ attributes }) => {
        buses.removeBus(String(attributes["Arn"]));
      },
    },
    "AWS::Events::EventBusPolicy": {
      create: (rawProperties, context) => {
        const properties = parseInput(policyProperties, rawProperties, { what: "AWS::Events::EventBusPolicy", code });
        const bus = buses.getBus(resolveBusArn(properties.EventBusName, context));
        bus.policy.put(statementOf(properties, bus.arn), "template");
        buses.save();
        return { ref: `${bus.name}|${properties.StatementId}`, attributes: { busArn: bus.arn } };
      },
      delete: ({ ref, attributes }) => {
        const sid = ref.split("|")[1] ?? "";
        const policy = buses.findBus(String(attributes["busArn"]))?.policy;
        const isThere = [policy?.document()?.Statement].flat().some((statement) => statement?.Sid === sid);
        if (isThere) policy?.remove(sid);
        buses.save();
      },
    },
    "AWS::Events::Rule": {
      create: (rawProperties, context) => {
        const properties = parseInput(ruleProperties, rawProperties, { what: "AWS::Events::Rule", code });
        const bus = buses.getBus(resolveBusArn(properties.EventBusName, context));
        const name = properties.Name ?? context.generatedName;
        const definition = {
          name,
          busArn: bus.arn,
          description: properties.Description,
          eventPattern: properties.EventPattern && asText(properties.EventPattern),
          scheduleExpression: properties.ScheduleExpression,
          state: properties.State,
          targets: parseTargets(properties.Targets, bus.arn, `AWS::Events::Rule ${name}`),
        };
        const { arn } = buses.putRule(bus, definition, "template");
        return { ref: bus.name === "default" ? name : `${bus.name}|${name}`, attributes: { Arn: arn } };
      },
      delete: ({ ref, attributes }, context) => {
        const [name = "", busName = "default"] = ref.split("|").toReversed();
        const bus = buses.findBus(busArnOf(context, busName));
        if (bus && ruleArnOf(bus, bus.name, name) === attributes["Arn"]) buses.removeRule(bus, name);
      },
    },
    "AWS::Events::Archive": {
      create: (rawProperties, context) => {
        const properties = parseInput(archiveProperties, rawProperties, { what: "AWS::Events::Archive", code });
        const { name, arn } = archives.declareArchive({
          name: properties.ArchiveName ?? context.generatedName,
          busArn: buses.getBus(properties.SourceArn).arn,
          description: properties.Description,
          eventPattern: properties.EventPattern && asText(properties.EventPattern),
          retentionDays: properties.RetentionDays,
        });
        return { ref: name, attributes: { Arn: arn, ArchiveName: name } };
      },
      delete: ({ attributes }) => {
        archives.removeArchive(String(attributes["Arn"]));
      },
    },
  };
}
