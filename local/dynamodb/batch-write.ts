// BatchWriteItem: up to 25 puts and deletes, each for itself.
import { addUnits, consumedCapacity, totalUnits, type Units } from "./capacity.ts";
import { commitChanges, planChange } from "./change.ts";
import type { Change } from "./item-change.ts";
import type { Item } from "./attribute-value.ts";
import type { Database, Operation } from "./database.ts";
import { parseRequest, validationError } from "./dynalite.ts";
import type { Table } from "./tables.ts";
import { isThrottled, throughputExceeded } from "./throttling.ts";

interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

const maxWrites = 25;

function planWrite(database: Database, table: Table, { PutRequest: put, DeleteRequest: remove }: WriteRequest): Change {
  const { TableName } = table.description;
  const options = { showsItem: false };
  if (put) return planChange(database, table, "PutItem", { TableName, Item: put.Item }, options);
  return planChange(database, table, "DeleteItem", { TableName, Key: remove?.Key ?? {} }, options);
}

function assertDistinct(changes: Change[]): void {
  if (new Set(changes.map(({ key }) => key)).size < changes.length)
    throw validationError("Provided list of item keys contains duplicates");
}

export const batchWriteItem =
  (database: Database): Operation =>
  async (input, scope) => {
    const { RequestItems = {}, ReturnConsumedCapacity } = parseRequest("BatchWriteItem", input);
    const requests = Object.entries(RequestItems as Record<string, WriteRequest[]>).flatMap(([name, writes]) =>
      writes.map((request) => ({ table: database.tables.get(scope, name), request })),
    );
    if (requests.length > maxWrites) throw validationError("Too many items requested for the BatchWriteItem call");

    const unprocessed: Record<string, WriteRequest[]> = {};
    const accepted: typeof requests = [];
    for (const element of requests)
      if (await isThrottled(database, "BatchWriteItem"))
        (unprocessed[element.table.description.TableName] ??= []).push(element.request);
      else accepted.push(element);
    if (accepted.length === 0) throw throughputExceeded();

    const changes = accepted.map(({ table, request }) => planWrite(database, table, request));
    assertDistinct(changes);
    const units = await commitChanges(database, changes);
    database.meter.write(totalUnits(addUnits(units)));

    const byTable = Map.groupBy(
      changes.map(({ table }, index): [Table, Units] => [table, units[index] ?? { table: 0, indexes: {} }]),
      ([table]) => table,
    );
    const capacities = [...byTable].map(([table, entries]) =>
      consumedCapacity(ReturnConsumedCapacity, table, addUnits(entries.map(([, one]) => one))),
    );
    return {
      UnprocessedItems: unprocessed,
      ...(capacities[0] && { ConsumedCapacity: capacities }),
    };
  };
