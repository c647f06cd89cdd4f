// Entry of the HTTP API's authorizer: wiring only.
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createApiKeys } from "../../shared/store/api-keys.ts";
import { parseEnv } from "../runtime/env.ts";
import { authorizeRequest } from "./authorize-request.ts";
import { createIdTokenVerifier } from "./id-token.ts";

const env = parseEnv("authorizer");

export const handler = authorizeRequest({
  keys: createApiKeys({ client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE }),
  verifyIdToken: createIdTokenVerifier({
    region: env.AWS_REGION,
    userPoolId: env.USER_POOL_ID,
    userPoolClientId: env.USER_POOL_CLIENT_ID,
    jwksUri: env.JWKS_URI,
  }),
});
