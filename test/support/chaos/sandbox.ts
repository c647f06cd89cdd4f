// A function's sandbox that can be killed at any of its calls: what it asked for until then is done, and what comes after
// never happens.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../../../local/dynamodb/dynamodb.ts";
import type { AwsReply } from "../../../local/protocol.ts";
import { createDirectClient } from "../direct-client.ts";

export interface Sandbox {
  client: DynamoDBDocumentClient;
  /** Resolves once it was killed and nothing that it asked for is under way any longer. */
  died: Promise<void>;
  /** Kills it at its so-manieth call from now on, which is still done but never answered. */
  dieAtCall: (calls: number) => void;
}

const never = new Promise<never>(() => {});

/** @param maxAttempts of the SDK */
export function createSandbox(service: Pick<DynamoDb, "handle">, maxAttempts: number): Sandbox {
  const death = Promise.withResolvers<void>();
  let callsLeft = Infinity;
  let underWay = 0;
  const isDead = () => callsLeft <= 0;

  const client = createDirectClient(service, {
    maxAttempts,
    around: async (call) => {
      if (isDead()) return never;
      callsLeft -= 1;
      underWay += 1;
      let reply: AwsReply;
      try {
        reply = await call();
      } finally {
        underWay -= 1;
      }
      if (!isDead()) return reply;
      if (underWay === 0) death.resolve();
      return never;
    },
  });
  return {
    client,
    died: death.promise,
    dieAtCall: (calls) => {
      callsLeft = calls;
    },
  };
}
