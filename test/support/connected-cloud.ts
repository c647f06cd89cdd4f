// Two accounts of the laptop cloud behind one front door, with what the connection template makes in the customer's:
// for tests of functions that act in a customer's account. The real stacks are tested elsewhere; here each part can be wrong.
import { createEventBridge } from "../../local/eventbridge/eventbridge.ts";
import { createFrontDoor } from "../../local/front-door/front-door.ts";
import { createIdentity } from "../../local/identity/identity.ts";
import type { ResourceProviders } from "../../local/cloudformation/provider.ts";
import { createSes } from "../../local/ses/ses.ts";
import { createQueues } from "../../local/sqs/queues.ts";
import { openState } from "../../local/state.ts";
import {
  configurationSetName,
  connectionRoleName,
  eventDestinationName,
  forwardingRuleName,
  publishedEventTypes,
} from "../../shared/contract/connection.ts";

export const operatorId = "111111111111";
export const customerId = "222222222222";
export const region = "us-east-1";
export const busArn = `arn:aws:events:${region}:${operatorId}:event-bus/sesami`;
export const eventsQueueArn = `arn:aws:sqs:${region}:${operatorId}:events`;

/** What of the template is made, and how: a test of a broken hop gives the part that is broken. */
export interface ConnectionParts {
  accountId?: string;
  /** The condition of the role's trust policy; null for none. */
  trustCondition?: Record<string, Record<string, string>> | null;
  hasConfigurationSet?: boolean;
  eventTypes?: readonly string[];
  destinationEnabled?: boolean;
  hasRule?: boolean;
  ruleState?: "ENABLED" | "DISABLED";
  ruleTarget?: string;
  identities?: string[];
  production?: boolean;
  maxSendRate?: number;
  max24Hours?: number;
}

const trust = (principal: object, condition?: object | null) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...(condition ? { Condition: condition } : {}) },
  ],
});

const allow = (actions: string[], resource: string) => [
  {
    PolicyName: "allowed",
    PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: resource }] },
  },
];

export type Fault = (operation: string) => Promise<void> | void;

