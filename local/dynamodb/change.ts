// A write in two steps: planned against the latest state, all at once and without waiting, then committed whole.
// Planning never waits, so no other write can come between the reads and the writes of one change or transaction.
import { AwsError } from "../protocol.ts";
import type { Item } from "./attribute-value.ts";
import { changeUnits, writeUnits, type Units } from "./capacity.ts";
import { matches } from "./condition.ts";
import type { Database } from "./database.ts";
import { assertValid, dynalite, validationError, type ParsedRequest } from "./dynalite.ts";
import type { Change } from "./item-change.ts";
import { assertIndexKeys, indexChangesOf, isSameEntry } from "./index-entries.ts";
import { itemSizeBytes, maxItemSizeBytes } from "./item-size.ts";
import type { Writes } from "./storage.ts";
import { itemKey, type Table } from "./tables.ts";
import { updatedItem } from "./update.ts";

export type WriteKind = "PutItem" | "UpdateItem" | "DeleteItem";

interface PlanOptions {
  /** Whether a failed condition shows the item: ReturnValuesOnConditionCheckFailure is ALL_OLD. */
  showsItem: boolean;
}

function isSatisfied(request: ParsedRequest, item: Item | undefined): boolean {
  if (request._condition) return matches(request._condition.expression, item ?? {});
  return !dynalite.checkConditional(request, item);
}

function assertNewItem(table: Table, item: Item, kind: WriteKind): void {
  assertIndexKeys(table, item);
  if (itemSizeBytes(item) > maxItemSizeBytes)
    throw validationError(
      kind === "UpdateItem"
        ? "Item size to update has exceeded the maximum allowed size"
        : "Item size has exceeded the maximum allowed size",
    );
}

function nextItem(kind: WriteKind, table: Table, request: ParsedRequest, oldItem: Item | undefined) {
  if (kind === "DeleteItem") return { item: undefined };
  if (kind === "PutItem") return { item: request.Item };
  return updatedItem(table, request, oldItem);
}

/** Our own check of index keys says what AWS says, also for empty ones. */
const withoutIndexes = ({ description }: Table) => ({
  ...description,
  GlobalSecondaryIndexes: [],
  LocalSecondaryIndexes: [],
});

/** Where the item that a request writes lies. @throws AwsError `ValidationException` for a key that does not fit the table */
export function getItemKey(table: Table, kind: WriteKind, { Item: item = {}, Key: key = {} }: ParsedRequest): string {
  assertValid(
    kind === "PutItem"
      ? dynalite.validateItem(item, withoutIndexes(table))
      : dynalite.validateKey(key, table.description),
  );
  return itemKey(table, kind === "PutItem" ? item : key);
}

/**
 * What a parsed request would change.
 * @throws AwsError `ConditionalCheckFailedException` or `ValidationException`; a failed condition costs what the item weighs
 */
export function planChange(
  { storage, meter }: Database,
  table: Table,
  kind: WriteKind,
  request: ParsedRequest,
  { showsItem }: PlanOptions,
): Change {
  const key = getItemKey(table, kind, request);
  const oldItem = storage.readLatest<Item>(key);
  if (!isSatisfied(request, oldItem)) {
    meter.write(writeUnits(oldItem, request.Item));
    throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", {
      extra: showsItem && oldItem ? { Item: oldItem } : {},
    });
  }
  const { item, ...next } = nextItem(kind, table, request, oldItem);
  if (item) assertNewItem(table, item, kind);
  return { table, key, oldItem, newItem: item, ...next };
}

/** Commits the changes as one; gives the units of each. The records of streams go out before the promise resolves. */
export async function commitChanges(database: Database, changes: Change[]): Promise<Units[]> {
  const { storage, streams, expiry } = database;
  const writes: Writes = new Map();
  const units = changes.map(({ table, key, oldItem, newItem }) => {
    const indexChanges = indexChangesOf(table, oldItem, newItem);
    if (oldItem || newItem) writes.set(key, newItem);
    for (const { oldEntry, newEntry } of indexChanges) {
      if (oldEntry && oldEntry.key !== newEntry?.key) writes.set(oldEntry.key, undefined);
      if (newEntry && !isSameEntry(oldEntry, newEntry)) writes.set(newEntry.key, newEntry.item);
    }
    if (newItem) expiry.note(table, newItem);
    return changeUnits(oldItem, newItem, indexChanges);
  });
  await storage.commit(writes, streams.prepare(changes, writes));
  return units;
}
