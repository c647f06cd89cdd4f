// The categorizer: SES events from the queue into the Ledger. Wiring only.
import { createQueueClient, createSecretsClient } from "../../shared/aws/clients.ts";
import { createDeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { createBulkSettlement } from "../../shared/store/bulk/settle-bulk.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { rememberKeeping } from "../../shared/store/keeping.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { parseEnv } from "../runtime/env.ts";
import { count, log } from "../runtime/log.ts";
import { createAccountOwners } from "./account-owners.ts";
import { categorizeBatch } from "./categorize-batch.ts";
import { createSettlements } from "./settlements.ts";

const env = parseEnv("categorizer");
const client = createDocumentClient(env);
const directory = { client, tableName: env.DIRECTORY_TABLE };
const getDigest = createKeyedDigest(createSecretReader(createSecretsClient(env), env.ADDRESS_SECRET_ARN));
const owners = createAccountOwners({
  connections: createConnections(directory),
  clock: Date.now,
});

export const handler = categorizeBatch({
  ledger: createLedger({
    client,
    tableName: env.LEDGER_TABLE,
    getKeeping: rememberKeeping(createSettings(directory).getSettings, Date.now),
    findErasureTimes: createErasures({ ...directory, getDigest }).findErasureTimes,
    onConflict: () => count("ledgerConflict"),
  }),
  findTenant: owners.findTenant,
  attempts: createSettlements(createAttempts(directory), createBulkSettlement({ ...directory, clock: Date.now })),
  onRecorded: owners.noteEvent,
  deadLetters: createDeadLetterQueue({ client: createQueueClient(env), queueUrl: env.DEAD_LETTER_QUEUE_URL }),
  count,
  log,
});
