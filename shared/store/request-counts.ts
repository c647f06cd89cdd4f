// How many requests a tenant, and each of its keys, has made in a window of time, over all processes.
//
//   count   REQUESTS#<tenantId> / <scope>#<windowStartSeconds>
import { UpdateCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { rateWindowSeconds } from "../contract/rate-limit.ts";
import { orUnavailable } from "./dynamo-retry.ts";

export type RequestCounts = ReturnType<typeof createRequestCounts>;

export interface CountedWindow {
  /** What is counted: the whole tenant, or one of its keys. */
  scope: string;
  startSeconds: number;
}

/** Nobody asks for a window that is over. */
const keptSeconds = 60;

export function createRequestCounts({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  /**
   * Adds to a window, and answers how many it has now.
   * @throws AppError `unavailable`
   */
  async function addRequests(
    tenantId: string,
    { scope, startSeconds }: CountedWindow,
    requests: number,
  ): Promise<number> {
    const { Attributes } = await orUnavailable(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: `REQUESTS#${tenantId}`, sk: `${scope}#${startSeconds}` },
          UpdateExpression: "ADD requests :requests SET expiresAtSeconds = :expires",
          ExpressionAttributeValues: {
            ":requests": requests,
            ":expires": startSeconds + rateWindowSeconds + keptSeconds,
          },
          ReturnValues: "UPDATED_NEW",
        }),
      ),
    );
    return Attributes?.["requests"] as number;
  }

  return { addRequests };
}
