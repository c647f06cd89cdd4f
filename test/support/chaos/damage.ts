// Damages what is made from outcomes, as a fault of the projector or a hand in the table would: rows that are gone, that
// say something else or are of no event, counters that are off or gone, suppressions that are gone.
import {
  DeleteCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import type { Random } from "./random.ts";

type Item = Record<string, unknown>;

export interface Tables {
  client: DynamoDBDocumentClient;
  ledgerTable: string;
  directoryTable: string;
}

/** Everything in a table. */
export async function readTable({ client }: Pick<Tables, "client">, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

const keyOf = ({ pk, sk }: Item) => ({ pk, sk });
const isIn = (prefix: string) => (item: Item) => String(item["pk"]).startsWith(prefix);

/** About one in ten of each, and two suppressions. @returns how many items were damaged */
export async function damage({ client, ledgerTable, directoryTable }: Tables, random: Random): Promise<number> {
  const items = await readTable({ client }, ledgerTable);
  const put = (TableName: string, Item: Item) => client.send(new PutCommand({ TableName, Item }));
  const remove = (TableName: string, item: Item) => client.send(new DeleteCommand({ TableName, Key: keyOf(item) }));
  const struck = <Value>(values: readonly Value[]) => values.filter(() => random.chance(0.1));

  const rows = struck(items.filter(isIn("T#")));
  for (const [index, row] of rows.entries()) {
    if (index % 3 === 0) await remove(ledgerTable, row);
    else if (index % 3 === 1) await put(ledgerTable, { ...row, subject: "Somebody else's" });
    else await put(ledgerTable, { ...row, sk: `${String(row["sk"])}0` });
  }
  const counters = struck(items.filter(isIn("C#")));
  for (const [index, item] of counters.entries()) {
    const names = Object.keys(item).filter((name) => name !== "pk" && name !== "sk");
    if (index % 5 === 4) await remove(ledgerTable, item);
    else
      await client.send(
        new UpdateCommand({
          TableName: ledgerTable,
          Key: keyOf(item),
          UpdateExpression: "ADD #counter :value",
          ExpressionAttributeNames: { "#counter": index % 5 === 3 ? "opened" : random.pick(names) },
          ExpressionAttributeValues: { ":value": random.integer(1, 9) * (random.chance(0.5) ? 1 : -1) },
        }),
      );
  }
  const suppressions = (await readTable({ client }, directoryTable)).filter(isIn("S#")).slice(0, 2);
  for (const item of suppressions) await remove(directoryTable, item);
  return rows.length + counters.length + suppressions.length;
}
