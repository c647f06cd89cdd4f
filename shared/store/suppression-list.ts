// A tenant's suppressed addresses, page by page; the whole of them or those of some reasons. Whose they are: suppressions.ts.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Table } from "./dynamo-batch.ts";
import { orUnavailable } from "./dynamo-retry.ts";
import { recordsOf, toSuppression, type IsMeant, type Suppression } from "./suppression-item.ts";

export interface SuppressionList {
  /** By address. */
  items: Suppression[];
  /** Where the next page begins; absent on the last. */
  position?: SuppressionPosition;
}

/** Plain JSON: the last address that was looked at. */
export interface SuppressionPosition {
  after: string;
}

export interface SuppressionListOptions {
  position?: SuppressionPosition | undefined;
  limit: number;
  /** Of an address with several reasons any one counts. */
  isMeant?: IsMeant | undefined;
}

/** Addresses that a filtered page looks at, at most, and in portions of. */
const maxLooked = 2000;
const lookedAtOnce = 500;

/**
 * A page, in the order of the addresses. One that is filtered can be short, or empty, and still have a next.
 * @throws AppError `unavailable`
 */
export async function listPartition(
  table: Table,
  pk: string,
  { position, limit, isMeant }: SuppressionListOptions,
): Promise<SuppressionList> {
  const items: Suppression[] = [];
  let after = position?.after;
  for (let looked = 0; looked < maxLooked;) {
    // One more than asked tells whether there is a next page.
    const { found, isLast } = await readAfter(table, { pk, after, limit: isMeant ? lookedAtOnce : limit + 1 });
    for (const item of found) {
      if (items.length === limit) return { items, position: { after: after ?? "" } };
      after = String(item["sk"]);
      const suppression = toSuppression(recordsOf(item, after));
      if (suppression && (!isMeant || suppression.reasons.some(isMeant))) items.push(suppression);
    }
    if (isLast) return { items };
    looked += found.length;
  }
  return { items, ...(after !== undefined && { position: { after } }) };
}

async function readAfter(
  { client, tableName }: Table,
  { pk, after, limit }: { pk: string; after: string | undefined; limit: number },
): Promise<{ found: Item[]; isLast: boolean }> {
  const { Items: found = [], LastEvaluatedKey: last } = await orUnavailable(
    client.send(
      new QueryCommand({
        TableName: tableName,
        // Whoever changes the list looks at it next.
        ConsistentRead: true,
        KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
        ExpressionAttributeValues: { ":pk": pk, ...(after === undefined ? {} : { ":after": after }) },
        Limit: limit,
      }),
    ),
  );
  return { found, isLast: last === undefined };
}
