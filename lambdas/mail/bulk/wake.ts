// Telling the workers that a line has something to send.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { Line } from "../../../shared/store/bulk/line.ts";
import { log } from "../../runtime/log.ts";

/** Best effort: what is in a line is found within a minute (lambdas/mail/line/sweep.ts), so no request fails by it. */
export async function wake(queue: BulkQueue, { tenantId, connectionId }: Line): Promise<void> {
  try {
    await queue.send({ kind: "line", tenantId, connectionId });
  } catch (error) {
    log.warn("A line could not be woken, and waits for the sweep.", { tenantId, connectionId, error });
  }
}
