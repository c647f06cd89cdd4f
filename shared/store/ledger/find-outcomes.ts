// What became of messages whose recipients are known: one read by key, without the index.
import type { Outcome } from "../../domain/outcome.ts";
import { batchGet } from "../dynamo-batch.ts";
import { getExpiryTest } from "./expiry.ts";
import { outcomeKey } from "./keys.ts";
import { parseOutcomeItem } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

export interface OutcomeName {
  /** Normalized (shared/domain/address.ts). */
  recipient: string;
  messageId: string;
}

/**
 * Those of the outcomes that are known, in no particular order, each with the events inside it alone. Names must differ.
 * @throws AppError `unavailable`
 */
export async function findOutcomes(
  table: LedgerTable,
  tenantId: string,
  names: readonly OutcomeName[],
): Promise<Outcome[]> {
  const keys = names.map(({ recipient, messageId }) => outcomeKey(tenantId, recipient, messageId));
  if (keys.length === 0) return [];
  const [isExpired, items] = await Promise.all([
    getExpiryTest(table, tenantId),
    batchGet(table, keys, { waiting: table.waiting }),
  ]);
  return items.filter((item) => !isExpired(item)).map((item) => parseOutcomeItem(item).outcome);
}
