// When the next item of a table expires, as far as it is known.
import type { Item } from "./attribute-value.ts";
import type { Table } from "./tables.ts";

/** Remembers the earliest expiry of each table, so that a sweep with nothing to remove reads nothing. */
export interface ExpiryWatch {
  note: (table: Table, item: Item) => void;
  /** Unknown until the first sweep of this process. */
  isDue: (table: Table, nowSeconds: number) => boolean;
  /** From here on the earliest expiry is made out of what is noted. */
  restart: (table: Table) => void;
  /** After another attribute was chosen. */
  forget: (table: Table) => void;
}

/** Epoch seconds. */
export function findExpiry({ timeToLiveAttribute }: Table, item: Item): number | undefined {
  const text = timeToLiveAttribute === undefined ? undefined : item[timeToLiveAttribute]?.N;
  return text === undefined ? undefined : Number(text);
}

export function createExpiryWatch(): ExpiryWatch {
  const earliestByTable = new Map<string, number>();
  return {
    note: (table, item) => {
      const { TableArn } = table.description;
      const earliest = earliestByTable.get(TableArn);
      const expiresAtSeconds = findExpiry(table, item);
      if (earliest !== undefined && expiresAtSeconds !== undefined && expiresAtSeconds < earliest)
        earliestByTable.set(TableArn, expiresAtSeconds);
    },
    isDue: ({ description }, nowSeconds) => (earliestByTable.get(description.TableArn) ?? 0) < nowSeconds,
    restart: ({ description }) => {
      earliestByTable.set(description.TableArn, Infinity);
    },
    forget: ({ description }) => {
      earliestByTable.delete(description.TableArn);
    },
  };
}
