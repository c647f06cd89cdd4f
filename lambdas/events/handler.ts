// Entry of the reading routes: wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { exportRecipientMessages } from "./export-messages.ts";
import { exportEvents } from "./export.ts";
import { getMessage, getRecipient, listEvents } from "./operations.ts";
import { getStats } from "./stats.ts";

const env = parseEnv("events");
const client = createDocumentClient(env);
const { getSettings } = createSettings({ client, tableName: env.DIRECTORY_TABLE });

const deps = {
  // Asked at every request: what a shorter retention hides is hidden at once.
  ledger: createLedger({ client, tableName: env.LEDGER_TABLE, getKeeping: getSettings }),
  cursors: createCursors(createSecretReader(createSecretsClient(env), env.CURSOR_SECRET_ARN)),
  clock: Date.now,
};

export const handler = httpHandler(
  limitRequests(
    {
      "GET /events": listEvents(deps),
      "GET /events/export": exportEvents(deps),
      "GET /messages/{messageId}": getMessage(deps),
      "GET /recipients/{address}": getRecipient(deps),
      "GET /recipients/{address}/messages/export": exportRecipientMessages(deps),
      "GET /stats": getStats(deps),
    },
    { client, tableName: env.DIRECTORY_TABLE, kind: "reading" },
  ),
);
