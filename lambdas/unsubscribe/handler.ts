// Entry of what an unsubscribe link opens: wiring only.
import { createSecretsClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createSecretReader, readSecret } from "../../shared/aws/secret.ts";
import { createUnsubscribeKeys } from "../../shared/aws/unsubscribe-keys.ts";
import { createUnsubscribeLinks } from "../../shared/aws/unsubscribe-links.ts";
import { createKeyedDigest } from "../../shared/store/keyed-digest.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { parseEnv } from "../runtime/env.ts";
import { publicHttpHandler } from "../runtime/http.ts";
import { count } from "../runtime/log.ts";
import { showLink, useLink } from "./operations.ts";

const env = parseEnv("unsubscribe");
const secrets = createSecretsClient(env);

const deps = {
  links: createUnsubscribeLinks(
    createUnsubscribeKeys({ readSecret: () => readSecret(secrets, env.UNSUBSCRIBE_SECRET_ARN), clock: Date.now }),
  ),
  suppressions: createSuppressions({
    client: createDocumentClient(env),
    tableName: env.DIRECTORY_TABLE,
    getDigest: createKeyedDigest(createSecretReader(secrets, env.ADDRESS_SECRET_ARN)),
  }),
  clock: Date.now,
  count,
};

/** A form of two fields is small. */
const maxBodyBytes = 10_000;

export const handler = publicHttpHandler(
  { "GET /unsubscribe/{token}": showLink(deps), "POST /unsubscribe/{token}": useLink(deps) },
  { maxBodyBytes, bodyAs: "text" },
);
