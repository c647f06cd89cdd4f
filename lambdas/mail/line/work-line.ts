// One worker, one line, some tens of seconds: who holds the line's lease sends from it at the account's rate, then hands on.
// A connection has one worker at a time, so one tenant's million holds up nobody else's mail.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { Line, Lines, Rest } from "../../../shared/store/bulk/line.ts";
import { log } from "../../runtime/log.ts";
import { leaseMs, workShift, type ShiftDeps } from "./work-shift.ts";

export interface LineDeps extends ShiftDeps {
  lines: Lines;
  queue: BulkQueue;
}

/**
 * @param isTimer the message is the line's own clock: while the line still rests it is set again
 * @throws what the table throws; then the message comes again, and the lease runs out
 */
export async function workLine(deps: LineDeps, line: Line, { isTimer = false } = {}): Promise<void> {
  const { lines, queue, clock } = deps;
  const nowMs = clock();
  const lease = await lines.takeLease(line, nowMs, leaseMs);
  // Its holder looks again once it has given it back: nothing is missed.
  if (!lease) return;
  const { fence, rest: before } = lease;
  if (before && before.untilMs > nowMs) {
    await lines.releaseLease(line, fence, before);
    if (isTimer) await setTimer(queue, line, before, nowMs);
    return;
  }
  let rest: Rest | undefined;
  try {
    rest = await workShift(deps, line, fence);
  } catch (error) {
    await lines.releaseLease(line, fence).catch((failed: unknown) => {
      log.warn("A lease could not be given back, and runs out by itself.", { ...line, error: failed });
    });
    throw error;
  }
  if (!(await lines.releaseLease(line, fence, rest))) return;
  if (rest) await setTimer(queue, line, rest, clock());
  else if ((await lines.listNext(line, 1)).length > 0) await queue.send({ kind: "line", ...line });
}

const setTimer = (queue: BulkQueue, line: Line, rest: Rest, nowMs: number): Promise<void> =>
  queue.send({ kind: "line", ...line, isTimer: true }, { delaySeconds: (rest.untilMs - nowMs) / 1000 + 1 });
