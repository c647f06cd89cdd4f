// Waits until the projector has come to everything that was written before. Nobody can ask it how far it is, but items
// written now come after all that is in the same part of the stream: they are written all over the table, and the
// projector removes each one when it has come to it.
import { AppError } from "../../../contract/error.ts";
import { batchGet, batchWrite } from "../../dynamo-batch.ts";
import { barrierKey } from "../keys.ts";
import type { LedgerTable } from "../table.ts";
import { listStreamShards } from "./run.ts";

export interface BarrierOptions {
  newId: () => string;
  /** How long the projector may take; then the recount gives up. */
  timeoutMs: number;
}

/**
 * Keys spread evenly over partitions, and each partition has a shard at a time. With so many for each shard that the last
 * day and a half had, the chance that a partition as small as an eighth of the usual gets none is below one in a million.
 */
const itemsPerShard = 50;
const minItems = 200;
const maxItems = 20_000;

const pollEveryMs = 250;
const keptSeconds = 86_400;

/** @throws AppError `unavailable` when the projector does not come to it in time */
export async function passBarrier(table: LedgerTable, { newId, timeoutMs }: BarrierOptions): Promise<void> {
  const barrierId = newId();
  const shards = (await listStreamShards(table)).length;
  const count = Math.min(maxItems, Math.max(minItems, shards * itemsPerShard));
  const startedMs = table.clock();
  const expiresAtSeconds = Math.floor(startedMs / 1000) + keptSeconds;
  let waiting = Array.from({ length: count }, (_, index) => barrierKey(barrierId, index));
  await batchWrite(
    table,
    waiting.map((key) => ({ put: { ...key, expiresAtSeconds } })),
    table.waiting,
  );
  for (;;) {
    const left = await batchGet(table, waiting, { waiting: table.waiting, consistent: true });
    waiting = left.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    if (waiting.length === 0) return;
    if (table.clock() - startedMs > timeoutMs)
      throw new AppError("unavailable", "The projector does not keep up: see to it first, then recount.");
    await table.waiting.sleep(pollEveryMs);
  }
}
