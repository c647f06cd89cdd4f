// Batch reads and writes of any size: in the portions that DynamoDB takes, with what it left over tried again.
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { orUnavailable, unavailable, waitBeforeTry, type Waiting } from "./dynamo-retry.ts";

export type Item = Record<string, unknown>;

export interface Key {
  pk: string;
  sk: string;
}

export interface Table {
  client: DynamoDBDocumentClient;
  tableName: string;
}

export type Write = { put: Item } | { remove: Key };

/** Limits of the API: BatchGetItem and BatchWriteItem. */
const maxReads = 100;
const maxWrites = 25;
const maxTries = 8;

const portions = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

/**
 * The items that exist, in no particular order. Keys must differ.
 * @throws AppError `unavailable`
 */
export async function batchGet(
  { client, tableName }: Table,
  keys: readonly Key[],
  { waiting, consistent = false }: { waiting: Waiting; consistent?: boolean },
): Promise<Item[]> {
  const readPortion = async (portion: Key[]): Promise<Item[]> => {
    const items: Item[] = [];
    let request: BatchGetCommandInput["RequestItems"] = { [tableName]: { Keys: portion, ConsistentRead: consistent } };
    for (let tries = 1; ; tries++) {
      const answer: BatchGetCommandOutput = await orUnavailable(
        client.send(new BatchGetCommand({ RequestItems: request })),
      );
      items.push(...(answer.Responses?.[tableName] ?? []));
      request = answer.UnprocessedKeys;
      if (!request?.[tableName]) return items;
      if (tries === maxTries) throw unavailable();
      await waitBeforeTry(waiting, tries);
    }
  };
  return (await Promise.all(portions(keys, maxReads).map(readPortion))).flat();
}

/**
 * Plain puts and deletes, in no particular order and not as one: for what may be written again. Keys must differ.
 * @throws AppError `unavailable`
 */
export async function batchWrite({ client, tableName }: Table, writes: readonly Write[], waiting: Waiting) {
  const writePortion = async (portion: Write[]): Promise<void> => {
    let request: BatchWriteCommandInput["RequestItems"] = {
      [tableName]: portion.map((write) =>
        "put" in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: write.remove } },
      ),
    };
    for (let tries = 1; ; tries++) {
      const answer: BatchWriteCommandOutput = await orUnavailable(
        client.send(new BatchWriteCommand({ RequestItems: request })),
      );
      request = answer.UnprocessedItems;
      if (!request?.[tableName]) return;
      if (tries === maxTries) throw unavailable();
      await waitBeforeTry(waiting, tries);
    }
  };
  await Promise.all(portions(writes, maxWrites).map(writePortion));
}
