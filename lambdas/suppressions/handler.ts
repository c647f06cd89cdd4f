// Entry of the suppression list: wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader } from "../../shared/aws/secret.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { createCursors } from "../runtime/cursor.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { limitRequests } from "../runtime/request-limits.ts";
import { addSuppressions, removeSuppression } from "./change.ts";
import { exportSuppressions, listSuppressions } from "./operations.ts";

const env = parseEnv("suppressions");
const secrets = createSecretsClient(env);

const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

const deps = {
  suppressions: createSuppressions({
    ...directory,
    getDigest: createKeyedDigest(createSecretReader(secrets, env.ADDRESS_SECRET_ARN)),
  }),
  cursors: createCursors(createSecretReader(secrets, env.CURSOR_SECRET_ARN)),
  clock: Date.now,
};

export const handler = httpHandler(
  limitRequests(
    {
      "GET /suppression-list": listSuppressions(deps),
      "GET /suppression-list/export": exportSuppressions(deps),
      "POST /suppression-list": addSuppressions(deps),
      "DELETE /suppression-list/{address}": removeSuppression(deps),
    },
    { ...directory, kind: "suppressions" },
  ),
);
