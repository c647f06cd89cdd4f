// Entry of GET and PUT /settings: wiring only.
import { createQueueClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createRewriteQueue } from "../../shared/aws/rewrite-queue.ts";
import { createContentKeepings } from "../../shared/store/content-keeping.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { changeSettings, getSettings, type SettingsDeps } from "./operations.ts";

const env = parseEnv("settings");
const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

const deps: SettingsDeps = {
  settings: createSettings(directory),
  keepings: createContentKeepings(directory),
  rewrites: createRewriteQueue({ client: createQueueClient(env), queueUrl: env.REWRITE_QUEUE_URL }),
  clock: Date.now,
};

export const handler = httpHandler(
  limitRequests(
    {
      "GET /settings": getSettings(deps),
      "PUT /settings": changeSettings(deps),
    },
    { ...directory, kind: "account" },
  ),
);
