// Going through a dead-letter queue: what waits there and why, and taking each message away once it is dealt with.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { countVisible } from "./deployed-queues.ts";

export interface DeadLetter {
  messageId: string;
  receiptHandle: string;
  body: string;
  reason: string;
  /** ms since the epoch: when it came, to the queue it was in first. */
  sentAtMs: number;
}

export interface DeadLetterWalk {
  queueUrl: string;
  /** At most so many are looked at; also never more than there were at the start, for what is sent back may come again. */
  limit?: number | undefined;
}

/** Of SQS: messages a call. */
export const maxBatch = 10;
/** Long enough to deal with a batch; what was not taken away is there again afterwards. */
const visibilitySeconds = 120;
/** One long poll asks all of SQS's servers; one that finds nothing may still have been unlucky. */
const emptyPolls = 2;

const toDeadLetter = (message: Message): DeadLetter => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  reason: reasonOf(message),
  sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
});

/** Ours (lambdas), EventBridge's (user guide, "Using dead-letter queues"), or none: SQS itself moved it. */
function reasonOf({ MessageAttributes: attributes = {} }: Message): string {
  const text = (name: string) => attributes[name]?.StringValue;
  const [code, message] = [text("ERROR_CODE"), text("ERROR_MESSAGE")];
  if (code !== undefined) return message === undefined ? code : `${code}: ${message}`;
  return text("reason") ?? "no reason given: every try failed";
}

/** Batches of what waits, each message once. They stay invisible to others for two minutes. */
export async function* listDeadLetters(
  sqs: SQSClient,
  { queueUrl, limit = Infinity }: DeadLetterWalk,
): AsyncGenerator<DeadLetter[], void> {
  let left = Math.min(limit, await countVisible(sqs, queueUrl));
  const seen = new Set<string>();
  for (let empty = 0; left > 0 && empty < emptyPolls;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(maxBatch, left),
        VisibilityTimeout: visibilitySeconds,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    const batch = Messages.map(toDeadLetter).filter(({ messageId }) => !seen.has(messageId));
    empty = batch.length === 0 ? empty + 1 : 0;
    for (const { messageId } of batch) seen.add(messageId);
    left -= batch.length;
    if (batch.length > 0) yield batch;
  }
}

const entriesOf = (letters: readonly DeadLetter[]) =>
  letters.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));

/** @param letters of one batch */
export async function removeDeadLetters(sqs: SQSClient, queueUrl: string, letters: readonly DeadLetter[]) {
  if (letters.length === 0) return;
  const { Failed = [] } = await sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entriesOf(letters) }),
  );
  if (Failed.length > 0)
    throw new Error(`${Failed.length} messages could not be deleted (${Failed[0]?.Message}): they will come again.`);
}

/** Makes them visible again at once. */
export async function giveBackDeadLetters(sqs: SQSClient, queueUrl: string, letters: readonly DeadLetter[]) {
  for (let start = 0; start < letters.length; start += maxBatch)
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: entriesOf(letters.slice(start, start + maxBatch)).map(({ Id, ReceiptHandle }) => ({
          Id,
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
}

/** How many for which reason, most first, and since when. */
export function reasonTable(letters: readonly Pick<DeadLetter, "reason" | "sentAtMs">[]): string[] {
  const rows = [...Map.groupBy(letters, ({ reason }) => reason)]
    .map(([reason, those]) => ({
      reason,
      count: those.length,
      oldestMs: Math.min(...those.map((one) => one.sentAtMs)),
    }))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return rows.map(
    ({ reason, count, oldestMs }) =>
      `  ${String(count).padStart(7)}  since ${new Date(oldestMs).toISOString()}  ${reason}`,
  );
}
