// Rebuilds what is made from outcomes (list rows, counters, suppressions) of a tenant or a range of days, while events
// arrive, and tells every difference that it found. How that can be: docs/decisions, "A recount without standing still".
import type { Item, Key } from "../../dynamo-batch.ts";
import { countStored, dimensionsIn, sumsOf } from "../counter-sums.ts";
import { createDimensionAdmission } from "../dimension-keys.ts";
import { partitionPrefixes } from "../keys.ts";
import { isOutcome, type Stored } from "../change.ts";
import type { RecountRun } from "../place.ts";
import { touchCounter } from "../recount-log.ts";
import type { LedgerTable } from "../table.ts";
import { passBarrier, type BarrierOptions } from "./barrier.ts";
import { checkCounters, removeMarks, type Marks } from "./counters.ts";
import { createMending, type Difference, type RecountRange, type RecountReport, type Tally } from "./difference.ts";
import { counterItemId, createExpectedCounters, isCounterWithin, isTouchCounter } from "./expected-counters.ts";
import { createNoteReader } from "./noted-changes.ts";
import { findSuspectRows, findSuspectSubjects, settleRows, settleSubjects, type RowCheck } from "./rows.ts";
import { assertRunning, beginRun, endRun } from "./run.ts";
import { scanLedger, type ScanOptions } from "./scan.ts";
import { parseStored } from "./subjects.ts";
import { findUnrecorded, settleSuppressions, type SuppressionCheck } from "./suppressions.ts";

export type { Difference, RecountReport } from "./difference.ts";

export interface RecountOptions extends RecountRange, ScanOptions, BarrierOptions {
  /** Absent: of all tenants. */
  tenantId?: string | undefined;
  /** Only tells what is different. */
  isDryRun: boolean;
  /** Ends a recount that died on the way. */
  takeOver: boolean;
  suppressions: SuppressionCheck["suppressions"];
  onDifference: (difference: Difference) => void;
  /** Called from time to time with what was looked at so far. */
  onProgress?: ((looked: RecountReport["looked"]) => void) | undefined;
}

/** What looks wrong is remembered and looked at again together: a barrier takes as long for one as for many. */
const maxSuspects = 1000;

/**
 * One recount runs at a time. Harmless to repeat, also after it was killed.
 * @throws AppError `conflict` when another one runs, or took over; `unavailable` when the database or the projector is behind
 */
export async function recount(table: LedgerTable, options: RecountOptions): Promise<RecountReport> {
  const run = await beginRun(table, { ...options, runId: options.newId() });
  const walk = createWalk(table, run, options);
  try {
    return await walk.complete();
  } finally {
    await endRun(table, run);
    await walk.cleanUp();
  }
}

function createWalk(table: LedgerTable, run: RecountRun, options: RecountOptions) {
  const { tenantId, fromDay, toDay } = options;
  const range: RecountRange = { ...(fromDay && { fromDay }), ...(toDay && { toDay }) };
  const mending: Tally = createMending(options);
  const check: RowCheck & SuppressionCheck = {
    range,
    mending,
    suppressions: options.suppressions,
    passBarrier: async () => {
      await passBarrier(table, options);
      await assertRunning(table, run);
    },
  };
  const expected = createExpectedCounters(run.runId, range);
  const readNotes = createNoteReader(table, run);
  const admit = createDimensionAdmission(table);
  const looked: RecountReport["looked"] = { items: 0, outcomes: 0, events: 0, rows: 0, counterItems: 0 };
  const prefixes = partitionPrefixes(tenantId);
  const isOf = (prefix: string) => (item: Item) => String(item["pk"]).startsWith(prefix);

  const ownMark = touchCounter(run.runId);
  const counterIds = new Set<string>();
  /** Marks of runs that died. */
  const deadMarks: Marks = new Map();
  const suspects = { subjects: [] as Key[], rows: [] as Item[], unrecorded: [] as Key[] };

  function parse(item: Item): Stored | undefined {
    try {
      return parseStored(item);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const [, tenant = ""] = String(item["pk"]).split("#");
      mending.report({ kind: "unreadable", tenantId: tenant, sk: String(item["sk"]), reason: error.message });
      return undefined;
    }
  }

  async function takeStored(stored: readonly Stored[]): Promise<void> {
    for (const one of stored) {
      const counted = countStored(one);
      expected.see(one, sumsOf(counted, await admit(one.tenantId, dimensionsIn(counted))));
      if (isOutcome(one)) looked.outcomes += 1;
      looked.events += isOutcome(one) ? one.outcome.events.length : 1;
    }
    suspects.subjects.push(...(await findSuspectSubjects(table, check, stored)));
    suspects.unrecorded.push(...(await findUnrecorded(check, stored)));
  }

  function takeCounters(items: readonly Item[]): void {
    for (const item of items) {
      const marks = Object.keys(item).filter((name) => isTouchCounter(name) && name !== ownMark);
      if (marks.length > 0) deadMarks.set(counterItemId(item), new Set(marks));
      if (isCounterWithin(item, range)) counterIds.add(counterItemId(item));
    }
    looked.counterItems += items.length;
  }

  async function take(items: Item[]): Promise<void> {
    const rows = items.filter(isOf(prefixes.rows));
    looked.items += items.length;
    looked.rows += rows.length;
    takeCounters(items.filter(isOf(prefixes.counters)));
    await takeStored(items.filter(isOf(prefixes.outcomes)).flatMap((item) => parse(item) ?? []));
    suspects.rows.push(...(await findSuspectRows(table, check, rows)));
    options.onProgress?.(looked);
    if (suspects.subjects.length + suspects.rows.length + suspects.unrecorded.length >= maxSuspects) await settle();
  }

  async function settle(): Promise<void> {
    const [subjects, rows, unrecorded] = [suspects.subjects, suspects.rows, suspects.unrecorded];
    Object.assign(suspects, { subjects: [], rows: [], unrecorded: [] });
    await settleSubjects(table, check, subjects);
    await settleRows(table, check, rows);
    await settleSuppressions(table, check, unrecorded);
  }

  return {
    complete: async (): Promise<RecountReport> => {
      await scanLedger(table, tenantId, options, take);
      // All that the scan saw is counted behind it, before or during the run.
      await check.passBarrier();
      await checkCounters(table, { run, expected, readNotes, mending }, counterIds);
      await settle();
      await assertRunning(table, run);
      await removeMarks(table, deadMarks);
      return { looked, ...mending.result() };
    },
    /** To be called when nothing is noted any more. */
    cleanUp: async (): Promise<void> => {
      for await (const notes of readNotes()) expected.followTouches(notes);
      await removeMarks(table, new Map(expected.touchedIds().map((id) => [id, new Set([ownMark])])));
    },
  };
}
