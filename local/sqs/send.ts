// Sending to a queue, from wherever it comes.
import type { Origin } from "./access.ts";
import type { MessageAttributes } from "./message.ts";

export interface SendOptions {
  origin: Origin;
  attributes?: MessageAttributes | undefined;
  delaySeconds?: number | undefined;
  traceHeader?: string | undefined;
}

/**
 * Sends as a service or a caller, whom the queue policy must admit.
 * @throws AwsError `QueueDoesNotExist`, `AccessDeniedException`, `InvalidParameterValue`
 */
export type Send = (queueArn: string, body: string, options: SendOptions) => Promise<{ messageId: string }>;
