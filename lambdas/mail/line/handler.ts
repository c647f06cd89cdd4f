// Entry of the workers that send from lines: wiring only.
import { createBulkQueue } from "../../../shared/aws/bulk-queue.ts";
import { createQueueClient, createSecretsClient, createStsClient } from "../../../shared/aws/clients.ts";
import { createSendingClients } from "../../../shared/aws/connection-clients.ts";
import { createDocumentClient } from "../../../shared/aws/dynamodb.ts";
import { createMailSender } from "../../../shared/aws/mail-sender.ts";
import { createSecretReader, readSecret } from "../../../shared/aws/secret.ts";
import { createSendQuotas } from "../../../shared/aws/send-rate.ts";
import { createUnsubscribeKeys } from "../../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../../shared/aws/unsubscribe-links.ts";
import { createAcceptedSends } from "../../../shared/store/accepted-sends.ts";
import { createBulkStates } from "../../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../../shared/store/bulk/bulks.ts";
import { createDueList } from "../../../shared/store/bulk/due-list.ts";
import { createLines } from "../../../shared/store/bulk/line.ts";
import { createContentKeepings } from "../../../shared/store/content-keeping.ts";
import { createContents } from "../../../shared/store/contents.ts";
import { createConnections } from "../../../shared/store/connections.ts";
import { realWaiting } from "../../../shared/store/dynamo-retry.ts";
import { createKeyedDigest } from "../../../shared/store/keyed-digest.ts";
import { createSuppressionCache } from "../../../shared/store/suppression-cache.ts";
import { createSuppressions } from "../../../shared/store/suppressions.ts";
import { parseEnv } from "../../runtime/env.ts";
import { count } from "../../runtime/log.ts";
import { createSessionCredentials } from "../../runtime/session-credentials.ts";
import { createContentKeeper } from "../keep-content.ts";
import { workBatch } from "./work-batch.ts";

const env = parseEnv("bulk-sender");
const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };
const secrets = createSecretsClient(env);
const readAddressSecret = createSecretReader(secrets, env.ADDRESS_SECRET_ARN);
const session = {
  credentials: createSessionCredentials(env, { sts: createStsClient(env), opensEarly: true }),
  clientFor: createSendingClients(env),
};

export const handler = workBatch({
  bulks: createBulks(directory),
  states: createBulkStates(directory),
  lines: createLines(directory),
  dueList: createDueList(directory),
  connections: createConnections(directory),
  suppressions: createSuppressions({
    ...directory,
    getDigest: createKeyedDigest(readAddressSecret),
    cache: createSuppressionCache(directory),
  }),
  accepted: createAcceptedSends(directory),
  unsubscribeLinks: createUnsubscribeLinks(
    createUnsubscribeKeys({ readSecret: () => readSecret(secrets, env.UNSUBSCRIBE_SECRET_ARN), clock: Date.now }),
  ),
  keepContent: createContentKeeper({
    keepings: createContentKeepings(directory),
    contents: createContents({ client: directory.client, tableName: env.CONTENTS_TABLE }),
    clock: Date.now,
  }),
  sender: createMailSender(session),
  findSendQuota: createSendQuotas(session),
  queue: createBulkQueue({ client: createQueueClient(env), queueUrl: env.BULK_QUEUE_URL }),
  clock: Date.now,
  sleep: realWaiting.sleep,
  count,
});
