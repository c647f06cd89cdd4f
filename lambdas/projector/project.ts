// A batch of the Ledger's stream becomes list rows, counters and suppressions.
import type { DeadLetterQueue } from "../../shared/aws/dead-letter-queue.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { canonicalJson } from "../../shared/domain/canonical.ts";
import type { Ledger } from "../../shared/store/ledger/ledger.ts";
import { isInvalid } from "../../shared/store/condition.ts";
import { isOutcome, type LedgerChange } from "../../shared/store/ledger/change.ts";
import { findBarrier, parseLedgerChange, type LedgerRecord } from "../../shared/store/ledger/stream.ts";
import { suppressionRecordsOf } from "../../shared/store/suppression-records.ts";
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

/** A change and the record that tells of it. */
interface Told {
  change: LedgerChange;
  record: LedgerRecord;
}

/**
 * Applies a batch of one shard; again, or split in other ways, it changes nothing. A record that cannot be read, or whose
 * change can never be written, is set aside with its reason, and the stream goes on.
 * @throws AppError `unavailable`, and whatever else says that the batch must come again
 */
export const project =
  (deps: ProjectDeps) =>
  async ({ shardId, records }: LedgerBatch): Promise<void> => {
    const told: Told[] = [];
    for (const record of records) {
      const change = await readChange(deps, shardId, record);
      if (change) told.push({ change, record });
    }
    await applyTold(deps, shardId, told);
    const barriers = records.flatMap((record) => findBarrier(record) ?? []);
    if (barriers.length > 0) await deps.ledger.applyProjection({ shardId, changes: [], barriers });
  };

/** In halves, where one of them cannot be written: the others are, in their order. */
async function applyTold(deps: ProjectDeps, shardId: string, told: readonly Told[]): Promise<void> {
  const changes = told.map(({ change }) => change);
  try {
    await Promise.all(
      suppressionsOfBatch(changes).map(([tenantId, record]) => deps.suppressions.recordSuppression(tenantId, record)),
    );
    await deps.ledger.applyProjection({ shardId, changes });
  } catch (error) {
    if (!isLasting(error)) throw error;
    const [only] = told;
    if (told.length === 1 && only) return setAside(deps, shardId, only.record, error);
    const middle = Math.ceil(told.length / 2);
    await applyTold(deps, shardId, told.slice(0, middle));
    await applyTold(deps, shardId, told.slice(middle));
  }
}

/** What the same batch would fail with for ever, and not what a deployment or a busy database makes fail for all. */
const isLasting = (error: unknown): error is Error =>
  error instanceof TypeError || error instanceof RangeError || isInvalid(error);

async function readChange(deps: ProjectDeps, shardId: string, record: LedgerRecord): Promise<LedgerChange | undefined> {
  try {
    return parseLedgerChange(record);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    await setAside(deps, shardId, record, error);
    return undefined;
  }
}

async function setAside(
  { deadLetters, count }: ProjectDeps,
  shardId: string,
  record: LedgerRecord,
  { message: reason }: Error,
): Promise<void> {
  const { SequenceNumber: sequenceNumber, Keys: keys } = record.dynamodb ?? {};
  // Keys are enough to find the item again, and an image may be larger than a message can be.
  await deadLetters.setAside(JSON.stringify({ shardId, sequenceNumber, keys }), { reason });
  count("deadLettered", 1, { reason, shardId, sequenceNumber });
}

type TenantSuppression = [tenantId: string, record: SuppressionRecord];

/** Of each event the last word, as the changes are recorded side by side. */
function suppressionsOfBatch(changes: readonly LedgerChange[]): TenantSuppression[] {
  const found = changes.flatMap(newSuppressions);
  const keyOf = ([tenantId, { address, reason, evidence }]: TenantSuppression) =>
    canonicalJson([tenantId, address, reason, evidence?.eventId]);
  return [...new Map(found.map((suppression) => [keyOf(suppression), suppression])).values()];
}

/** The evidence that a change brings: what its outcome says now and did not say before. */
function newSuppressions({ next, previous }: LedgerChange): TenantSuppression[] {
  if (!next || !isOutcome(next)) return [];
  const evidence = previous && isOutcome(previous) ? suppressionRecordsOf(previous.outcome) : [];
  const before = new Set(evidence.map((found) => canonicalJson(found)));
  return suppressionRecordsOf(next.outcome)
    .filter((found) => !before.has(canonicalJson(found)))
    .map((found) => [next.tenantId, found]);
}
