// Is the customer's SES ready, and do its events come our way? Reads only.
import { DescribeRuleCommand, ListTargetsByRuleCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  GetAccountCommand,
  GetConfigurationSetEventDestinationsCommand,
  type EventDestination,
  type SESv2Client,
} from "@aws-sdk/client-sesv2";
import type { VerifyConnectionResponse } from "../../shared/contract/api/connections.ts";
import { eventDestinationName, forwardingRuleName, matchingEventTypes } from "../../shared/contract/connection.ts";
import type { Connection } from "../../shared/store/connections.ts";
import { broken, brokenBy, deployAgain, passed, type Tried } from "./hop.ts";

type Sending = NonNullable<VerifyConnectionResponse["sending"]>;

export async function trySending(
  ses: SESv2Client,
  { region }: Connection,
): Promise<{ tried: Tried; sending?: Sending }> {
  try {
    const account = await ses.send(new GetAccountCommand({}));
    const sending: Sending = {
      sandbox: account.ProductionAccessEnabled !== true,
      enabled: account.SendingEnabled === true,
      maxSendRate: account.SendQuota?.MaxSendRate ?? 0,
      max24Hours: account.SendQuota?.Max24HourSend ?? 0,
      sentLast24Hours: account.SendQuota?.SentLast24Hours ?? 0,
    };
    if (!sending.enabled)
      return {
        tried: broken(
          "sending",
          `SES in ${region} may not send (${account.EnforcementStatus ?? "sending is paused"}).`,
          "See the account dashboard of the SES console: sending is paused there, or AWS has paused it.",
        ),
        sending,
      };
    const sandbox = sending.sandbox
      ? "is in the sandbox: it mails verified addresses and SES's simulator only"
      : "may send to anyone";
    const rate = `${sending.maxSendRate} a second, ${sending.max24Hours} in 24 hours`;
    return { tried: passed("sending", `SES in ${region} ${sandbox}; ${rate}.`), sending };
  } catch (error) {
    return { tried: brokenBy("sending", error, "The state of SES could not be read", deployAgain(region)) };
  }
}

export async function tryConfigurationSet(ses: SESv2Client, connection: Connection): Promise<Tried> {
  const { configurationSet, region } = connection;
  const hop = "configurationSet";
  const wrong = (message: string) => broken(hop, message, deployAgain(region));
  try {
    const { EventDestinations = [] } = await ses.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: configurationSet }),
    );
    const toDefaultBus = EventDestinations.filter((destination) => goesToDefaultBus(destination, connection));
    if (toDefaultBus.length === 0)
      return wrong(`The configuration set ${configurationSet} publishes no events to the default event bus.`);
    const enabled = toDefaultBus.filter(({ Enabled }) => Enabled);
    if (enabled.length === 0) return wrong(`The event destination ${eventDestinationName} is switched off.`);
    const published = new Set<string>(enabled.flatMap(({ MatchingEventTypes = [] }) => MatchingEventTypes));
    const missing = matchingEventTypes.filter((type) => !published.has(type));
    return missing.length > 0
      ? wrong(`The configuration set ${configurationSet} does not publish ${missing.join(", ")}.`)
      : passed(hop, `The configuration set ${configurationSet} publishes all ten event types to EventBridge.`);
  } catch (error) {
    if (isNotFound(error)) return wrong(`There is no configuration set ${configurationSet} in ${region}.`);
    return brokenBy(hop, error, `The configuration set ${configurationSet} could not be read`, deployAgain(region));
  }
}

/** SES publishes to the default bus of its own account and region alone (SES developer guide). */
const goesToDefaultBus = (destination: EventDestination, { accountId, region }: Connection): boolean =>
  destination.EventBridgeDestination?.EventBusArn === `arn:aws:events:${region}:${accountId}:event-bus/default`;

export async function tryRule(events: EventBridgeClient, { region }: Connection, busArn: string): Promise<Tried> {
  const hop = "rule";
  const wrong = (message: string) => broken(hop, message, deployAgain(region));
  try {
    const { State = "" } = await events.send(new DescribeRuleCommand({ Name: forwardingRuleName }));
    if (!State.startsWith("ENABLED"))
      return broken(
        hop,
        `The rule ${forwardingRuleName} is switched off.`,
        `Enable the rule ${forwardingRuleName} on the default event bus in ${region}.`,
      );
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: forwardingRuleName }));
    const target = Targets.find(({ Arn }) => Arn === busArn);
    if (!target) return wrong(`The rule ${forwardingRuleName} does not forward to SESami's event bus.`);
    // Needed by targets in other accounts that were made after 2 March 2023 (EventBridge user guide).
    if (!target.RoleArn) return wrong(`The rule ${forwardingRuleName} has no role to forward events with.`);
    return passed(hop, `The rule ${forwardingRuleName} forwards SES events to SESami.`);
  } catch (error) {
    if (isNotFound(error))
      return wrong(`There is no rule ${forwardingRuleName} on the default event bus in ${region}.`);
    return brokenBy(hop, error, `The rule ${forwardingRuleName} could not be read`, deployAgain(region));
  }
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && ["NotFoundException", "ResourceNotFoundException"].includes(error.name);
