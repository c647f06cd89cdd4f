// A queue as SQS is one: in batches, at least once, what failed again and again until it counts as lost.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { toSqsEvent } from "../event-functions.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Invoke } from "./worker.ts";

interface Message {
  messageId: string;
  body: string;
  received: number;
}

/** As the template has it: received so often and not done, a message goes to the dead-letter queue. */
const maxReceiveCount = 20;
const maxBatch = 100;

/**
 * Hands everything to the functions, all of them at once, until it is done.
 * @returns the bodies that were given up
 */
export async function drainQueue(
  bodies: readonly string[],
  functions: readonly Invoke<SQSEvent, SQSBatchResponse>[],
  { random, faults }: { random: Random; faults: Faults },
): Promise<string[]> {
  const waiting = bodies.map((body, index): Message => ({ messageId: `message-${index}`, body, received: 0 }));
  const lost: string[] = [];

  const giveBack = (messages: readonly Message[]) => {
    for (const message of messages)
      if (message.received >= maxReceiveCount) lost.push(message.body);
      // Visible again after a while: behind some of what waits.
      else waiting.splice(random.integer(0, Math.min(waiting.length, 500)), 0, message);
  };

  const work = async (invoke: Invoke<SQSEvent, SQSBatchResponse>) => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, random.integer(1, maxBatch));
      for (const message of batch) message.received += 1;
      const answer = await invoke(toSqsEvent(batch));
      const failed =
        answer === "killed" ? undefined : new Set(answer.batchItemFailures.map((item) => item.itemIdentifier));
      // Now and then what was done is not deleted in time.
      const isRepeated = failed !== undefined && random.chance(0.02);
      if (isRepeated) faults.note("batchesRepeated");
      giveBack(batch.filter(({ messageId }) => !failed || isRepeated || failed.has(messageId)));
    }
  };
  await Promise.all(functions.map(work));
  return lost;
}
