// Once an hour: did the Send events of the mails come that SES accepted from us? Wiring only.
import { createStsClient } from "../../shared/aws/clients.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { getSendStatistics } from "../../shared/aws/send-statistics.ts";
import { createAcceptedSends } from "../../shared/store/accepted-sends.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { parseEnv } from "../runtime/env.ts";
import { count, log } from "../runtime/log.ts";
import { reconcileAll } from "./reconcile-all.ts";

const env = parseEnv("reconciliation");
const client = createDocumentClient(env);
const directory = { client, tableName: env.DIRECTORY_TABLE };
const credentials = createConnectionCredentials({ sts: createStsClient(env) });
const sesFor = createSendingClients(env);

export const handler = reconcileAll({
  connections: createConnections(directory),
  acceptedSends: createAcceptedSends(directory),
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE }),
  getSendStatistics: (connection) =>
    credentials.withCredentials(connection, "verify", (session) =>
      getSendStatistics(sesFor(connection.region, session)),
    ),
  clock: Date.now,
  count,
  log,
});
