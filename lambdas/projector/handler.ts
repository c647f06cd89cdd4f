// The projector: the Ledger's stream into list rows, counters and suppressions. Wiring only.
import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { createQueueClient } from "../../shared/aws/clients.ts";
import { createDeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { parseEnv } from "../runtime/env.ts";
import { count } from "../runtime/log.ts";
import { project } from "./project.ts";

const env = parseEnv("projector");
const client = createDocumentClient(env);
const projectBatch = project({
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE }),
  suppressions: createSuppressions({ client, tableName: env.DIRECTORY_TABLE }),
  deadLetters: createDeadLetterQueue({ client: createQueueClient(env), queueUrl: env.DEAD_LETTER_QUEUE_URL }),
  count,
});

/** What Lambda hands over where the event source mapping has a tumbling window: the only way to learn the shard. */
export interface WindowedStreamEvent {
  Records?: DynamoDBRecord[];
  shardId?: string;
}

interface WindowedResponse extends DynamoDBBatchResponse {
  /** Lambda takes an answer without a state for a failure. */
  state: Record<string, never>;
}

export const handler = async ({ Records: records = [], shardId }: WindowedStreamEvent): Promise<WindowedResponse> => {
  if (shardId === undefined)
    throw new Error("The stream's shard is not named: give the event source mapping a tumbling window.");
  if (records.length > 0) {
    await projectBatch({ shardId, records });
    const created = Math.min(...records.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime ?? Infinity));
    if (Number.isFinite(created)) count("projectorLag", Math.max(0, Date.now() - created * 1000));
  }
  return { batchItemFailures: [], state: {} };
};
