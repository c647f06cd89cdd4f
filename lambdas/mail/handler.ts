// Entry of POST /mail: wiring only.
import { createStsClient } from "../../shared/aws/clients.ts";
import { createSendingClients } from "../../shared/aws/connection-clients.ts";
import { createConnectionCredentials } from "../../shared/aws/connection-credentials.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createMailSender } from "../../shared/aws/mail-sender.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { parseEnv } from "../runtime/env.ts";
import { httpHandler } from "../runtime/http.ts";
import { sendMail } from "./send-mail.ts";
import { createSendingConnections } from "./sending-connection.ts";

const env = parseEnv("mail");
const directory = { client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE };

export const handler = httpHandler({
  "POST /mail": sendMail({
    getSendingConnection: createSendingConnections({ connections: createConnections(directory), clock: Date.now }),
    suppressions: createSuppressions(directory),
    sender: createMailSender({
      credentials: createConnectionCredentials({ sts: createStsClient(env) }),
      clientFor: createSendingClients(env),
    }),
    clock: Date.now,
  }),
});
