// Capacity units by AWS's arithmetic, as replies report them and as benchmarks add them up.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
import type { Item } from "./attribute-value.ts";
import { isSameEntry, type IndexChange } from "./index-entries.ts";
import { itemSizeBytes } from "./item-size.ts";
import { isGlobalIndex, type Table } from "./tables.ts";

export interface Units {
  table: number;
  /** By index name. */
  indexes: Record<string, number>;
}

export interface ConsumedCapacity {
  TableName: string;
  CapacityUnits: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
  Table?: { CapacityUnits: number };
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
  LocalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
}

/** Since the start or the last reset, over all accounts. */
export interface Consumption {
  readUnits: number;
  writeUnits: number;
  /** Calls by operation, those that failed among them. */
  calls: Record<string, number>;
}

const writeUnitBytes = 1024;
const readUnitBytes = 4096;

/** How many times a transaction costs what a plain operation costs: it prepares and commits. */
export const transactionFactor = 2;

const unitsOfSize = (sizeBytes: number, unitBytes: number) => Math.max(1, Math.ceil(sizeBytes / unitBytes));

/** What was read, in one request or as one item of a batch. Nothing found still costs the least. */
export const readUnits = (sizeBytes: number, isConsistent: boolean): number =>
  unitsOfSize(sizeBytes, readUnitBytes) * (isConsistent ? 1 : 0.5);

const sizeOf = (item: Item | undefined) => (item ? itemSizeBytes(item) : 0);

/** By the larger of the item before and after. */
export const writeUnits = (oldItem: Item | undefined, newItem: Item | undefined): number =>
  unitsOfSize(Math.max(sizeOf(oldItem), sizeOf(newItem)), writeUnitBytes);

/** A changed key costs a delete and a put; projected attributes that stay as they are cost nothing. */
function indexWriteUnits({ oldEntry, newEntry }: IndexChange): number {
  if (isSameEntry(oldEntry, newEntry)) return 0;
  if (oldEntry && oldEntry.key === newEntry?.key) return writeUnits(oldEntry.item, newEntry.item);
  return (oldEntry ? writeUnits(oldEntry.item, undefined) : 0) + (newEntry ? writeUnits(undefined, newEntry.item) : 0);
}

export const changeUnits = (
  oldItem: Item | undefined,
  newItem: Item | undefined,
  indexChanges: IndexChange[],
): Units => ({
  table: writeUnits(oldItem, newItem),
  indexes: Object.fromEntries(
    indexChanges.map((change) => [change.indexName, indexWriteUnits(change)]).filter(([, units]) => units !== 0),
  ),
});

export function addUnits(units: Units[]): Units {
  const total: Units = { table: 0, indexes: {} };
  for (const { table, indexes } of units) {
    total.table += table;
    for (const [name, amount] of Object.entries(indexes)) total.indexes[name] = (total.indexes[name] ?? 0) + amount;
  }
  return total;
}

export const multiplyUnits = ({ table, indexes }: Units, factor: number): Units => ({
  table: table * factor,
  indexes: Object.fromEntries(Object.entries(indexes).map(([name, amount]) => [name, amount * factor])),
});

export const totalUnits = ({ table, indexes }: Units): number =>
  Object.values(indexes).reduce((total, amount) => total + amount, table);

/** The reply's member: undefined unless the request asked for it. Only transactions say which kind of units. */
export function consumedCapacity(
  detail: "TOTAL" | "INDEXES" | "NONE" | undefined,
  table: Table,
  units: Units,
  transaction?: "read" | "write",
): ConsumedCapacity | undefined {
  if (detail !== "TOTAL" && detail !== "INDEXES") return undefined;
  const total = totalUnits(units);
  const capacity: ConsumedCapacity = { TableName: table.description.TableName, CapacityUnits: total };
  if (transaction === "read") capacity.ReadCapacityUnits = total;
  if (transaction === "write") capacity.WriteCapacityUnits = total;
  if (detail === "TOTAL") return capacity;

  capacity.Table = { CapacityUnits: units.table };
  for (const [name, amount] of Object.entries(units.indexes)) {
    const member = isGlobalIndex(table, name) ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
    capacity[member] = { ...capacity[member], [name]: { CapacityUnits: amount } };
  }
  return capacity;
}

export interface Meter {
  countCall: (operation: string) => void;
  read: (units: number) => void;
  write: (units: number) => void;
  consumed: () => Consumption;
  reset: () => void;
}

export function createMeter(): Meter {
  const nothing = (): Consumption => ({ readUnits: 0, writeUnits: 0, calls: {} });
  let consumption = nothing();
  return {
    countCall: (operation) => {
      consumption.calls[operation] = (consumption.calls[operation] ?? 0) + 1;
    },
    read: (units) => {
      consumption.readUnits += units;
    },
    write: (units) => {
      consumption.writeUnits += units;
    },
    consumed: () => structuredClone(consumption),
    reset: () => {
      consumption = nothing();
    },
  };
}
