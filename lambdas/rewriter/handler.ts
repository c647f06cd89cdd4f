// The rewriter: goes through what is stored, after a change of settings or for an erasure. Wiring only.
import { createQueueClient, createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createRewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createContents } from "../../shared/store/contents.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSentRecords } from "../../shared/store/sent-records.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { parseEnv } from "../runtime/env.ts";
import { log } from "../runtime/log.ts";
import { rewriteBatch } from "./rewrite-batch.ts";

const env = parseEnv("rewriter");
const client = createDocumentClient(env);
const directory = { client, tableName: env.DIRECTORY_TABLE };
const getDigest = createKeyedDigest(createSecretReader(createSecretsClient(env), env.ADDRESS_SECRET_ARN));
const settings = createSettings(directory);
const connections = createConnections(directory);

export const handler = rewriteBatch({
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE, getKeeping: settings.getSettings }),
  settings,
  erasures: createErasures({ ...directory, getDigest }),
  contents: createContents({ client, tableName: env.CONTENTS_TABLE }),
  suppressions: createSuppressions({ ...directory, getDigest }),
  sentRecords: createSentRecords({
    ...directory,
    listConnectionIds: async (tenantId) =>
      (await connections.listConnections(tenantId)).map(({ connectionId }) => connectionId),
    clock: Date.now,
  }),
  rewrites: createRewriteQueue({ client: createQueueClient(env), queueUrl: env.REWRITE_QUEUE_URL }),
  getDigest,
  clock: Date.now,
  log,
});
