// What a write does to a table's secondary indexes.
import { isSameItem, typeOf, type Item } from "./attribute-value.ts";
import { attributeTypeOf, dynalite, validationError, type SecondaryIndex } from "./dynalite.ts";
import { indexesOf, indexPrefix, type Table } from "./tables.ts";

export interface IndexEntry {
  key: string;
  /** The projected attributes. */
  item: Item;
}

export interface IndexChange {
  indexName: string;
  oldEntry: IndexEntry | undefined;
  newEntry: IndexEntry | undefined;
}

const namesOf = (keySchema: SecondaryIndex["KeySchema"]) => keySchema.map(({ AttributeName }) => AttributeName);

function projected({ description }: Table, { KeySchema, Projection }: SecondaryIndex, item: Item): Item {
  if (Projection.ProjectionType === "ALL") return item;
  const entry: Item = {};
  for (const name of [
    ...namesOf(KeySchema),
    ...namesOf(description.KeySchema),
    ...(Projection.NonKeyAttributes ?? []),
  ]) {
    const value = item[name];
    if (value !== undefined) entry[name] = value;
  }
  return entry;
}

/** Undefined where the item has not all the keys of the index. */
export function findIndexEntry(table: Table, index: SecondaryIndex, item: Item | undefined): IndexEntry | undefined {
  if (!item || namesOf(index.KeySchema).some((name) => item[name] === undefined)) return undefined;
  return {
    key: indexPrefix(table, index.IndexName) + dynalite.createIndexKey(item, table.description, index.KeySchema),
    item: projected(table, index, item),
  };
}

export const isSameEntry = (one: IndexEntry | undefined, other: IndexEntry | undefined): boolean =>
  one?.key === other?.key && one !== undefined && other !== undefined && isSameItem(one.item, other.item);

export const indexChangesOf = (table: Table, oldItem: Item | undefined, newItem: Item | undefined): IndexChange[] =>
  indexesOf(table).map((index) => ({
    indexName: index.IndexName,
    oldEntry: findIndexEntry(table, index, oldItem),
    newEntry: findIndexEntry(table, index, newItem),
  }));

/** @throws AwsError `ValidationException` for an index key of the wrong type, or empty */
export function assertIndexKeys(table: Table, item: Item): void {
  for (const index of indexesOf(table))
    for (const name of namesOf(index.KeySchema)) {
      const value = item[name];
      if (value === undefined) continue;
      const expected = attributeTypeOf(table.description, name);
      if (value[expected] === undefined)
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} ` +
            `Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.IndexName}`,
        );
      if (value[expected] === "")
        throw validationError(
          "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
            `The AttributeValue for a key attribute cannot contain an empty ${expected === "B" ? "binary" : "string"} ` +
            `value. IndexName: ${index.IndexName}, IndexKey: ${name}`,
        );
    }
}
