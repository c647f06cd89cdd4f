// A batch of the Ledger's stream becomes list rows, counters and suppressions.
import type { DeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { canonicalJson } from "../../shared/domain/canonical.ts";
import { suppressionsOf } from "../../shared/domain/suppression.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import type { LedgerChange } from "../../shared/store/ledger/projection.ts";
import { parseLedgerChange, type LedgerRecord } from "../../shared/store/ledger/stream.ts";
import type { SuppressionRecord, Suppressions } from "../../shared/store/suppressions.ts";
import type { LogFields } from "../runtime/log.ts";

export interface ProjectDeps {
  ledger: Pick<Ledger, "applyProjection">;
  suppressions: Pick<Suppressions, "recordSuppression">;
  deadLetters: DeadLetterQueue;
  count: (metric: Metric, value?: number, fields?: LogFields) => void;
}

export interface LedgerBatch {
  shardId: string;
  /** In the order of the shard. */
  records: readonly LedgerRecord[];
}

/**
 * Applies a batch of one shard; again, or split in other ways, it changes nothing. A record that cannot be read is set
 * aside with its reason, and the stream goes on.
 * @throws AppError `unavailable`, and whatever else says that the batch must come again
 */
export const project =
  (deps: ProjectDeps) =>
  async ({ shardId, records }: LedgerBatch): Promise<void> => {
    const changes: LedgerChange[] = [];
    for (const record of records) {
      const change = await readChange(deps, shardId, record);
      if (change) changes.push(change);
    }
    await Promise.all(
      changes
        .flatMap(newSuppressions)
        .map(([tenantId, record]) => deps.suppressions.recordSuppression(tenantId, record)),
    );
    await deps.ledger.applyProjection({ shardId, changes });
  };

async function readChange(
  { deadLetters, count }: ProjectDeps,
  shardId: string,
  record: LedgerRecord,
): Promise<LedgerChange | undefined> {
  try {
    return parseLedgerChange(record);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { SequenceNumber: sequenceNumber, Keys: keys } = record.dynamodb ?? {};
    // Keys are enough to find the item again, and an image may be larger than a message can be.
    await deadLetters.setAside(JSON.stringify({ shardId, sequenceNumber, keys }), { reason: error.message });
    count("deadLettered", 1, { reason: error.message, shardId, sequenceNumber });
    return undefined;
  }
}

/** The evidence that a change brings: what its outcome says now and did not say before. */
function newSuppressions(change: LedgerChange): [tenantId: string, record: SuppressionRecord][] {
  if ("overflow" in change) return [];
  const { next, previous } = change;
  const before = new Set(previous ? suppressionsOf(previous.outcome).map((found) => canonicalJson(found)) : []);
  return suppressionsOf(next.outcome)
    .filter((found) => !before.has(canonicalJson(found)))
    .map(({ eventId, ...found }) => [
      next.tenantId,
      { ...found, evidence: { messageId: next.outcome.messageId, eventId } },
    ]);
}
