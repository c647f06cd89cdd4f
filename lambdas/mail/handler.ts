// Entry of POST /mail, GET /mail/{mailId}, and the same for the `resend` client: wiring only.
import { createBulkQueue } from "../../shared/aws/bulk-queue.ts";
import {
  createQueueClient,
  createSchedulerClient,
  createSecretsClient,
  createStsClient,
} from "../../shared/aws/clients.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createMailSender } from "../../shared/aws/mail-sender.ts";
import { createSchedules } from "../../shared/aws/schedules.ts";
import { createSecretReader, readSecret } from "../../shared/aws/secret.ts";
import { createSendRates } from "../../shared/aws/send-rate.ts";
import { createUnsubscribeKeys } from "../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { createBulkStates } from "../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../shared/store/bulk/bulks.ts";
import { createLines } from "../../shared/store/bulk/line.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createContents } from "../../shared/store/contents.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { realWaiting } from "../../shared/store/dynamo-retry.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { createSuppressionCache } from "../../shared/store/suppression-cache.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { createTemplates } from "../../shared/store/templates.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { randomId } from "../runtime/random-id.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { createSessionCredentials } from "../runtime/session-credentials.ts";
import { getMail } from "./get-mail.ts";
import { createContentKeeper } from "./keep-content.ts";
import { createPacer } from "./pacing.ts";
import { resendRoutes } from "./resend/emails.ts";
import { withResendErrors } from "./resend/errors.ts";
import { sendMail, waitingLimits } from "./send-mail.ts";
import { cancelMail, rescheduleMail } from "./steer-mail.ts";
import { testTemplate } from "./test-template.ts";
import { createSendingConnections } from "./sending-connection.ts";

const env = parseEnv("mail");
const client = createDocumentClient(env);
const directory = { client, tableName: env.DIRECTORY_TABLE };
const secrets = createSecretsClient(env);
const readAddressSecret = createSecretReader(secrets, env.ADDRESS_SECRET_ARN);
const attempts = createAttempts(directory);
const templates = createTemplates(directory);
const session = {
  credentials: createSessionCredentials(env, { sts: createStsClient(env), opensEarly: true }),
  clientFor: createSendingClients(env),
};

const bulks = createBulks(directory);
const lines = createLines(directory);
const schedules = createSchedules({ client: createSchedulerClient(env), env });

const mailReading = {
  attempts,
  erasures: createErasures({ ...directory, getDigest: createKeyedDigest(readAddressSecret) }),
  bulks,
  lines,
  schedules,
  states: createBulkStates(directory),
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE, getKeeping: createSettings(directory).getSettings }),
  clock: Date.now,
};

const mailRoutes = {
  "POST /mail": sendMail({
    getSendingConnection: createSendingConnections({ connections: createConnections(directory), clock: Date.now }),
    suppressions: createSuppressions({
      ...directory,
      getDigest: createKeyedDigest(readAddressSecret),
      cache: createSuppressionCache(directory),
    }),
    attempts,
    templates,
    bulks,
    lines,
    queue: createBulkQueue({ client: createQueueClient(env), queueUrl: env.BULK_QUEUE_URL }),
    schedules,
    keepContent: createContentKeeper({
      keepings: createContentKeepings(directory),
      contents: createContents({ client, tableName: env.CONTENTS_TABLE }),
      clock: Date.now,
    }),
    sender: createMailSender(session),
    findSendRate: createSendRates(session),
    unsubscribeLinks: createUnsubscribeLinks(
      createUnsubscribeKeys({ readSecret: () => readSecret(secrets, env.UNSUBSCRIBE_SECRET_ARN), clock: Date.now }),
    ),
    linksUrl: env.LINKS_URL,
    pacer: createPacer(Date.now),
    newMailId: () => randomId("mai"),
    limits: waitingLimits(env),
    clock: Date.now,
    sleep: realWaiting.sleep,
  }),
  "GET /mail/{mailId}": getMail(mailReading),
  "POST /mail/{mailId}/cancel": cancelMail(mailReading),
  "POST /mail/{mailId}/reschedule": rescheduleMail(mailReading),
};

export const handler = withResendErrors(
  httpHandler(
    limitRequests(
      {
        ...mailRoutes,
        "POST /templates/{templateId}/test": testTemplate({ templates, sendMail: mailRoutes["POST /mail"] }),
        ...resendRoutes({
          sendMail: mailRoutes["POST /mail"],
          getMail: mailRoutes["GET /mail/{mailId}"],
          cancelMail: mailRoutes["POST /mail/{mailId}/cancel"],
          rescheduleMail: mailRoutes["POST /mail/{mailId}/reschedule"],
          clock: Date.now,
        }),
      },
      { ...directory, kind: env },
    ),
  ),
);
