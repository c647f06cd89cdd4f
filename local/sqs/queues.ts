// The queues of all accounts as other services of the laptop cloud call them, in process.
// One queue's own behaviour is in queue.ts, the wire protocol in wire.ts, templates in resources.ts.
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { AwsService } from "../protocol.ts";
import { assertQueueAccess, senderIdOf } from "./access.ts";
import { assertMessage, type ReceivedMessage } from "./message.ts";
import { createMoveTasks } from "./move-tasks.ts";
import { createRegistry, type RegistryDeps } from "./registry.ts";
import { queueProviders } from "./resources.ts";
import type { Send } from "./send.ts";
import { createWire } from "./wire.ts";

export interface QueuesDeps extends RegistryDeps {
  /** Awaited before each operation (`SendMessage`, …); may throw an AwsError. */
  faults?: (operation: string) => Promise<void> | void;
}

/** The queues as other services and the wire protocol use them. A queue is known by its ARN. */
export interface Queues {
  handle: AwsService;
  providers: ResourceProviders;
  send: Send;
  /** At most `max` visible messages; they stay invisible for the given seconds, or the queue's own. */
  receive: (queueArn: string, max: number, visibilityTimeoutSeconds?: number) => Promise<ReceivedMessage[]>;
  deleteMessages: (queueArn: string, receiptHandles: string[]) => Promise<void>;
  changeVisibility: (queueArn: string, receiptHandle: string, timeoutSeconds: number) => Promise<void>;
  /** Calls back when a message becomes visible, and soon if one is. Returns what unsubscribes. */
  onMessage: (queueArn: string, listener: () => void) => () => void;
  /** Numbers of messages, by state. */
  counts: (queueArn: string) => { visible: number; delayed: number; inFlight: number };
  /** How long a received message is invisible, unless the receiver says otherwise. */
  visibilityTimeoutSeconds: (queueArn: string) => number;
  urlOf: (queueArn: string) => string;
  stop: () => Promise<void>;
}

/**
 * The queues of every account. Messages outlive a restart; settings and policies come from the templates at each start.
 */
export function createQueues(deps: QueuesDeps): Queues {
  const registry = createRegistry(deps);
  const moveTasks = createMoveTasks(registry, deps.clock);
  const withFaults = async <Value>(operation: string, run: () => Value): Promise<Value> => {
    await deps.faults?.(operation);
    return run();
  };

  const send: Queues["send"] = (queueArn, body, { origin, attributes = {}, delaySeconds, traceHeader }) =>
    withFaults("SendMessage", () => {
      const { queue, policy } = registry.getQueue(queueArn);
      assertQueueAccess({ queueArn, policy, action: "sqs:SendMessage", origin });
      assertMessage(body, attributes, queue.settings.maximumMessageSizeBytes);
      const senderId = senderIdOf(origin);
      return queue.send({ body, messageAttributes: attributes, senderId, delaySeconds, traceHeader });
    });

  return {
    handle: createWire({ registry, send, moveTasks, ...(deps.faults && { faults: deps.faults }) }),
    providers: queueProviders(registry),
    send,
    receive: (queueArn, max, visibilityTimeoutSeconds) =>
      withFaults("ReceiveMessage", () => registry.getQueue(queueArn).queue.receive(max, visibilityTimeoutSeconds)),
    deleteMessages: (queueArn, receiptHandles) =>
      withFaults("DeleteMessage", () => {
        for (const handle of receiptHandles) registry.getQueue(queueArn).queue.remove(handle);
      }),
    changeVisibility: (queueArn, receiptHandle, timeoutSeconds) =>
      withFaults("ChangeMessageVisibility", () =>
        registry.getQueue(queueArn).queue.changeVisibility(receiptHandle, timeoutSeconds),
      ),
    onMessage: (queueArn, listener) => registry.getQueue(queueArn).queue.onVisible(listener),
    counts: (queueArn) => registry.getQueue(queueArn).queue.counts(),
    visibilityTimeoutSeconds: (queueArn) => registry.getQueue(queueArn).settings.visibilityTimeoutSeconds,
    urlOf: registry.urlOf,
    stop: () => {
      for (const { queue } of registry.listQueues()) queue.stop();
      return Promise.resolve();
    },
  };
}
