// Query and Scan: dynalite checks them and works out the key range; filter, projection and capacity are ours.
import { Stream } from "node:stream";
import type { Item } from "./attribute-value.ts";
import { consumedCapacity, readUnits, totalUnits, type Units } from "./capacity.ts";
import { matches } from "./condition.ts";
import type { Database, Json, Operation, Operations } from "./database.ts";
import {
  actions,
  noSizeLimit,
  parseRequest,
  toAwsError,
  type DynaliteAction,
  type DynaliteStore,
  type ParsedRequest,
  type QueryResult,
  type ValueRange,
} from "./dynalite.ts";
import { itemSizeBytes } from "./item-size.ts";
import { project } from "./read.ts";
import type { Storage } from "./storage.ts";
import { indexPrefix, itemPrefix, type Table } from "./tables.ts";

/** The classic event stream that dynalite reads from: it emits until it is destroyed. */
class ItemStream extends Stream {
  isDestroyed = false;

  destroy(): void {
    this.isDestroyed = true;
  }
}

/** What a query has read, in its order, before any filter. */
interface ReadItems {
  fromRange: Item[];
  /** Whole items that a local index led to. */
  fromTable: Item[];
}

function itemStream(storage: Storage, prefix: string, range: ValueRange, read: ReadItems): ItemStream {
  const stream = new ItemStream();
  const flow = async () => {
    for await (const [, item] of storage.entries<Item>(prefix, range)) {
      if (stream.isDestroyed) return;
      read.fromRange.push(item);
      stream.emit("data", item);
    }
    stream.emit("end");
  };
  flow().catch((error: unknown) => stream.emit("error", error));
  return stream;
}

const storeOf = (storage: Storage, table: Table, read: ReadItems): DynaliteStore => ({
  options: noSizeLimit,
  getTable: (_name, callback) => callback(null, table.description),
  getItemDb: () => ({
    get: (key, callback) => {
      const item = storage.read<Item>(itemPrefix(table) + key);
      if (item) read.fromTable.push(item);
      callback(null, item);
    },
    createValueStream: (range) => itemStream(storage, itemPrefix(table), range, read),
  }),
  getIndexDb: (_type, _tableName, indexName) => ({
    createValueStream: (range) => itemStream(storage, indexPrefix(table, indexName), range, read),
  }),
});

const run = (action: DynaliteAction<QueryResult>, store: DynaliteStore, request: ParsedRequest): Promise<QueryResult> =>
  new Promise((resolve, reject) => {
    action(store, { ...request, ReturnConsumedCapacity: "NONE" }, (error, result) => {
      if (error || !result) reject(toAwsError(error));
      else resolve(result);
    });
  });

const sizeOf = (items: Item[]) => items.reduce((total, item) => total + itemSizeBytes(item), 0);

/** All that was scanned counts, also what the filter then left out; sizes are added up before they are rounded. */
function unitsOf({ IndexName, ConsistentRead }: ParsedRequest, read: ReadItems): Units {
  const units = readUnits(sizeOf(read.fromRange), ConsistentRead === true);
  if (IndexName === undefined) return { table: units, indexes: {} };
  const tableUnits = read.fromTable.length > 0 ? readUnits(sizeOf(read.fromTable), ConsistentRead === true) : 0;
  return { table: tableUnits, indexes: { [IndexName]: units } };
}

export function createQueries(database: Database): Operations {
  const { storage, tables, meter } = database;

  const operation =
    (name: "Query" | "Scan", action: DynaliteAction<QueryResult>): Operation =>
    async (input, scope) => {
      const request = parseRequest(name, input);
      const table = tables.get(scope, request.TableName);
      const read: ReadItems = { fromRange: [], fromTable: [] };
      const result = await run(action, storeOf(storage, table, read), request);
      read.fromRange.length = result.ScannedCount;

      const units = unitsOf(request, read);
      meter.read(totalUnits(units));
      const capacity = consumedCapacity(request.ReturnConsumedCapacity, table, units);
      return { ...itemsOf(request, result, read), ...(capacity && { ConsumedCapacity: capacity }) };
    };

  return { Query: operation("Query", actions.query), Scan: operation("Scan", actions.scan) };
}

function itemsOf(request: ParsedRequest, result: QueryResult, read: ReadItems): Json {
  const { _filter } = request;
  if (!_filter) return { ...result };
  const scanned = read.fromTable.length > 0 ? read.fromTable : read.fromRange;
  const items = scanned.filter((item) => matches(_filter.expression, item));
  return {
    ...result,
    Count: items.length,
    ...(request.Select !== "COUNT" && { Items: items.map((item) => project(request, item)) }),
  };
}
