// Keys and JSON values on disk (LevelDB) or in memory. Commits are atomic and land in the order they were asked for;
// those asked for while one is being written are written together.
import { dynalite, type LevelOperation, type LevelSnapshot, type ValueRange } from "./dynalite.ts";

/** Key → value, or undefined to delete it. */
export type Writes = Map<string, unknown>;

export interface Storage {
  /** Everything else needs it done. @throws Error where another process has the folder open */
  open: () => Promise<void>;
  /** With the commits still under way: what the next write builds upon. */
  readLatest: <Value>(key: string) => Value | undefined;
  /** What is committed. All reads with one snapshot see the same moment. */
  read: <Value>(key: string, snapshot?: LevelSnapshot) => Value | undefined;
  snapshot: () => LevelSnapshot;
  /** `onCommitted` is called as soon as it has landed, before the promise resolves and before any later commit's. */
  commit: (writes: Writes, onCommitted?: () => void) => Promise<void>;
  entries: <Value>(prefix: string, range?: ValueRange) => AsyncIterable<[key: string, value: Value]>;
  /** `upTo`: the last key that goes; by default all that begin with the prefix. */
  clear: (prefix: string, upTo?: string) => Promise<void>;
  isClosed: () => boolean;
  close: () => Promise<void>;
}

interface LevelError extends Error {
  cause?: { code?: string };
}

interface Group {
  writes: Writes;
  onCommitted: (() => void)[];
  landed: PromiseWithResolvers<void>;
}

/** Above every character of a key. */
const afterAll = "\u{ffff}";

const chunk = 256;

const operationOf = ([key, value]: [string, unknown]): LevelOperation =>
  value === undefined ? { type: "del", key } : { type: "put", key, value };

const newGroup = (): Group => ({ writes: new Map(), onCommitted: [], landed: Promise.withResolvers() });

/** Without a path everything is in memory. */
export function openStorage(path?: string): Storage {
  const level = dynalite.create(path === undefined ? {} : { path }).db;
  let waiting: Group | undefined;
  let flying: Group | undefined;
  let closed = false;

  const land = async (group: Group) => {
    try {
      await level.batch(Array.from(group.writes, operationOf));
      for (const callback of group.onCommitted) callback();
      group.landed.resolve();
    } catch (error) {
      group.landed.reject(error);
      // What waits was planned upon what has failed.
      waiting?.landed.reject(error);
      waiting = undefined;
    }
  };

  const fly = async () => {
    while (waiting) {
      flying = waiting;
      waiting = undefined;
      await land(flying);
    }
    flying = undefined;
  };

  const read = <Value>(key: string, snapshot?: LevelSnapshot) =>
    level.getSync(key, snapshot && { snapshot }) as Value | undefined;

  return {
    open: async () => {
      try {
        await level.open();
      } catch (error) {
        if ((error as LevelError).cause?.code !== "LEVEL_LOCKED") throw error;
        throw new Error(`Another process uses the state in ${path}. Stop it first, or take another folder.`, {
          cause: error,
        });
      }
    },
    read,
    snapshot: () => level.snapshot(),
    readLatest: <Value>(key: string) => {
      for (const group of [waiting, flying])
        if (group?.writes.has(key)) return group.writes.get(key) as Value | undefined;
      return read<Value>(key);
    },
    commit: (writes, onCommitted) => {
      waiting ??= newGroup();
      for (const [key, value] of writes) waiting.writes.set(key, value);
      if (onCommitted) waiting.onCommitted.push(onCommitted);
      const { promise } = waiting.landed;
      if (!flying) void fly();
      return promise;
    },
    entries: async function* entries<Value>(prefix: string, range: ValueRange = {}) {
      const { gt, gte = "", lt, lte, reverse = false, limit = -1 } = range;
      const iterator = level.iterator({
        ...(gt === undefined ? { gte: prefix + gte } : { gt: prefix + gt }),
        ...(lte === undefined ? { lt: prefix + (lt ?? afterAll) } : { lte: prefix + lte }),
        reverse,
        limit,
      });
      try {
        for (;;) {
          const found = await iterator.nextv(limit < 0 ? chunk : Math.min(limit, chunk));
          if (found.length === 0) return;
          for (const [key, value] of found) yield [key.slice(prefix.length), value as Value] as [string, Value];
        }
      } finally {
        await iterator.close();
      }
    },
    clear: (prefix, upTo = afterAll) => level.clear({ gte: prefix, lte: prefix + upTo }),
    isClosed: () => closed,
    close: async () => {
      closed = true;
      await Promise.allSettled([flying?.landed.promise, waiting?.landed.promise]);
      await level.close();
    },
  };
}
