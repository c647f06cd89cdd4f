// API keys in the Directory table. The key itself is never here: only its SHA-256, by which the authorizer finds it.
//
//   lookup      KEY#<sha256> / KEY                   one GetItem a request
//   list row    TENANT#<tenantId> / KEY#<keyId>
import { GetCommand, QueryCommand, TransactWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../contract/error.ts";
import { failedConditions } from "./condition.ts";

export interface StoredApiKey {
  keyId: string;
  name: string;
  /** SHA-256 of the whole key, in lower-case hex. */
  keyHash: string;
  lastFour: string;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** The user who made it. */
  createdBy: string;
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** How many keys a tenant can have: more is a sign of a key made for every use and never revoked. */
export const maxApiKeys = 100;

const lookupKey = (keyHash: string) => ({ pk: `KEY#${keyHash}`, sk: "KEY" });
const rowKey = (tenantId: string, keyId: string) => ({ pk: `TENANT#${tenantId}`, sk: `KEY#${keyId}` });

export function createApiKeys({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  /** Whose key has this hash. A consistent read: a revoked key is unknown at once. */
  async function findKeyOwner(keyHash: string): Promise<{ tenantId: string; keyId: string } | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: lookupKey(keyHash), ConsistentRead: true }),
    );
    return Item && { tenantId: Item["tenantId"], keyId: Item["keyId"] };
  }

  /** Newest first. */
  async function listApiKeys(tenantId: string): Promise<StoredApiKey[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": `TENANT#${tenantId}`, ":sk": "KEY#" },
        ConsistentRead: true,
      }),
    );
    return (Items as StoredApiKey[]).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** @throws AppError `conflict` when the tenant has as many keys as one can have */
  async function createApiKey(tenantId: string, key: StoredApiKey): Promise<void> {
    if ((await listApiKeys(tenantId)).length >= maxApiKeys)
      throw new AppError("conflict", `There are ${maxApiKeys} API keys already: revoke one first.`);
    const put = (item: object) => ({
      Put: { TableName: tableName, Item: { ...item }, ConditionExpression: "attribute_not_exists(pk)" },
    });
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          put({ ...lookupKey(key.keyHash), tenantId, keyId: key.keyId }),
          put({ ...rowKey(tenantId, key.keyId), ...key }),
        ],
      }),
    );
  }

  /** Revokes: the key opens nothing from now on (the authorizer's answers are remembered for up to 60 s). */
  async function deleteApiKey(tenantId: string, keyId: string): Promise<void> {
    const gone = new AppError("not_found", `There is no API key ${keyId}.`);
    const Key = rowKey(tenantId, keyId);
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    if (!Item) throw gone;
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Delete: { TableName: tableName, Key, ConditionExpression: "attribute_exists(pk)" } },
            { Delete: { TableName: tableName, Key: lookupKey((Item as StoredApiKey).keyHash) } },
          ],
        }),
      );
    } catch (error) {
      throw failedConditions(error).length > 0 ? gone : error;
    }
  }

  return { findKeyOwner, listApiKeys, createApiKey, deleteApiKey };
}
