// What a tenant's settings say about how long things are kept, as those who write and read the Ledger need it.
import { defaultRetentionDays } from "../domain/retention.ts";

export interface Keeping {
  /** From the sending of a message to the expiry of all that belongs to it. */
  retentionDays: number;
  /**
   * ISO 8601 UTC: of messages sent then or before, outcomes may have expired while the retention was shorter. One of them
   * that is not there any more is not to be made anew, or its events would count twice.
   */
  forgottenUntil?: string | undefined;
  /** Whether any address was ever erased: only then is it worth asking which. */
  hasErasures: boolean;
}

export type GetKeeping = (tenantId: string) => Promise<Keeping>;

export const defaultKeeping: Keeping = { retentionDays: defaultRetentionDays, hasErasures: false };

interface Kept {
  keeping: Promise<Keeping>;
  untilMs: number;
}

/**
 * How long the functions that write may go on by a setting that was changed. What a change starts in the background waits
 * until none does (shared/contract/rewrite-job.ts).
 */
export const keepingKeptMs = 30_000;

/** Asks once in a while and not for every batch. A failure is not remembered. */
export function rememberKeeping(getKeeping: GetKeeping, clock: () => number): GetKeeping {
  const known = new Map<string, Kept>();
  return (tenantId) => {
    const kept = known.get(tenantId);
    if (kept && kept.untilMs > clock()) return kept.keeping;
    const keeping = getKeeping(tenantId);
    known.set(tenantId, { keeping, untilMs: clock() + keepingKeptMs });
    keeping.catch(() => known.delete(tenantId));
    return keeping;
  };
}
