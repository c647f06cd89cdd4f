// Hands one event to one target of a rule, if AWS would let it: role, resource policy, no third bus. No retries here.
import type { Identity } from "../identity/identity.ts";
import { evaluatePolicy, isAllowed } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import type { Queues } from "../sqs/queues.ts";
import type { Bus, Buses } from "./buses.ts";
import { placeOfArn, type EventEnvelope } from "./event.ts";
import { kindOfTarget, type Rule, type Target } from "./rule.ts";
import { inputFor } from "./target-input.ts";

/** What EventBridge is to others: in trust policies, queue policies and function permissions. */
export const eventsService = "events.amazonaws.com";

/** How EventBridge calls a function; what is no AwsError is the function's own failure. */
export interface FunctionInvoker {
  invoke: (functionArn: string, event: unknown, origin: { service: string; sourceArn: string }) => Promise<unknown>;
}

export interface TargetsDeps {
  clock: () => number;
  queues: Pick<Queues, "send">;
  identity: Pick<Identity, "findRole">;
  functions?: FunctionInvoker;
}

/** An event on its way over a bus. */
export interface Passage {
  event: EventEnvelope;
  bus: Bus;
  /** It came from another bus; it goes to no third one. */
  isForwarded: boolean;
}

type PublishForwarded = (bus: Bus, event: EventEnvelope) => void;

const accountOf = (arn: string) => placeOfArn(arn).accountId;

/** The session that EventBridge has of a target's role. */
const principalOf = (roleArn: string) => ({
  accountId: accountOf(roleArn),
  arn: `arn:aws:sts::${accountOf(roleArn)}:assumed-role/${roleArn.split("/").at(-1) ?? ""}/events`,
  roleArn,
});

export function createTargets(
  { clock, queues, identity, functions }: TargetsDeps,
  buses: Buses,
  publish: PublishForwarded,
) {
  const assertMayAssume = (roleArn: string, rule: Rule) => {
    const trustPolicy = identity.findRole(roleArn)?.trustPolicy;
    const context = { "aws:SourceArn": rule.arn, "aws:SourceAccount": accountOf(rule.arn) };
    const request = { action: "sts:AssumeRole", principal: { service: eventsService }, context };
    if (!trustPolicy || !isAllowed(trustPolicy, request))
      throw new AwsError("FAILED_TO_ASSUME_ROLE", `${eventsService} may not assume the role ${roleArn}.`);
  };

  const forward = (rule: Rule, { Arn, RoleArn: roleArn }: Target, { event, bus, isForwarded }: Passage) => {
    if (isForwarded)
      throw new AwsError("THIRD_ACCOUNT_HOP_DETECTED", "An event that came from another bus is sent to no third bus.");
    const receiver = buses.getBus(Arn);
    const policy = receiver.policy.document();
    const effect = policy
      ? evaluatePolicy(policy, {
          action: "events:PutEvents",
          resource: receiver.arn,
          principal: roleArn === undefined ? { service: eventsService } : principalOf(roleArn),
          context: {
            "aws:SourceArn": rule.arn,
            "aws:SourceAccount": bus.accountId,
            "events:source": event.source,
            "events:detail-type": event["detail-type"],
          },
        })
      : "none";
    const isSameAccount = receiver.accountId === bus.accountId;
    if (effect === "deny" || (effect === "none" && !isSameAccount))
      throw new AwsError(
        "AccessDeniedException",
        `The policy of ${receiver.arn} does not admit ${roleArn ?? rule.arn}.`,
      );
    publish(receiver, event);
  };

  /**
   * Hands it over once.
   * @throws AwsError of the target, or `FAILED_TO_ASSUME_ROLE`, `THIRD_ACCOUNT_HOP_DETECTED`, `AccessDeniedException`
   */
  return async (rule: Rule, target: Target, passage: Passage): Promise<void> => {
    const { Arn: arn, RoleArn: roleArn } = target;
    if (roleArn !== undefined) assertMayAssume(roleArn, rule);
    const kind = kindOfTarget(arn);
    if (kind === "bus") {
      forward(rule, target, passage);
      return;
    }
    const body = inputFor(target, passage.event, { ...rule, ingestedAt: new Date(clock()).toISOString() });
    const origin = { service: eventsService, sourceArn: rule.arn };
    if (kind === "queue") {
      await queues.send(arn, body, { origin: roleArn === undefined ? origin : principalOf(roleArn) });
      return;
    }
    if (!functions) throw new AwsError("ResourceNotFoundException", `There is no function ${arn}.`);
    await functions.invoke(arn, JSON.parse(body), origin);
  };
}
