// Entry of the API key routes: wiring only.
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createApiKeys } from "../../shared/store/api-keys.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { randomId, randomSecret } from "../runtime/random-id.ts";
import { createApiKey, listApiKeys, revokeApiKey, type ApiKeysDeps } from "./operations.ts";

const env = parseEnv("api-keys");

const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

const deps: ApiKeysDeps = {
  keys: createApiKeys(directory),
  clock: Date.now,
  newKeyId: () => randomId("key"),
  newSecret: () => randomSecret(43),
};

export const handler = httpHandler(
  limitRequests(
    {
      "GET /api-keys": listApiKeys(deps),
      "POST /api-keys": createApiKey(deps),
      "DELETE /api-keys/{keyId}": revokeApiKey(deps),
    },
    { ...directory, kind: "account" },
  ),
);
