// Idempotency keys in the Directory table: the first request with a key claims it for what it does, others find the claim.
// A claim is written in one transaction with what it is for: attempts.ts.
//
//   claim   IDEMPOTENCY#<tenantId>#<key> / CLAIM     expires after 24 hours
import { DeleteCommand, GetCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { idempotencyHours } from "../contract/api/mail.ts";
import { isConditionFailed } from "./condition.ts";
import type { Item, Key, Table } from "./dynamo-batch.ts";
import { parseImage } from "./dynamo-image.ts";

/** What a request claims a key with. */
export interface IdempotencyClaim {
  key: string;
  /** A hash of what was asked for: the same key for something else is a mistake of the caller. */
  fingerprint: string;
  /** What came of it: the id of the mail. */
  resultId: string;
  claimedAtMs: number;
}

type TransactWrite = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

export const claimKey = (tenantId: string, key: string): Key => ({
  pk: `IDEMPOTENCY#${tenantId}#${key}`,
  sk: "CLAIM",
});

/** Holds while nobody has claimed the key in the last 24 hours: DynamoDB removes expired items when it finds time. */
export const claimWrite = (tableName: string, tenantId: string, claim: IdempotencyClaim): TransactWrite => {
  const { key, claimedAtMs, ...rest } = claim;
  const nowSeconds = Math.floor(claimedAtMs / 1000);
  return {
    Put: {
      TableName: tableName,
      Item: {
        ...claimKey(tenantId, key),
        ...rest,
        claimedAtMs,
        expiresAtSeconds: nowSeconds + idempotencyHours * 3600,
      },
      ConditionExpression: "attribute_not_exists(pk) OR expiresAtSeconds <= :now",
      ExpressionAttributeValues: { ":now": nowSeconds },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
};

/** The claim that stood in the way of the transaction's write at `index`, if that is why it failed. */
export function findClaimInTheWay(error: unknown, index: number, key: string): IdempotencyClaim | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const { Code, Item } = error.CancellationReasons?.[index] ?? {};
  if (Code !== "ConditionalCheckFailed" || !Item) return undefined;
  return parseClaim(parseImage(Item), key);
}

/** The claim of a key, if it holds still: for who would do much before claiming it. A consistent read. */
export async function findClaim(
  { client, tableName }: Table,
  tenantId: string,
  key: string,
  nowMs: number,
): Promise<IdempotencyClaim | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tableName, Key: claimKey(tenantId, key), ConsistentRead: true }),
  );
  return Item && Number(Item["expiresAtSeconds"]) * 1000 > nowMs ? parseClaim(Item, key) : undefined;
}

const parseClaim = (item: Item, key: string): IdempotencyClaim => ({
  key,
  fingerprint: String(item["fingerprint"]),
  resultId: String(item["resultId"]),
  claimedAtMs: Number(item["claimedAtMs"]),
});

/** Frees a key that this result has claimed: nothing came of it. */
export async function releaseClaim({ client, tableName }: Table, tenantId: string, key: string, resultId: string) {
  try {
    await client.send(
      new DeleteCommand({
        TableName: tableName,
        Key: claimKey(tenantId, key),
        ConditionExpression: "resultId = :resultId",
        ExpressionAttributeValues: { ":resultId": resultId },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
