// Another time for what waits for its time: a bulk, or a mail for later.
import type { Schedules } from "../../shared/aws/schedules.ts";
import { AppError } from "../../shared/contract/error.ts";
import type { StoredBulk } from "../../shared/store/bulk/bulk-item.ts";
import type { MemberChange } from "../../shared/store/bulk/bulk-moves.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import { schedule, unschedule } from "./scheduled-time.ts";

export interface RescheduleDeps {
  bulks: Pick<Bulks, "reschedule">;
  schedules: Schedules;
}

export interface Rescheduled {
  /** As it is now. */
  find: () => Promise<StoredBulk>;
  scheduledAtMs: number;
  /** Of other items that tell of its time. */
  beside?: readonly MemberChange[];
  /** `mail mai_1` */
  what: string;
}

/** Somebody else may be changing it, too. */
const maxTries = 5;

/** @throws AppError `conflict` when its time has come, or it was cancelled */
export async function reschedule(
  { bulks, schedules }: RescheduleDeps,
  tenantId: string,
  { find, scheduledAtMs, beside, what }: Rescheduled,
): Promise<void> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const bulk = await find();
    const { bulkId, state, scheduledAtMs: beforeMs } = bulk;
    if (state !== "scheduled" || beforeMs === undefined)
      throw new AppError("conflict", `The ${what} does not wait for its time any more: it cannot be rescheduled.`);
    if (beforeMs === scheduledAtMs) return;
    if (!(await bulks.reschedule(tenantId, bulk, scheduledAtMs, beside))) continue;
    await schedule(schedules, { tenantId, bulkId, dueAtMs: scheduledAtMs });
    await unschedule(schedules, { tenantId, bulkId, dueAtMs: beforeMs });
    return;
  }
  throw new AppError("conflict", `The ${what} is being changed by somebody else, too: try again.`);
}
