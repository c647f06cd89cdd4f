// Entry of the routes of bulks: wiring only. Who sends them: ../line.
import { createQueueClient, createSchedulerClient, createSecretsClient } from "../../../shared/aws/clients.ts";
import { createBulkQueue } from "../../../shared/aws/bulk-queue.ts";
import { createDocumentClient } from "../../../shared/aws/dynamodb.ts";
import { createSchedules } from "../../../shared/aws/schedules.ts";
import { createSecretReader } from "../../../shared/aws/secret.ts";
import { createBulkStates } from "../../../shared/store/bulk/bulk-states.ts";
import { createBulks } from "../../../shared/store/bulk/bulks.ts";
import { createLines } from "../../../shared/store/bulk/line.ts";
import { createConnections } from "../../../shared/store/connections.ts";
import { createTemplates } from "../../../shared/store/templates.ts";
import { createCursors } from "../../runtime/cursor.ts";
import { parseEnv } from "../../runtime/env.ts";
import { httpHandler } from "../../runtime/http.ts";
import { randomId } from "../../runtime/random-id.ts";
import { limitRequests } from "../../runtime/request-limits.ts";
import { createSendingConnections } from "../sending-connection.ts";
import { bulkRoutes } from "./routes.ts";

const env = parseEnv("bulk");
const client = createDocumentClient(env);
const directory = { client, tableName: env.DIRECTORY_TABLE };

export const handler = httpHandler(
  limitRequests(
    bulkRoutes({
      bulks: createBulks(directory),
      templates: createTemplates(directory),
      states: createBulkStates(directory),
      lines: createLines(directory),
      getSendingConnection: createSendingConnections({ connections: createConnections(directory), clock: Date.now }),
      cursors: createCursors(createSecretReader(createSecretsClient(env), env.CURSOR_SECRET_ARN)),
      queue: createBulkQueue({ client: createQueueClient(env), queueUrl: env.BULK_QUEUE_URL }),
      schedules: createSchedules({ client: createSchedulerClient(env), env }),
      linksUrl: env.LINKS_URL,
      newBulkId: () => randomId("blk"),
      clock: Date.now,
    }),
    { ...directory, kind: env },
  ),
);
