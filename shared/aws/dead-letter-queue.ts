// Sets aside what can never be handled, with the reason, where an operator finds it and can send it again.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

export interface SetAsideReason {
  reason: string;
  /** Where in the body it is wrong: `detail.mail.messageId`. */
  path?: string | undefined;
}

export interface DeadLetterQueue {
  /** Resolves once the queue has it; only then may the original be acknowledged. */
  setAside: (body: string, reason: SetAsideReason) => Promise<void>;
}

/** Enough to understand; a message and its attributes share one limit. */
const maxAttributeLength = 500;

/** Characters that SQS refuses (SQS API reference, SendMessage: the XML characters are allowed). */
// oxlint-disable-next-line no-control-regex -- these are the ones to replace
const notAllowed = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const attribute = (text: string) => ({
  DataType: "String",
  // Cut first: half a surrogate pair is not allowed either.
  StringValue: text.slice(0, maxAttributeLength).replace(notAllowed, "?") || "?",
});

export const createDeadLetterQueue = ({
  client,
  queueUrl,
}: {
  client: SQSClient;
  queueUrl: string;
}): DeadLetterQueue => ({
  setAside: async (body, { reason, path }) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body.replace(notAllowed, "?") || "?",
        MessageAttributes: { reason: attribute(reason), ...(path === undefined ? {} : { path: attribute(path) }) },
      }),
    );
  },
});
