// The buses of all accounts with their rules and policies, and which of it outlives a restart.
// Nothing is matched or delivered here.
import type { PolicyStatement } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { createBusPolicy, type BusPolicy } from "./bus-policy.ts";
import { placeOfArn, ruleArnOf } from "./event.ts";
import { createRule, type Rule, type RuleDefinition, type RuleState } from "./rule.ts";

export interface Bus {
  arn: string;
  name: string;
  accountId: string;
  region: string;
  description?: string | undefined;
  policy: BusPolicy;
  /** By name. */
  rules: Map<string, Rule>;
}

interface Snapshot {
  /** Runtime statements by bus ARN. */
  policies: Record<string, PolicyStatement[]>;
  runtimeRules: RuleDefinition[];
  /** Rules of templates that were switched at run time, by ARN. */
  switchedRules: Record<string, RuleState>;
}

const stateName = "eventbridge";

const definitionOf = (rule: Rule): RuleDefinition => ({
  name: rule.name,
  busArn: rule.busArn,
  description: rule.description,
  eventPattern: rule.eventPattern,
  scheduleExpression: rule.scheduleExpression,
  state: rule.state,
  targets: rule.targets,
});

export type Buses = ReturnType<typeof createBuses>;

/** Every account and region has a default bus; the others are declared. `onRuleChange` hears of every rule put or removed. */
export function createBuses(state: StateFolder, onRuleChange: (rule: Rule, change: "put" | "removed") => void) {
  const earlier = state.read<Snapshot>(stateName) ?? { policies: {}, runtimeRules: [], switchedRules: {} };
  const buses = new Map<string, Bus>();
  const switchedRules = new Map(Object.entries(earlier.switchedRules));
  /** Of buses that no template has declared yet in this run. */
  const waitingPolicies = new Map(Object.entries(earlier.policies));
  let waitingRules = earlier.runtimeRules;

  const runtimeRulesOf = ({ rules }: Bus): RuleDefinition[] =>
    [...rules.values()].filter(({ origin }) => origin === "runtime").map(definitionOf);

  const snapshot = (): Snapshot => ({
    policies: Object.fromEntries([
      ...waitingPolicies,
      ...[...buses].map(([arn, { policy }]) => [arn, policy.runtimeStatements()] as const),
    ]),
    runtimeRules: [...waitingRules, ...[...buses.values()].flatMap(runtimeRulesOf)],
    switchedRules: Object.fromEntries(switchedRules),
  });
  const save = () => {
    state.save(stateName, snapshot);
  };

  const putRule = (bus: Bus, definition: RuleDefinition, origin: Rule["origin"]): Rule => {
    const arn = ruleArnOf(bus, bus.name, definition.name);
    const switched = origin === "template" ? switchedRules.get(arn) : undefined;
    const rule = createRule({ ...definition, state: switched ?? definition.state }, arn, origin);
    bus.rules.set(rule.name, rule);
    onRuleChange(rule, "put");
    save();
    return rule;
  };

  const declareBus = (arn: string, description?: string): Bus => {
    const existing = buses.get(arn);
    if (existing) {
      existing.description = description;
      return existing;
    }
    const name = arn.split("/").slice(1).join("/");
    const policy = createBusPolicy(waitingPolicies.get(arn) ?? []);
    const bus: Bus = { arn, name, ...placeOfArn(arn), description, policy, rules: new Map() };
    buses.set(arn, bus);
    waitingPolicies.delete(arn);
    const rules = waitingRules.filter(({ busArn }) => busArn === arn);
    waitingRules = waitingRules.filter(({ busArn }) => busArn !== arn);
    for (const rule of rules) putRule(bus, rule, "runtime");
    return bus;
  };

  const findBus = (arn: string): Bus | undefined =>
    buses.get(arn) ?? (arn.endsWith(":event-bus/default") ? declareBus(arn) : undefined);

  const getRule = (bus: Bus, name: string): Rule => {
    const rule = bus.rules.get(name);
    if (!rule) throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus.name}.`);
    return rule;
  };

  for (const { busArn } of earlier.runtimeRules) findBus(busArn);

  return {
    declareBus,
    findBus,
    /** @throws AwsError `ResourceNotFoundException` */
    getBus: (arn: string): Bus => {
      const bus = findBus(arn);
      if (!bus)
        throw new AwsError("ResourceNotFoundException", `Event bus ${arn.split("/")[1] ?? arn} does not exist.`);
      return bus;
    },
    listBuses: (accountId: string, region: string): Bus[] =>
      [...buses.values()].filter((bus) => bus.accountId === accountId && bus.region === region),
    removeBus: (arn: string) => {
      for (const rule of buses.get(arn)?.rules.values() ?? []) onRuleChange(rule, "removed");
      buses.delete(arn);
      waitingPolicies.delete(arn);
      waitingRules = waitingRules.filter(({ busArn }) => busArn !== arn);
      save();
    },
    putRule,
    getRule,
    removeRule: (bus: Bus, name: string) => {
      const rule = bus.rules.get(name);
      switchedRules.delete(ruleArnOf(bus, bus.name, name));
      bus.rules.delete(name);
      if (rule) onRuleChange(rule, "removed");
      save();
    },
    /** Enables or disables it; kept even for a template's rule, as AWS keeps it while the template stays the same. */
    switchRule: (bus: Bus, name: string, ruleState: RuleState) => {
      const rule = getRule(bus, name);
      rule.state = ruleState;
      if (rule.origin === "template") switchedRules.set(rule.arn, ruleState);
      onRuleChange(rule, "put");
      save();
    },
    /** To be called after a bus's policy or a rule's targets changed. */
    save,
  };
}
