// Whether events may still be recorded: not those of messages that are past their retention, nor those of people who were
// erased since. What is refused here is gone for good, so that no replay revives it.
import { messageRecipient, type Outcome } from "../../domain/outcome.ts";
import { expiredUntil } from "../../domain/retention.ts";
import type { Keeping } from "../keeping.ts";
import type { LedgerTable } from "./table.ts";

/** What a batch of one tenant's events is held against. */
export interface Admission {
  keeping: Keeping;
  /** By address, ISO 8601 UTC. */
  erasureTimes: ReadonlyMap<string, string>;
}

/** @throws AppError `unavailable` */
export async function getAdmission(
  table: LedgerTable,
  tenantId: string,
  outcomes: readonly Pick<Outcome, "recipient" | "messageId">[],
): Promise<Admission> {
  const keeping = await table.getKeeping(tenantId);
  const isPerson = ({ recipient, messageId }: Pick<Outcome, "recipient" | "messageId">) =>
    recipient !== messageRecipient(messageId);
  const addresses = [...new Set(outcomes.filter(isPerson).map(({ recipient }) => recipient))];
  const erasureTimes =
    keeping.hasErasures && addresses.length > 0 ? await table.findErasureTimes(tenantId, addresses) : new Map();
  return { keeping, erasureTimes };
}

/**
 * Why an outcome must not be written as it would be now.
 * An erasure reaches messages that were sent until then: what is sent to the address later is a new beginning.
 */
export function findRefusal(
  { keeping: { retentionDays, forgottenUntil = "" }, erasureTimes }: Admission,
  { outcome: { recipient, sentAt }, isNew, nowMs }: { outcome: Outcome; isNew: boolean; nowMs: number },
): "expired" | "erased" | undefined {
  if (sentAt <= expiredUntil(nowMs, retentionDays) || (isNew && sentAt <= forgottenUntil)) return "expired";
  const erasedAt = erasureTimes.get(recipient);
  return erasedAt !== undefined && sentAt <= erasedAt ? "erased" : undefined;
}
