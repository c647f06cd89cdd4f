// The outcomes and further events that rows and suppressions are made from: read, and held to what they were when read.
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { batchGet, type Item, type Key } from "../../dynamo-batch.ts";
import { isOutcome, type Stored } from "../change.ts";
import { itemIdOf } from "../counter-sums.ts";
import { parseOutcomeKey } from "../keys.ts";
import { parseOutcomeItem, parseOverflowItem } from "../outcome-item.ts";
import type { LedgerTable } from "../table.ts";

export type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** @throws TypeError when it can be read as neither */
export const parseStored = (item: Item): Stored =>
  parseOutcomeKey(item as unknown as Key)?.overflowEventId === undefined
    ? parseOutcomeItem(item)
    : parseOverflowItem(item);

/**
 * By item, as they are now. Those that cannot be read are `undefined`, those that are not there are absent.
 * @throws AppError `unavailable`
 */
export async function readSubjects(
  table: LedgerTable,
  keys: readonly Key[],
  { consistent = true } = {},
): Promise<Map<string, Stored | undefined>> {
  const distinct = new Map(keys.map((key) => [itemIdOf(key), key]));
  const items = await batchGet(table, [...distinct.values()], { waiting: table.waiting, consistent });
  return new Map(
    items.map((item) => {
      const id = itemIdOf(item as unknown as Key);
      try {
        return [id, parseStored(item)];
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return [id, undefined];
      }
    }),
  );
}

/** Part of a transaction that is done only while the item is as it was read; without one, while there is none. */
export function whileSubjectIs({ tableName }: LedgerTable, Key: Key, stored: Stored | undefined): TransactItem {
  const TableName = tableName;
  if (!stored) return { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_not_exists(pk)" } };
  // A new expiry is no new version.
  const version = isOutcome(stored)
    ? { condition: " AND version = :version", values: { ":version": stored.version } }
    : undefined;
  return {
    ConditionCheck: {
      TableName,
      Key,
      ConditionExpression: `expiresAtSeconds = :expires${version?.condition ?? ""}`,
      ExpressionAttributeValues: { ":expires": stored.expiresAtSeconds, ...version?.values },
    },
  };
}
