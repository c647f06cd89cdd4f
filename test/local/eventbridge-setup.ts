// Queues and EventBridge of two accounts behind the real front door, for the tests of both services.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { ResourceContext, ResourceProviders } from "../../local/cloudformation/provider.ts";
import { createEventBridge, type EventBridgeDeps } from "../../local/eventbridge/eventbridge.ts";
import { createFrontDoor } from "../../local/front-door/front-door.ts";
import { createIdentity } from "../../local/identity/identity.ts";
import { createQueues, type QueuesDeps } from "../../local/sqs/queues.ts";
import { openState } from "../../local/state.ts";

export const operatorId = "111111111111";
export const customerId = "222222222222";
export const strangerId = "333333333333";
export const region = "us-east-1";

export const queueArn = (name: string, accountId = operatorId) => `arn:aws:sqs:${region}:${accountId}:${name}`;
export const busArn = (name: string, accountId = operatorId) =>
  `arn:aws:events:${region}:${accountId}:event-bus/${name}`;

/** A clock that moves only when told. */
export function manualClock(startMs: number) {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advanceSeconds: (seconds: number) => {
      nowMs += seconds * 1000;
    },
  };
}

/** What a deployment tells a provider of a resource of the stack `Test`. */
export const contextOf = (accountId: string, logicalId: string, type: string): ResourceContext => ({
  accountId,
  region,
  stackName: "Test",
  logicalId,
  generatedName: `Test-${logicalId}`,
  resource: { Type: type },
  assetPath: (name) => name,
});

const ignore = () => undefined;
/** The SDK warns that it follows the queue's address, which is what is wanted. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

type Settings = Partial<Pick<EventBridgeDeps, "functions" | "duplicateEvery">> & {
  clock?: () => number;
  folder?: string;
  queueFaults?: NonNullable<QueuesDeps["faults"]>;
  eventFaults?: NonNullable<EventBridgeDeps["faults"]>;
};

/** Listens on a free port of 127.0.0.1 until `close`. */
export async function startCloud({ folder, queueFaults, eventFaults, clock = Date.now, ...settings }: Settings = {}) {
  const state = openState(folder);
  const logged: string[] = [];
  const identity = createIdentity({ state, clock });
  const queues = createQueues({
    clock,
    state,
    endpointUrl: () => door.url(),
    ...(queueFaults && { faults: queueFaults }),
  });
  const eventBridge = createEventBridge({
    ...settings,
    clock,
    state,
    identity,
    queues,
    log: (line) => logged.push(line),
    ...(eventFaults && { faults: eventFaults }),
  });
  const door = createFrontDoor({
    identity,
    services: { sqs: queues.handle, events: eventBridge.handle },
    log: (line, error) => {
      throw new Error(line, { cause: error });
    },
  });
  const endpoint = await door.listen(0);
  const providers: ResourceProviders = { ...identity.providers, ...queues.providers, ...eventBridge.providers };
  const clients: { destroy: () => void }[] = [];
  const connect = <Client extends { destroy: () => void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  const clientConfig = (accountId: string) => ({
    region,
    endpoint,
    credentials: identity.rootCredentials(accountId),
    maxAttempts: 1,
  });

  return {
    queues,
    eventBridge,
    logged,
    endpoint,
    /** Declares a resource as a deployment does. */
    declare: async (type: string, logicalId: string, properties: Record<string, unknown>, accountId = operatorId) => {
      const context = contextOf(accountId, logicalId, type);
      const created = await providers[type]?.create(properties, context);
      if (!created) throw new Error(`no provider of ${type}`);
      return { ...created, remove: () => providers[type]?.delete?.(created, context) };
    },
    sqs: (accountId = operatorId) => connect(new SQSClient(clientConfig(accountId))),
    /** A client that is told no endpoint, and so goes where the queue's address leads. */
    sqsByQueueUrl: () => {
      const { endpoint: _endpoint, ...config } = clientConfig(operatorId);
      return connect(new SQSClient({ ...config, logger: silent }));
    },
    events: (accountId = operatorId) => connect(new EventBridgeClient(clientConfig(accountId))),
    /** The bodies of all visible messages. */
    bodies: async (arn: string): Promise<unknown[]> => {
      const messages = await queues.receive(arn, 10);
      return messages.map(({ body }) => JSON.parse(body) as unknown);
    },
    close: async () => {
      for (const client of clients) client.destroy();
      await eventBridge.stop();
      await queues.stop();
      await door.close();
      state.flush();
    },
  };
}

export type TestCloud = Awaited<ReturnType<typeof startCloud>>;
