// Queries of more than a page.
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Item, Table } from "./dynamo-batch.ts";
import { orUnavailable } from "./dynamo-retry.ts";

type Query = Omit<QueryCommandInput, "TableName" | "ExclusiveStartKey">;

/**
 * The items of a query page by page, each asked for when it is wanted.
 * @throws AppError `unavailable`
 */
export async function* queryPages({ client, tableName }: Table, query: Query): AsyncGenerator<Item[], void> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await orUnavailable(
      client.send(new QueryCommand({ TableName: tableName, ...query, ExclusiveStartKey })),
    );
    yield page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/**
 * All items of a query, which must be few.
 * @throws AppError `unavailable`
 */
export async function queryAll(table: Table, query: Query): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(table, query)) items.push(...page);
  return items;
}
