// The queue of those who send from lines.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { BulkJob } from "../contract/bulk-job.ts";

/** SQS delays a message by this at most. */
export const maxDelaySeconds = 900;

export interface BulkQueue {
  /** Resolves once the queue has it. */
  send: (job: BulkJob, options?: { delaySeconds?: number }) => Promise<void>;
}

/**
 * Messages are grouped by tenant: of a queue that is behind, SQS hands out those of quiet tenants first (SQS developer
 * guide, "Amazon SQS fair queues").
 */
export const createBulkQueue = ({ client, queueUrl }: { client: SQSClient; queueUrl: string }): BulkQueue => ({
  send: async (job, { delaySeconds = 0 } = {}) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(job),
        MessageGroupId: job.tenantId,
        DelaySeconds: Math.min(maxDelaySeconds, Math.max(0, Math.ceil(delaySeconds))),
      }),
    );
  },
});
