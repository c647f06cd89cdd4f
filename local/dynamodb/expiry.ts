// Time to live: which items have expired, and their removal. Times are epoch seconds; any other value never expires.
import { commitChanges } from "./change.ts";
import type { Item } from "./attribute-value.ts";
import type { Database } from "./database.ts";
import { findExpiry } from "./expiry-watch.ts";
import { itemPrefix, type Table } from "./tables.ts";

/** "Items with a TTL older than five years in the past aren't deleted": developer guide, time to live. */
const oldestSeconds = 5 * 365 * 24 * 60 * 60;

function isExpired(table: Table, item: Item, nowSeconds: number): boolean {
  const expiresAtSeconds = findExpiry(table, item);
  return (
    expiresAtSeconds !== undefined && expiresAtSeconds < nowSeconds && expiresAtSeconds >= nowSeconds - oldestSeconds
  );
}

async function sweepTable(database: Database, table: Table, nowSeconds: number): Promise<number> {
  const { storage, expiry } = database;
  let removed = 0;
  expiry.restart(table);
  const prefix = itemPrefix(table);
  for await (const [path, found] of storage.entries<Item>(prefix)) {
    if (!isExpired(table, found, nowSeconds)) {
      if ((findExpiry(table, found) ?? 0) >= nowSeconds) expiry.note(table, found);
      continue;
    }
    const key = prefix + path;
    const oldItem = storage.readLatest<Item>(key);
    if (!oldItem || !isExpired(table, oldItem, nowSeconds)) continue;
    await commitChanges(database, [{ table, key, oldItem, newItem: undefined, isExpiry: true }]);
    removed += 1;
  }
  return removed;
}

/** Removes what has expired, in all tables; gives how many items. AWS does it within a few days, at no charge. */
export async function sweepExpired(database: Database): Promise<number> {
  const nowSeconds = Math.floor(database.clock() / 1000);
  let removed = 0;
  for (const table of database.tables.list())
    if (table.timeToLiveAttribute !== undefined && database.expiry.isDue(table, nowSeconds))
      removed += await sweepTable(database, table, nowSeconds);
  return removed;
}
