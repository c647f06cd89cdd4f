// The time of a scheduled bulk, or of a mail for later, has come: it enters its line.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import { dueAtMs } from "../../../shared/store/bulk/bulk-item.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";
import { log } from "../../runtime/log.ts";

export interface DueDeps {
  bulks: Pick<Bulks, "findBulk" | "changeState">;
  lines: Pick<Lines, "listLine">;
  queue: BulkQueue;
  clock: () => number;
}

/** By so much clocks may differ; who is told of too early is told again. A time put off further has a schedule of its own. */
const maxEarlyMs = 60_000;

/** The same again, or for one that was cancelled or put off, does nothing. */
export async function enterWhenDue(
  { bulks, lines, queue, clock }: DueDeps,
  { tenantId, bulkId }: { tenantId: string; bulkId: string },
): Promise<void> {
  const nowMs = clock();
  const bulk = await bulks.findBulk(tenantId, bulkId, nowMs);
  if (bulk?.state !== "scheduled") {
    if (!bulk)
      log.warn("A bulk is due that is not there: its request failed, or it has expired.", { tenantId, bulkId });
    return;
  }
  const earlyMs = dueAtMs(bulk) - nowMs;
  if (earlyMs > 0) {
    if (earlyMs <= maxEarlyMs)
      await queue.send({ kind: "due", tenantId, bulkId }, { delaySeconds: Math.ceil(earlyMs / 1000) });
    return;
  }
  const line = { tenantId, connectionId: bulk.connectionId };
  await lines.listLine(line, nowMs);
  await bulks.changeState(tenantId, bulk, ["scheduled"], "active", { nowMs });
  await queue.send({ kind: "line", ...line });
}
