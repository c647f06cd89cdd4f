// When mail for later may be, and having its time told. That it is told is best effort: who was not told of is found by the sweep
// (lambdas/mail/line/sweep.ts).
import type { Scheduled, Schedules } from "../../shared/aws/schedules.ts";
import { maxAheadDays, minAheadSeconds } from "../../shared/contract/api/schedule.ts";
import type { Bulks } from "../../shared/store/bulk/bulks.ts";
import { invalidInput } from "../runtime/input.ts";
import { log } from "../runtime/log.ts";

/**
 * A time that is over is a mistake, often one of time zones, and mail cannot be taken back: it is refused, not sent.
 * @throws AppError `invalid_request`
 */
export function parseScheduledTime(text: string, nowMs: number): number {
  const atMs = Date.parse(text);
  const aheadSeconds = (atMs - nowMs) / 1000;
  if (aheadSeconds < minAheadSeconds)
    throw wrong(`must be at least ${minAheadSeconds} seconds ahead: leave it out to send now`);
  if (aheadSeconds > maxAheadDays * 86_400) throw wrong(`must be at most ${maxAheadDays} days ahead`);
  return atMs;
}

const wrong = (message: string) => invalidInput([{ path: "scheduledAt", message }]);

interface Repeated {
  tenantId: string;
  key: string | undefined;
  nowMs: number;
}

/**
 * The same; but a request that is repeated with its key is answered also when its time has come near meanwhile.
 * @throws AppError `invalid_request`
 */
export async function parseNewScheduledTime(
  { bulks }: { bulks: Pick<Bulks, "findKeyClaim"> },
  text: string,
  { tenantId, key, nowMs }: Repeated,
): Promise<number> {
  try {
    return parseScheduledTime(text, nowMs);
  } catch (error) {
    if (key !== undefined && (await bulks.findKeyClaim(tenantId, key, nowMs))) return Date.parse(text);
    throw error;
  }
}

type BestEffort = (schedules: Schedules, scheduled: Scheduled) => Promise<void>;

export const schedule: BestEffort = async (schedules, scheduled) => {
  try {
    await schedules.createSchedule(scheduled);
  } catch (error) {
    log.warn("A bulk or mail could not be scheduled, and waits for the sweep.", { ...scheduled, error });
  }
};

/** A schedule that stays finds nothing to do. */
export const unschedule: BestEffort = async (schedules, scheduled) => {
  try {
    await schedules.deleteSchedule(scheduled);
  } catch (error) {
    log.warn("A schedule could not be deleted, and will find nothing to do.", { ...scheduled, error });
  }
};
