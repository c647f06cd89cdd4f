// The categorizer: SES events from the queue into the Ledger. Wiring only.
import { createQueueClient } from "../../shared/aws/clients.ts";
import { createDeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { parseEnv } from "../runtime/env.ts";
import { count, log } from "../runtime/log.ts";
import { createAccountOwners } from "./account-owners.ts";
import { categorizeBatch } from "./categorize-batch.ts";

const env = parseEnv("categorizer");
const client = createDocumentClient(env);
const owners = createAccountOwners({
  connections: createConnections({ client, tableName: env.DIRECTORY_TABLE }),
  clock: Date.now,
});

export const handler = categorizeBatch({
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE, onConflict: () => count("ledgerConflict") }),
  findTenant: owners.findTenant,
  onRecorded: owners.noteEvent,
  deadLetters: createDeadLetterQueue({ client: createQueueClient(env), queueUrl: env.DEAD_LETTER_QUEUE_URL }),
  count,
  log,
});
