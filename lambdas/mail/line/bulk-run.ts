// One bulk in the hands of one worker: who is next, and what is known and written of everyone.
// When they go, and over what: sending.ts, work-shift.ts.
import { sendFailure } from "../../../shared/aws/send-failure.ts";
import type { Metric } from "../../../shared/contract/metrics.ts";
import {
  countOfBlocks,
  isEnd,
  recipientsPerBlock,
  sizeOfBlock,
  type RecipientEnd,
  type StateChange,
} from "../../../shared/domain/bulk-progress.ts";
import type { StoredBulk } from "../../../shared/store/bulk/bulk-item.ts";
import {
  maxBlocksAtOnce,
  type BlockChange,
  type BulkStates,
  type KnownBlocks,
} from "../../../shared/store/bulk/bulk-states.ts";
import type { Bulks } from "../../../shared/store/bulk/bulks.ts";
import { createBookkeeper, type Change } from "./bookkeeper.ts";
import type { BulkRecipient } from "./bulk-content.ts";

export interface RunDeps {
  bulks: Pick<Bulks, "getRecipients">;
  states: Pick<BulkStates, "readOpenBlocks" | "recordStates" | "takeOver">;
  count: (metric: Metric, many: number) => void;
  sleep: (ms: number) => Promise<unknown>;
}

/** A recipient of the bulk, by their place in it. */
export interface Placed extends BulkRecipient {
  index: number;
}

export interface BulkRun {
  /** Some of those who wait, all of one block; none when nobody is left to begin. */
  listNext: (limit: number) => Promise<Placed[]>;
  /**
   * Before anyone is sent to. Records how it ended for those who are not to be mailed, and begins the others.
   * @returns those who were begun; undefined when the bulk is not to be sent any more
   */
  begin: (next: readonly Placed[], ends: ReadonlyMap<number, RecipientEnd>) => Promise<Placed[] | undefined>;
  /** Resolves once it is stored. */
  record: (index: number, end: RecipientEnd) => Promise<void>;
  /** Surely nothing was sent: they wait again. */
  putBack: (indexes: readonly number[]) => Promise<void>;
  /** How it ends for all who have not been begun. */
  endWaiting: (end: RecipientEnd) => Promise<void>;
  /** Whether everyone has come to an end. */
  isDone: () => boolean;
}

const metricByStatus: Record<RecipientEnd["status"], Metric> = {
  sent: "mailSent",
  suppressed: "mailSuppressed",
  invalid: "mailInvalid",
  failed: "mailFailed",
  unknown: "mailUnknown",
};

/**
 * Takes the bulk over. Whom a worker before had begun, and told no end of, is in doubt: `unknown`, and not mailed again.
 * @returns undefined when the bulk is not to be sent any more
 */
export async function openRun(
  { bulks, states, count, sleep }: RunDeps,
  tenantId: string,
  bulk: StoredBulk,
  fence: number,
): Promise<BulkRun | undefined> {
  const { bulkId, total } = bulk;
  if (!(await states.takeOver(tenantId, bulkId, fence))) return undefined;
  const known: KnownBlocks = await states.readOpenBlocks(tenantId, bulk);
  const blocks = countOfBlocks(total);
  const loaded = new Map<number, Promise<unknown[]>>();
  let firstOpen = bulk.doneBlocks;
  let writtenOpen = firstOpen;

  const stateOf = (index: number) =>
    known.get(Math.floor(index / recipientsPerBlock))?.states[index % recipientsPerBlock];
  const indexesOf = (block: number) =>
    Array.from({ length: sizeOfBlock(block, total) }, (_, place) => block * recipientsPerBlock + place);
  const waitingIn = (block: number) => indexesOf(block).filter((index) => stateOf(index) === undefined);
  const isBlockDone = (block: number) => indexesOf(block).every((index) => isEnd(stateOf(index)));
  const openBlocks = () => Array.from({ length: blocks - firstOpen }, (_, offset) => firstOpen + offset);

  const load = (block: number): Promise<unknown[]> => {
    const loading = loaded.get(block) ?? bulks.getRecipients(tenantId, bulkId, block);
    loaded.set(block, loading);
    return loading;
  };

  const write = async (changes: readonly Change[], isBeginning: boolean): Promise<boolean> => {
    while (firstOpen < blocks && isBlockDone(firstOpen)) loaded.delete(firstOpen++);
    const ofBlocks = byBlock(changes);
    for (let from = 0; from < ofBlocks.length; from += maxBlocksAtOnce) {
      const isWritten = await states.recordStates(tenantId, bulk, ofBlocks.slice(from, from + maxBlocksAtOnce), known, {
        ...(firstOpen > writtenOpen ? { doneBlocks: firstOpen } : {}),
        ...(isBeginning ? { fence } : {}),
      });
      if (!isWritten) return false;
      writtenOpen = firstOpen;
    }
    return true;
  };

  const books = createBookkeeper({
    write: (changes, { isBeginning }) => write(changes, isBeginning),
    onEnd: (status) => count(metricByStatus[status], 1),
    sleep,
  });

  const inDoubt = [...known.keys()].flatMap(indexesOf).filter((index) => {
    const state = stateOf(index);
    return state?.status === "begun" && state.fence < fence;
  });
  if (inDoubt.length > 0) {
    const { code, message } = sendFailure("no_answer");
    await books.write(inDoubt.map((index) => ({ index, state: { status: "unknown", code, message } })));
  }

  return {
    listNext: async (limit) => {
      const block = openBlocks().find((each) => waitingIn(each).length > 0);
      if (block === undefined) return [];
      const recipients = (await load(block)) as BulkRecipient[];
      // The next one is on its way while this one is sent.
      if (block + 1 < blocks) load(block + 1).catch(() => loaded.delete(block + 1));
      return waitingIn(block)
        .slice(0, limit)
        .flatMap((index) => {
          const recipient = recipients[index % recipientsPerBlock];
          return recipient ? [{ ...recipient, index }] : [];
        });
    },
    begin: async (next, ends) => {
      const begun = { status: "begun", fence } as const;
      const changes = next.map(({ index }) => ({ index, state: ends.get(index) ?? begun }));
      if (!(await books.begin(changes))) return undefined;
      return next.filter(({ index }) => {
        const state = stateOf(index);
        return state?.status === "begun" && state.fence === fence && !ends.has(index);
      });
    },
    record: (index, end) => books.record({ index, state: end }),
    putBack: async (indexes) => {
      await Promise.all(indexes.map((index) => books.record({ index, state: { status: "waiting", fence } })));
    },
    endWaiting: (end) =>
      books.write(
        openBlocks()
          .flatMap(waitingIn)
          .map((index) => ({ index, state: end })),
      ),
    isDone: () => openBlocks().every(isBlockDone),
  };
}

function byBlock(changes: readonly Change[]): BlockChange[] {
  const blocks = new Map<number, StateChange[]>();
  for (const { index, state } of changes) {
    const block = Math.floor(index / recipientsPerBlock);
    const ofBlock = blocks.get(block) ?? [];
    ofBlock.push({ place: index % recipientsPerBlock, state });
    blocks.set(block, ofBlock);
  }
  return [...blocks].map(([block, ofBlock]) => ({ block, changes: ofBlock }));
}
