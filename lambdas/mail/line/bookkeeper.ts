// The writes of one bulk's worker: one at a time, and each with all that has come in since the last.
import type { RecipientEnd, StateChange } from "../../../shared/domain/bulk-progress.ts";

/** A recipient's new state, by their place in the bulk. */
export interface Change {
  index: number;
  state: StateChange["state"];
}

export interface BookkeeperDeps {
  /** False when it begins somebody and the bulk is not to be sent any more: then nothing was written. */
  write: (changes: readonly Change[], options: { isBeginning: boolean }) => Promise<boolean>;
  /** Called once an end is stored. */
  onEnd: (status: RecipientEnd["status"]) => void;
  sleep: (ms: number) => Promise<unknown>;
}

export interface Bookkeeper {
  /** Resolves once it is stored, some moments later. */
  record: (change: Change) => Promise<void>;
  /** At once. False when the bulk is not to be sent any more. */
  begin: (changes: readonly Change[]) => Promise<boolean>;
  /** At once. */
  write: (changes: readonly Change[]) => Promise<void>;
}

/**
 * An answer of SES is kept back for so long at most, unless another portion is begun before: each write is of whole
 * blocks. After a crash those are in doubt whose answers were not written, until their Send events come.
 */
const flushMs = 200;

interface Batch {
  changes: Change[];
  written: PromiseWithResolvers<void>;
}

const newBatch = (): Batch => ({ changes: [], written: Promise.withResolvers() });

export function createBookkeeper({ write, onEnd, sleep }: BookkeeperDeps): Bookkeeper {
  let last: Promise<unknown> = Promise.resolve();
  let batch = newBatch();
  let isFlushing = false;

  /** Two writes at once would meet at the bulk's own item. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const takeBatch = (): Batch => {
    const taken = batch;
    batch = newBatch();
    return taken;
  };

  const noteEnds = (changes: readonly Change[]): void => {
    for (const { state } of changes) if (state.status !== "waiting" && state.status !== "begun") onEnd(state.status);
  };

  const writeAll = async (changes: readonly Change[]): Promise<void> => {
    await write(changes, { isBeginning: false });
    noteEnds(changes);
  };

  const writeBatch = async ({ changes, written }: Batch): Promise<void> => {
    try {
      if (changes.length > 0) await writeAll(changes);
      written.resolve();
    } catch (error) {
      written.reject(error);
    }
  };

  const begin = async (changes: readonly Change[]): Promise<boolean> => {
    const taken = takeBatch();
    const both = [...taken.changes, ...changes];
    try {
      if (await write(both, { isBeginning: true })) {
        noteEnds(both);
        taken.written.resolve();
        return true;
      }
    } catch (error) {
      taken.written.reject(error);
      // Nobody may be waiting for it.
      taken.written.promise.catch(() => undefined);
      throw error;
    }
    await writeBatch(taken);
    return false;
  };

  return {
    record: (change) => {
      batch.changes.push(change);
      if (!isFlushing) {
        isFlushing = true;
        void sleep(flushMs).then(() => {
          isFlushing = false;
          return inTurn(() => writeBatch(takeBatch()));
        });
      }
      return batch.written.promise;
    },
    begin: (changes) => inTurn(() => begin(changes)),
    write: (changes) => inTurn(() => writeAll(changes)),
  };
}
