// What every operation on the Ledger needs: the table, the time, what the tenant keeps and erased, and how to wait.
import type { Table } from "../dynamo-batch.ts";
import { realWaiting, type Waiting } from "../dynamo-retry.ts";
import { defaultKeeping, type GetKeeping } from "../keeping.ts";

export interface LedgerTable extends Table {
  waiting: Waiting;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** How long the tenant keeps things. Those who write may remember it for a while, those who read ask each time. */
  getKeeping: GetKeeping;
  /**
   * When each of the addresses was erased, ISO 8601 UTC; those never erased are left out. Asked when events are recorded
   * for a tenant that has erasures.
   */
  findErasureTimes: (tenantId: string, addresses: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Called when another writer was faster and a write is tried again. */
  onConflict?: (() => void) | undefined;
}

/**
 * @param options.getKeeping default: every tenant keeps things for the default retention
 * @param options.findErasureTimes default: nobody was erased
 * @param options.clock default: the system's
 */
export const ledgerTableOf = (options: Table & Partial<LedgerTable>): LedgerTable => ({
  waiting: realWaiting,
  clock: Date.now,
  getKeeping: async () => defaultKeeping,
  findErasureTimes: async () => new Map(),
  ...options,
});
