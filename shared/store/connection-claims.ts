// What may happen to a connection once in an interval only, however many processes want to do it at once.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { connectionKey } from "./connection-items.ts";
import { isConditionFailed } from "./condition.ts";
import type { Table } from "./dynamo-batch.ts";

/** The attribute that remembers when it happened last, in ms. */
export type ClaimName = "testMailAtMs" | "checkAtMs";

export interface Claim {
  name: ClaimName;
  tenantId: string;
  connectionId: string;
}

/** Whether it may happen now, and if so remembers that it did. False for a connection that is not there. */
export async function claim(
  { client, tableName }: Table,
  { name, tenantId, connectionId }: Claim,
  { nowMs, intervalMs }: { nowMs: number; intervalMs: number },
): Promise<boolean> {
  try {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: connectionKey(tenantId, connectionId),
        UpdateExpression: `SET ${name} = :now`,
        ConditionExpression: `attribute_exists(pk) AND (attribute_not_exists(${name}) OR ${name} <= :past)`,
        ExpressionAttributeValues: { ":now": nowMs, ":past": nowMs - intervalMs },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Takes a claim back, unless somebody claimed it again since. */
export async function release(
  { client, tableName }: Table,
  { name, tenantId, connectionId }: Claim,
  claimedAtMs: number,
): Promise<void> {
  try {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: connectionKey(tenantId, connectionId),
        UpdateExpression: `REMOVE ${name}`,
        ConditionExpression: `${name} = :claimed`,
        ExpressionAttributeValues: { ":claimed": claimedAtMs },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
