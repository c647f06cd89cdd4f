// The queue that SES events wait in for the categorizer: EventBridge's rule puts them there, and so do our doors.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

export interface EventQueue {
  /** Resolves once the queue has it; only then may its sender be told so. */
  send: (body: string) => Promise<void>;
}

export const createEventQueue = ({ client, queueUrl }: { client: SQSClient; queueUrl: string }): EventQueue => ({
  send: async (body) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  },
});
