// The queue of the rewriter: what is stored already and must be written anew, after a change of settings or for an erasure.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { RewriteJob } from "../contract/rewrite-job.ts";

export interface RewriteQueue {
  /** Resolves once the queue has it. */
  send: (job: RewriteJob, options?: { delaySeconds?: number }) => Promise<void>;
}

export const createRewriteQueue = ({ client, queueUrl }: { client: SQSClient; queueUrl: string }): RewriteQueue => ({
  send: async (job, { delaySeconds = 0 } = {}) => {
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(job), DelaySeconds: delaySeconds }),
    );
  },
});
