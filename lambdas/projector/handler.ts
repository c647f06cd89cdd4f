// The projector: the Ledger's stream into list rows, counters and suppressions. Wiring only.
import { createQueueClient, createSecretsClient } from "../../shared/aws/clients.ts";
import { createDeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { parseEnv } from "../runtime/env.ts";
import { count } from "../runtime/log.ts";
import { projectStream } from "./project-stream.ts";

const env = parseEnv("projector");
const client = createDocumentClient(env);
const getDigest = createKeyedDigest(createSecretReader(createSecretsClient(env), env.ADDRESS_SECRET_ARN));

export const handler = projectStream({
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE }),
  suppressions: createSuppressions({ client, tableName: env.DIRECTORY_TABLE, getDigest }),
  deadLetters: createDeadLetterQueue({ client: createQueueClient(env), queueUrl: env.DEAD_LETTER_QUEUE_URL }),
  clock: Date.now,
  count,
});