/** @param faults may be replaced by a test: each is asked before every operation of its service */
export async function startConnectedCloud(faults: { ses?: Fault; sts?: Fault; events?: Fault } = {}) {
  const state = openState();
  const clock = Date.now;
  const identity = createIdentity({ state, clock });
  const queues = createQueues({ clock, state, endpointUrl: () => door.url() });
  const eventBridge = createEventBridge({
    clock,
    state,
    identity,
    queues,
    faults: (operation) => (operation === "Deliver" ? undefined : faults.events?.(operation)),
  });
  const ses = createSes({
    clock,
    state,
    eventBridge,
    publicUrl: () => door.url(),
    delayMs: 0,
    faults: (operation) => faults.ses?.(operation),
  });
  const door = createFrontDoor({
    identity,
    services: {
      sts: async (call) => {
        await faults.sts?.(new URLSearchParams(call.body.toString()).get("Action") ?? "");
        return identity.handle(call);
      },
      ses: ses.handle,
      events: eventBridge.handle,
      sqs: queues.handle,
    },
    log: (line, error) => {
      throw new Error(line, { cause: error });
    },
  });
  const endpoint = await door.listen(0);
  const providers: ResourceProviders = {
    ...identity.providers,
    ...queues.providers,
    ...eventBridge.providers,
    ...ses.providers,
  };

  const declare = async (accountId: string, type: string, properties: Record<string, unknown>) => {
    const provider = providers[type];
    if (!provider) throw new Error(`no provider of ${type}`);
    const logicalId = type.replaceAll(":", "");
    return provider.create(properties, {
      accountId,
      region,
      stackName: "Test",
      logicalId,
      generatedName: `Test-${logicalId}`,
      resource: { Type: type },
      assetPath: (name) => name,
    });
  };

  await declare(operatorId, "AWS::Events::EventBus", { Name: "sesami" });
  await declare(operatorId, "AWS::SQS::Queue", { QueueName: "events" });
  await declare(operatorId, "AWS::SQS::QueuePolicy", {
    Queues: [`${endpoint}/${operatorId}/events`],
    PolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: eventsQueueArn,
        },
      ],
    },
  });
  await declare(operatorId, "AWS::Events::Rule", {
    Name: "ses-events",
    EventBusName: "sesami",
    EventPattern: { source: ["aws.ses"] },
    Targets: [{ Id: "queue", Arn: eventsQueueArn }],
  });
  await declare(operatorId, "AWS::IAM::Role", {
    RoleName: "function",
    AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
    Policies: allow(["sts:AssumeRole", "events:*"], "*"),
  });

  /** Makes what the template makes, as the parts say. What is not made anew stays. */
  async function deployConnection(externalId: string, parts: ConnectionParts = {}): Promise<void> {
    const {
      accountId = customerId,
      trustCondition = { StringEquals: { "sts:ExternalId": externalId } },
      hasConfigurationSet = true,
      eventTypes = publishedEventTypes,
      destinationEnabled = true,
      hasRule = true,
      ruleState = "ENABLED",
      ruleTarget = busArn,
      identities = ["shop.example"],
      production = true,
      maxSendRate = 14,
      max24Hours = 50_000,
    } = parts;
    ses.configureAccount(accountId, region, { production, maxSendRate, max24Hours, identities });
    await declare(accountId, "AWS::IAM::Role", {
      RoleName: connectionRoleName(region),
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${operatorId}:root` }, trustCondition),
      Policies: allow(["ses:*", "events:DescribeRule", "events:ListTargetsByRule"], "*"),
    });
    if (hasConfigurationSet) {
      await declare(accountId, "AWS::SES::ConfigurationSet", { Name: configurationSetName });
      await declare(accountId, "AWS::SES::ConfigurationSetEventDestination", {
        ConfigurationSetName: configurationSetName,
        EventDestination: {
          Name: eventDestinationName,
          Enabled: destinationEnabled,
          MatchingEventTypes: [...eventTypes],
          EventBridgeDestination: { EventBusArn: `arn:aws:events:${region}:${accountId}:event-bus/default` },
        },
      });
    }
    if (!hasRule) return;
    const forwarder = await declare(accountId, "AWS::IAM::Role", {
      RoleName: "forwarder",
      AssumeRolePolicyDocument: trust({ Service: "events.amazonaws.com" }),
      Policies: allow(["events:PutEvents"], busArn),
    });
    await declare(accountId, "AWS::Events::Rule", {
      Name: forwardingRuleName,
      State: ruleState,
      EventPattern: { source: ["aws.ses"] },
      Targets: [{ Id: "sesami", Arn: ruleTarget, RoleArn: forwarder.attributes["Arn"] }],
    });
  }

  return {
    endpoint,
    env: { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint },
    ses,
    identity,
    deployConnection,
    /** As Lambda gives them to a function of ours. */
    functionCredentials: () => {
      const session = identity.credentialsForService(
        `arn:aws:iam::${operatorId}:role/function`,
        "lambda.amazonaws.com",
      );
      return {
        accessKeyId: session.accessKeyId,
        secretAccessKey: session.secretAccessKey,
        sessionToken: session.sessionToken,
      };
    },
    /** The SES events that have come to our bus by now, and takes them. */
    takeEvents: async (): Promise<
      { account: string; "detail-type": string; detail: { mail: { tags: object; destination: string[] } } }[]
    > => {
      await ses.drain();
      await eventBridge.drain();
      const messages = await queues.receive(eventsQueueArn, 10);
      await queues.deleteMessages(
        eventsQueueArn,
        messages.map(({ receiptHandle }) => receiptHandle),
      );
      return messages.map(({ body }) => JSON.parse(body) as never);
    },
    stop: async () => {
      await ses.stop();
      await eventBridge.stop();
      await queues.stop();
      await door.close();
    },
  };
}

export type ConnectedCloud = Awaited<ReturnType<typeof startConnectedCloud>>;
