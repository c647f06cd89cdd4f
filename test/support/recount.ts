// A recount of a test's ledger whose projector is at work all the while, as it is when deployed.
import { setImmediate } from "node:timers/promises";
import { project } from "../../lambdas/projector/project.ts";
import { recount, type Difference, type RecountOptions } from "../../shared/store/ledger/recount/recount.ts";
import { ledgerTableOf } from "../../shared/store/ledger/table.ts";
import { nowMs, shardId, tenantId, type ProjectedLedger } from "./projected-ledger.ts";

export interface RecountOfTest extends Partial<RecountOptions> {
  /** Milliseconds since 1970. */
  clock?: () => number;
}

let runs = 0;

/** Projects what is in the stream until the work is done, and whatever is in it then. */
export async function whileProjecting<Result>(
  { ledger, suppressions, takeRecords }: ProjectedLedger,
  work: Promise<Result>,
): Promise<Result> {
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  // Whoever awaits the work learns of its failure.
  ended.catch(() => undefined);
  const run = project({ ledger, suppressions, deadLetters: { setAside: async () => {} }, count: () => undefined });
  for (;;) {
    const wasDone = isDone;
    const records = takeRecords();
    if (records.length > 0) await run({ shardId, records });
    else if (wasDone) return ended;
    else await setImmediate();
  }
}

/** Of the one tenant unless told otherwise. @returns its report with the differences that it told, in their order */
export async function recountLedger(started: ProjectedLedger, { clock = () => nowMs, ...options }: RecountOfTest = {}) {
  const run = `run${(runs += 1)}`;
  let ids = 0;
  const differences: Difference[] = [];
  const table = ledgerTableOf({
    client: started.db.client,
    tableName: started.ledgerTable,
    clock,
    waiting: { sleep: async () => setImmediate(), random: () => 0.5 },
  });
  const recounting = recount(table, {
    tenantId,
    isDryRun: false,
    takeOver: false,
    segments: 2,
    readUnitsPerSecond: 1_000_000,
    timeoutMs: 60_000,
    newId: () => `${run}-${(ids += 1)}`,
    suppressions: started.suppressions,
    onDifference: (difference) => void differences.push(difference),
    ...options,
  });
  return { ...(await whileProjecting(started, recounting)), differences };
}
