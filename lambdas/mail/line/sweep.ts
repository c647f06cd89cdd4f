// Every minute: wakes the lines that have something to send and nobody who does. What a crash or a lost message left behind
// goes on so.
import type { BulkQueue } from "../../../shared/aws/bulk-queue.ts";
import type { Lines } from "../../../shared/store/bulk/line.ts";

export interface SweepDeps {
  lines: Pick<Lines, "listLines" | "listNext" | "findLease" | "unlistLine">;
  queue: BulkQueue;
  clock: () => number;
}

/** Whoever lists a line enters it right after: an empty line of that age is empty. */
const listedAtLeastMs = 10 * 60_000;

export async function sweepLines({ lines, queue, clock }: SweepDeps): Promise<void> {
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
