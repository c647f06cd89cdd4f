// The time of a scheduled bulk has come: it enters its line.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";
import { log } from "../../runtime/log.ts";

export interface DueDeps {
  bulks: Pick<Bulks, "findBulk" | "changeState">;
  lines: Pick<Lines, "listLine">;
  queue: BulkQueue;
  clock: () => number;
}

/** The same again, or for one that was cancelled, does nothing. */
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
  const line = { tenantId, connectionId: bulk.connectionId };
  await lines.listLine(line, nowMs);
  await bulks.changeState(tenantId, bulk, ["scheduled"], "active", { nowMs });
  await queue.send({ kind: "line", ...line });
}
