// Entry of the user pool's triggers: wiring only.
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createTenants } from "../../shared/store/tenants.ts";
import { parseEnv } from "../runtime/env.ts";
import { randomId } from "../runtime/random-id.ts";
import { answerTrigger } from "./user-pool-trigger.ts";

const env = parseEnv("identity");
const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

export const handler = answerTrigger({
  tenants: createTenants(directory),
  connections: createConnections(directory),
  clock: Date.now,
  newTenantId: () => randomId("ten"),
});
