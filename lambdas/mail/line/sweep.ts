// Every minute: wakes the lines that have something to send and nobody who does, and tells of what is due and has not begun.
// What a crash, a lost message or a lost schedule left behind goes on so.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { DueList } from "../../../shared/store/bulk/due-list.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";
import { log } from "../../runtime/log.ts";
import { mapBounded } from "../bounded.ts";

export interface SweepDeps {
  lines: Pick<Lines, "listLines" | "listNext" | "findLease" | "unlistLine">;
  dueList: DueList;
  queue: BulkQueue;
  clock: () => number;
}

/** Whoever lists a line enters it right after: an empty line of that age is empty. */
const listedAtLeastMs = 10 * 60_000;

/** EventBridge Scheduler takes up to a minute. */
const lateAfterMs = 60_000;

/** In one sweep: the next one finds the others. */
const maxLate = 4000;
const sendsAtOnce = 20;

export async function sweep(deps: SweepDeps): Promise<void> {
  await Promise.all([sweepLines(deps), sweepDue(deps)]);
}

async function sweepLines({ lines, queue, clock }: SweepDeps): Promise<void> {
  for await (const listed of lines.listLines()) {
    const line = { tenantId: listed.tenantId, connectionId: listed.connectionId };
    if ((await lines.listNext(line, 1)).length === 0) {
      if (clock() - listed.listedAtMs > listedAtLeastMs) await lines.unlistLine(listed);
      continue;
    }
    const { untilMs = 0, rest } = (await lines.findLease(line)) ?? {};
    if (untilMs <= clock() && (rest?.untilMs ?? 0) <= clock()) await queue.send({ kind: "line", ...line });
  }
}

async function sweepDue({ dueList, queue, clock }: SweepDeps): Promise<void> {
  const nowMs = clock();
  const late = await dueList.listDue(nowMs - lateAfterMs, { nowMs, limit: maxLate });
  if (late.length > 0) log.warn("What is due has not begun: its schedules are late, or lost.", { many: late.length });
  await mapBounded(late, sendsAtOnce, ({ tenantId, bulkId }) => queue.send({ kind: "due", tenantId, bulkId }));
}
