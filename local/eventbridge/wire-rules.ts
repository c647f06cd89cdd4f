// The operations on rules and their targets, and the test of a pattern.
import { AwsError } from "../protocol.ts";
import type { Buses } from "./buses.ts";
import { invalidPattern } from "./pattern-operators.ts";
import { matchesPattern, parsePattern } from "./pattern.ts";
import { parseTargets, type Rule } from "./rule.ts";
import * as input from "./wire-input.ts";
import { pageOf, type Operation, type Request } from "./wire-request.ts";

const describe = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  State: rule.state,
  EventBusName: rule.busArn.split("/").slice(1).join("/"),
  ...(rule.description !== undefined && { Description: rule.description }),
  ...(rule.eventPattern !== undefined && { EventPattern: rule.eventPattern }),
  ...(rule.scheduleExpression !== undefined && { ScheduleExpression: rule.scheduleExpression }),
});

const targetsAreFine = { FailedEntryCount: 0, FailedEntries: [] };

function parseEvent(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === "object" && event !== null && !Array.isArray(event)) return event;
  } catch {
    throw new AwsError("ValidationException", "Parameter Event is not valid JSON.");
  }
  throw new AwsError("ValidationException", "Parameter Event is not a JSON object.");
}

/** Members that TestEventPattern demands of its event. */
const requiredOfEvent = ["id", "account", "source", "time", "region", "resources", "detail-type"];

export function ruleOperations(buses: Buses): Record<string, Operation> {
  /** Changes a rule's targets; a rule of a template has its template's again after the next deployment. */
  const changeTargets = (rule: Rule, targets: Rule["targets"]) => {
    rule.targets = targets;
    buses.save();
    return targetsAreFine;
  };

  const switchTo =
    (state: Rule["state"]): Operation =>
    ({ read, openBus }: Request) => {
      const { Name, EventBusName } = read(input.namedRule);
      buses.switchRule(openBus(EventBusName), Name, state);
    };

  return {
    DescribeRule: ({ read, openBus, accountId }) => {
      const { Name, EventBusName } = read(input.namedRule);
      return { ...describe(buses.getRule(openBus(EventBusName), Name)), CreatedBy: accountId };
    },
    ListRules: ({ read, openBus }) => {
      const { EventBusName, NamePrefix, ...wanted } = read(input.listRules);
      const rules = [...openBus(EventBusName).rules.values()].filter(({ name }) => name.startsWith(NamePrefix));
      const { page, token } = pageOf(rules, wanted);
      return { Rules: page.map(describe), ...token };
    },
    ListTargetsByRule: ({ read, openBus }) => {
      const { Rule: name, EventBusName } = read(input.listTargets);
      return { Targets: buses.getRule(openBus(EventBusName), name).targets };
    },
    PutRule: ({ read, openBus }) => {
      const { Name, EventBusName, Description, EventPattern, ScheduleExpression, State } = read(input.putRule);
      const bus = openBus(EventBusName);
      const existing = bus.rules.get(Name);
      const definition = {
        name: Name,
        busArn: bus.arn,
        description: Description,
        eventPattern: EventPattern,
        scheduleExpression: ScheduleExpression,
        state: State,
        targets: existing?.targets ?? [],
      };
      const { arn } = buses.putRule(bus, definition, existing?.origin ?? "runtime");
      buses.switchRule(bus, Name, State);
      return { RuleArn: arn };
    },
    DeleteRule: ({ read, openBus }) => {
      const { Name, EventBusName } = read(input.deleteRule);
      const bus = openBus(EventBusName);
      if ((bus.rules.get(Name)?.targets.length ?? 0) > 0)
        throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
      buses.removeRule(bus, Name);
    },
    EnableRule: switchTo("ENABLED"),
    DisableRule: switchTo("DISABLED"),
    PutTargets: ({ read, openBus }) => {
      const { Rule: name, EventBusName, Targets } = read(input.putTargets);
      const bus = openBus(EventBusName);
      const rule = buses.getRule(bus, name);
      const added = parseTargets(Targets, bus.arn, "PutTargets");
      const kept = rule.targets.filter(({ Id }) => added.every((target) => target.Id !== Id));
      return changeTargets(rule, parseTargets([...kept, ...added], bus.arn, "PutTargets"));
    },
    RemoveTargets: ({ read, openBus }) => {
      const { Rule: name, EventBusName, Ids } = read(input.removeTargets);
      const rule = buses.getRule(openBus(EventBusName), name);
      return changeTargets(
        rule,
        rule.targets.filter(({ Id }) => !Ids.includes(Id)),
      );
    },
    TestEventPattern: ({ read }) => {
      const { EventPattern, Event } = read(input.testPattern);
      const pattern = parsePattern(EventPattern);
      const event = parseEvent(Event);
      const missing = requiredOfEvent.find((name) => !(name in event));
      if (missing !== undefined) throw invalidPattern(`Event must contain the field ${missing}`);
      return { Result: matchesPattern(pattern, event) };
    },
  };
}
