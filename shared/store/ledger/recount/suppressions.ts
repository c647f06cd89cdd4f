// Finds evidence in outcomes that the suppressions do not have, and records it. Suppressions without evidence in any
// outcome are left: they outlast the outcomes, and an address mailed wrongly costs more than one that is not mailed.
import type { Key } from "../../dynamo-batch.ts";
import { suppressionRecordsOf, type EvidentSuppression } from "../../suppression-records.ts";
import type { Suppressions } from "../../suppressions.ts";
import { isOutcome, type Stored } from "../change.ts";
import { dayOf } from "../keys.ts";
import type { StoredOutcome } from "../outcome-item.ts";
import { storedIdOf } from "../recount-log.ts";
import type { LedgerTable } from "../table.ts";
import { isWithinDays, type Mending, type RecountRange } from "./difference.ts";
import { keyOfItemId } from "./expected-counters.ts";
import { readSubjects } from "./subjects.ts";

export interface SuppressionCheck {
  range: RecountRange;
  mending: Mending;
  passBarrier: () => Promise<void>;
  suppressions: Pick<Suppressions, "recordSuppression" | "holdsSuppression">;
}

const maxTries = 5;

const outcomeKeyOf = (stored: StoredOutcome): Key => keyOfItemId(storedIdOf(stored));

async function findMissing(
  { range, suppressions }: SuppressionCheck,
  { tenantId, outcome }: StoredOutcome,
): Promise<EvidentSuppression[]> {
  const inRange = suppressionRecordsOf(outcome).filter(({ since }) => isWithinDays(dayOf(since), range));
  const known = await Promise.all(inRange.map((record) => suppressions.holdsSuppression(tenantId, record)));
  return inRange.filter((_, index) => !known[index]);
}

/** The keys of the outcomes whose evidence is not recorded, as it seems. */
export async function findUnrecorded(check: SuppressionCheck, stored: readonly Stored[]): Promise<Key[]> {
  const found: Key[] = [];
  for (const one of stored)
    if (isOutcome(one) && (await findMissing(check, one)).length > 0) found.push(outcomeKeyOf(one));
  return found;
}

/** Records what is still missing once the projector has come to it. */
export async function settleSuppressions(
  table: LedgerTable,
  check: SuppressionCheck,
  suspects: readonly Key[],
): Promise<void> {
  if (suspects.length === 0) return;
  await check.passBarrier();
  for (const key of suspects) await settleOutcome(table, check, key);
}

/**
 * What is recorded last of an event counts. So the outcome is read again afterwards: if it changed, the projector may have
 * recorded what it says now before we recorded what it said then.
 */
async function settleOutcome(table: LedgerTable, check: SuppressionCheck, key: Key): Promise<void> {
  let recorded: number | undefined;
  for (let tries = 1; tries <= maxTries; tries++) {
    const [stored] = (await readSubjects(table, [key])).values();
    if (!stored || !isOutcome(stored) || stored.version === recorded) return;
    const missing = await findMissing(check, stored);
    for (const record of missing) await settle(check, stored.tenantId, record);
    if (missing.length === 0 || check.mending.isDryRun) return;
    recorded = stored.version;
  }
  check.mending.leaveUndecided(key);
}

async function settle(
  { mending, suppressions }: SuppressionCheck,
  tenantId: string,
  record: EvidentSuppression,
): Promise<void> {
  const { reason, evidence } = record;
  mending.report({ kind: "suppression", tenantId, reason, ...evidence });
  if (!mending.isDryRun) await suppressions.recordSuppression(tenantId, record);
}
