// One item before and after a write.
import type { Item } from "./attribute-value.ts";
import type { Table } from "./tables.ts";

export interface Change {
  table: Table;
  /** Where the item lies. */
  key: string;
  oldItem: Item | undefined;
  /** Undefined: deleted, or never there. */
  newItem: Item | undefined;
  /** What an update answers for its ReturnValues. */
  returned?: Item;
  isExpiry?: boolean;
}
