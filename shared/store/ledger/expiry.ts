// Which items of the Ledger a tenant does not see any more. What removes them in the end is DynamoDB's TTL, days later.
import { expiredUntil } from "../../domain/retention.ts";
import type { Item } from "../dynamo-batch.ts";
import type { LedgerTable } from "./table.ts";

/** Of outcomes, their further events and list rows: each says when its message was sent. */
export type ExpiryTest = (item: Item) => boolean;

/**
 * By the retention that is set now, whatever expiry an item was written with: a shorter one hides at once, a longer one
 * shows what is still there.
 * @throws AppError `unavailable`
 */
export async function getExpiryTest(table: LedgerTable, tenantId: string): Promise<ExpiryTest> {
  const { retentionDays } = await table.getKeeping(tenantId);
  const until = expiredUntil(table.clock(), retentionDays);
  return ({ sentAt }) => typeof sentAt === "string" && sentAt <= until;
}
