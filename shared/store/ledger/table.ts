// What every operation on the Ledger needs: the table, the time, how long things are kept, and how to wait.
import type { Table } from "../dynamo-batch.ts";
import type { Waiting } from "../dynamo-retry.ts";

export interface LedgerTable extends Table {
  waiting: Waiting;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** From the sending of a message to the expiry of all that belongs to it. */
  retentionDays: number;
  /** Called when another writer was faster and a write is tried again. */
  onConflict?: (() => void) | undefined;
}
