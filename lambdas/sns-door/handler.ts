// The SNS door, for accounts whose SES publishes to SNS: verified posts go to the queue that EventBridge's rule fills.
// Wiring only. Node alone: signatures of version 1 and certificates need node:crypto.
import { createQueueClient } from "../../shared/aws/clients.ts";
import { createDocumentClient } from "../../shared/aws/dynamodb.ts";
import { createEventQueue } from "../../shared/aws/event-queue.ts";
import { getFromSns } from "../../shared/aws/sns-host.ts";
import { createSnsSignatures } from "../../shared/aws/sns-signature.ts";
import { createConnections } from "../../shared/store/connections.ts";
import { parseEnv } from "../runtime/env.ts";
import { publicHttpHandler } from "../runtime/http.ts";
import { count, log } from "../runtime/log.ts";
import { createDoorConnections } from "./door-connections.ts";
import { maxPostBytes, receivePost } from "./receive-post.ts";

const env = parseEnv("sns-door");
const connections = createConnections({ client: createDocumentClient(env), tableName: env.DIRECTORY_TABLE });

export const handler = publicHttpHandler(
  {
    "POST /sns/{connectionKey}": receivePost({
      findConnection: createDoorConnections({ connections, clock: Date.now }),
      signatures: createSnsSignatures({ getFromSns, clock: Date.now }),
      getFromSns,
      eventQueue: createEventQueue({ client: createQueueClient(env), queueUrl: env.EVENTS_QUEUE_URL }),
      clock: Date.now,
      count,
      log,
    }),
  },
  { maxBodyBytes: maxPostBytes },
);
