// Entry of the reading routes: wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { getMessage, getStats, listEvents, type EventsDeps } from "./operations.ts";

const env = parseEnv("events");

const deps: EventsDeps = {
  ledger: createLedger({ client: createDocumentClient(env), tableName: env.LEDGER_TABLE }),
  cursors: createCursors(createSecretReader(createSecretsClient(env), env.CURSOR_SECRET_ARN)),
  clock: Date.now,
};

export const handler = httpHandler({
  "GET /events": listEvents(deps),
  "GET /messages/{messageId}": getMessage(deps),
  "GET /stats": getStats(deps),
});
