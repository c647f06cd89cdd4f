// Entry of what a recipient has a right to: wiring only.
import { createQueueClient, createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createRewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createContents } from "../../shared/store/contents.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSentRecords } from "../../shared/store/sent-records.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { randomSecret } from "../runtime/random-id.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { eraseRecipient, getErasure } from "./erase.ts";
import { exportRecipient } from "./export.ts";

const env = parseEnv("recipient-rights");
const client = createDocumentClient(env);
const secrets = createSecretsClient(env);
const getDigest = createKeyedDigest(createSecretReader(secrets, env.ADDRESS_SECRET_ARN));
const directory = { client, tableName: env.DIRECTORY_TABLE };
const connections = createConnections(directory);

const deps = {
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE, getKeeping: createSettings(directory).getSettings }),
  erasures: createErasures({ ...directory, getDigest }),
  keepings: createContentKeepings(directory),
  contents: createContents({ client, tableName: env.CONTENTS_TABLE }),
  suppressions: createSuppressions({ ...directory, getDigest }),
  sentRecords: createSentRecords({
    ...directory,
    listConnectionIds: async (tenantId) =>
      (await connections.listConnections(tenantId)).map(({ connectionId }) => connectionId),
    clock: Date.now,
  }),
  rewrites: createRewriteQueue({ client: createQueueClient(env), queueUrl: env.REWRITE_QUEUE_URL }),
  cursors: createCursors(createSecretReader(secrets, env.CURSOR_SECRET_ARN)),
  getDigest,
  newName: () => randomSecret(20),
  clock: Date.now,
};

export const handler = httpHandler(
  limitRequests(
    {
      "DELETE /recipients/{address}": eraseRecipient(deps),
      "GET /recipients/{address}/erasure": getErasure(deps),
      "GET /recipients/{address}/export": exportRecipient(deps),
    },
    { ...directory, kind: "rights", costlyReads: ["GET /recipients/{address}/export"] },
  ),
);
