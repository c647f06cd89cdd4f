// Entry of the connection routes, and of the hourly schedule by which connections are checked again: wiring only.
import { writeBusPolicy } from "../../shared/aws/bus-policy.ts";
import { createEventBridgeClient, createStsClient } from "../../shared/aws/clients.ts";
import { createSendingClients, createSessionClients } from "../../shared/aws/connection-clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createMailSender } from "../../shared/aws/mail-sender.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler, type HttpApiEvent, type HttpApiResult } from "../runtime/http.ts";
import { randomId, randomSecret } from "../runtime/random-id.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { createSessionCredentials } from "../runtime/session-credentials.ts";
import type { ConnectionsDeps } from "./deps.ts";
import { createConnection, deleteConnection, listConnections } from "./operations.ts";
import { isScheduledEvent, recheckConnections, type ScheduledEvent } from "./recheck-connections.ts";
import { verifyConnection } from "./verify-connection.ts";

const env = parseEnv("connections");
const sts = createStsClient(env);
const events = createEventBridgeClient(env);
const credentials = createSessionCredentials(env, { sts });
const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };
const connections = createConnections(directory);

const deps: ConnectionsDeps = {
  connections,
  env,
  sts,
  credentials,
  sessionClients: (region, session) => createSessionClients(env, region, session),
  sender: createMailSender({ credentials, clientFor: createSendingClients(env) }),
  writeBusPolicy: () =>
    writeBusPolicy({
      events,
      busArn: env.EVENT_BUS_ARN,
      listAccountIds: async () => (await connections.listProvenAccounts()).map(({ accountId }) => accountId),
    }),
  clock: Date.now,
  newConnectionId: () => randomId("con"),
  newExternalId: () => randomSecret(32),
  newSnsKey: () => randomSecret(43),
};

const recheck = recheckConnections(deps);
const answer = httpHandler(
  limitRequests(
    {
      "GET /connections": listConnections(deps),
      "POST /connections": createConnection(deps),
      "DELETE /connections/{connectionId}": deleteConnection(deps),
      "GET /verify-sts": verifyConnection(deps),
    },
    { ...directory, kind: "connections", costlyReads: ["GET /verify-sts"] },
  ),
);

/** API Gateway writes the event of a request itself: no caller can make it look like a schedule's. */
export const handler = (event: HttpApiEvent | ScheduledEvent): Promise<HttpApiResult | void> =>
  isScheduledEvent(event) ? recheck(event) : answer(event);
