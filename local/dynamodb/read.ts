// GetItem and BatchGetItem.
import type { Item } from "./attribute-value.ts";
import { consumedCapacity, readUnits } from "./capacity.ts";
import type { Database, Json, Operation, Operations } from "./database.ts";
import { assertValid, dynalite, parseRequest, type LevelSnapshot, type ParsedRequest } from "./dynalite.ts";
import { itemSizeBytes } from "./item-size.ts";
import { itemKey, type Table } from "./tables.ts";
import { isThrottled, throughputExceeded } from "./throttling.ts";

/** "A single operation can retrieve up to 16 MB of data": API reference, BatchGetItem. */
const maxBatchBytes = 16 * 1024 * 1024;

export function project({ _projection, AttributesToGet }: ParsedRequest, item: Item): Item {
  const paths = _projection?.paths ?? AttributesToGet;
  return paths ? dynalite.mapPaths(paths, item) : item;
}

interface FoundItem {
  /** With the attributes that the request asked for. */
  item: Item | undefined;
  /** Of the whole item, which is what a read costs; 0 where there is none. */
  sizeBytes: number;
}

export function getItem(
  { storage }: Database,
  table: Table,
  request: ParsedRequest,
  snapshot?: LevelSnapshot,
): FoundItem {
  const key = request.Key ?? {};
  assertValid(dynalite.validateKey(key, table.description));
  assertValid(dynalite.validateKeyPaths(request._projection?.nestedPaths, table.description));
  const item = storage.read<Item>(itemKey(table, key), snapshot);
  return item ? { item: project(request, item), sizeBytes: itemSizeBytes(item) } : { item: undefined, sizeBytes: 0 };
}

/** The part of a BatchGetItem that concerns one table. */
interface KeysOfTable extends Omit<ParsedRequest, "TableName"> {
  Keys: Item[];
}

export function createReads(database: Database): Operations {
  const { tables, meter } = database;

  const getOne: Operation = (input, scope) => {
    const request = parseRequest("GetItem", input);
    const table = tables.get(scope, request.TableName);
    const { item, sizeBytes } = getItem(database, table, request);
    const units = readUnits(sizeBytes, request.ConsistentRead === true);
    meter.read(units);
    const capacity = consumedCapacity(request.ReturnConsumedCapacity, table, { table: units, indexes: {} });
    return { ...(item && { Item: item }), ...(capacity && { ConsumedCapacity: capacity }) };
  };

  const batchGetItem: Operation = async (input, scope) => {
    const { RequestItems = {}, ReturnConsumedCapacity } = parseRequest("BatchGetItem", input);
    const asked = input["RequestItems"] as Record<string, Json>;
    const responses: Record<string, Item[]> = {};
    const unprocessed: Record<string, { Keys: Item[] }> = {};
    const capacities = [];
    let totalBytes = 0;

    for (const [name, { Keys: keys, ...options }] of Object.entries(RequestItems as Record<string, KeysOfTable>)) {
      const table = tables.get(scope, name);
      const found = (responses[name] = [] as Item[]);
      let units = 0;
      for (const key of keys) {
        const { item, sizeBytes } = getItem(database, table, { ...options, TableName: name, Key: key });
        if (totalBytes + sizeBytes > maxBatchBytes || (await isThrottled(database, "BatchGetItem"))) {
          (unprocessed[name] ??= { ...asked[name], Keys: [] }).Keys.push(key);
          continue;
        }
        totalBytes += sizeBytes;
        units += readUnits(sizeBytes, options.ConsistentRead === true);
        if (item) found.push(item);
      }
      meter.read(units);
      capacities.push(consumedCapacity(ReturnConsumedCapacity, table, { table: units, indexes: {} }));
    }
    assertProgress(RequestItems as Record<string, KeysOfTable>, unprocessed);
    return {
      Responses: responses,
      UnprocessedKeys: unprocessed,
      ...(capacities[0] && { ConsumedCapacity: capacities }),
    };
  };

  return { GetItem: getOne, BatchGetItem: batchGetItem };
}

type KeysByTable = Record<string, { Keys: Item[] }>;

/** "If none of the items can be processed …, BatchGetItem returns a ProvisionedThroughputExceededException." */
function assertProgress(requested: KeysByTable, unprocessed: KeysByTable): void {
  const count = (keysByTable: KeysByTable) =>
    Object.values(keysByTable).reduce((total, { Keys: keys }) => total + keys.length, 0);
  if (count(unprocessed) === count(requested)) throw throughputExceeded();
}
