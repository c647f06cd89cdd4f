// A table's stream as Lambda reads it: items spread over shards, each shard's records in order, one batch at a time,
// repeated in halves until it is done.
import { setImmediate } from "node:timers/promises";
import type { WindowedStreamEvent } from "../../../lambdas/projector/project-stream.ts";
import type { StreamRecord } from "../../../local/dynamodb/dynamodb.ts";
import { AppError } from "../../../shared/contract/error.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Invoke } from "./worker.ts";

interface Shard {
  shardId: string;
  records: StreamRecord[];
  /** Two that Lambda may have at work on one batch, when it took the first for lost. */
  projectors: [Projector, Projector];
}

type Projector = Invoke<WindowedStreamEvent, unknown>;

/** As the template has it. */
const maxBatch = 100;
const maxTries = 100;

const shardIndexOf = ({ dynamodb: { Keys } }: StreamRecord, shards: number): number => {
  let sum = 0;
  for (const char of Keys["pk"]?.S ?? "") sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return sum % shards;
};

export interface ShardedStream {
  /** For the table's stream. */
  take: (records: readonly StreamRecord[]) => void;
  /** Projects what comes until the promise has resolved and nothing is left. */
  drain: (written: Promise<unknown>) => Promise<void>;
}

/** @param startProjector makes the function of a shard */
export function createShards(
  count: number,
  startProjector: () => Projector,
  { random, faults }: { random: Random; faults: Faults },
): ShardedStream {
  const shards = Array.from({ length: count }, (_, index): Shard => ({
    shardId: `shardId-0000000${index}`,
    records: [],
    projectors: [startProjector(), startProjector()],
  }));

  const attempt = async (projector: Projector, { shardId }: Shard, Records: StreamRecord[]): Promise<boolean> => {
    try {
      return (await projector({ Records, shardId } as WindowedStreamEvent)) !== "killed";
    } catch (error) {
      // What else a projector throws would throw for ever.
      if (error instanceof AppError && error.code === "unavailable") return false;
      throw error;
    }
  };

  const isDone = async (shard: Shard, records: StreamRecord[]): Promise<boolean> => {
    const [first, second] = shard.projectors;
    if (!random.chance(0.03)) return attempt(first, shard, records);
    faults.note("batchesRaced");
    // The answer of the one that was taken for lost is nobody's.
    const answers = await Promise.all([attempt(first, shard, records), attempt(second, shard, records)]);
    return answers[1];
  };

  const projectBatch = async (shard: Shard, records: StreamRecord[]): Promise<void> => {
    for (let tries = 1; !(await isDone(shard, records)); tries += 1) {
      if (tries > maxTries) throw new Error(`A batch of ${shard.shardId} failed ${maxTries} times.`);
      if (records.length === 1) continue;
      faults.note("batchesSplit");
      const half = random.integer(1, records.length - 1);
      await projectBatch(shard, records.slice(0, half));
      return projectBatch(shard, records.slice(half));
    }
  };

  return {
    take: (records) => {
      for (const record of records) shards[shardIndexOf(record, count)]!.records.push(record);
    },
    drain: async (written) => {
      let isWriting = true;
      const ended = written.finally(() => {
        isWriting = false;
      });
      let projecting = 0;
      // What projectors write is in the stream, too.
      const isOver = () => !isWriting && projecting === 0 && shards.every(({ records }) => records.length === 0);
      const work = async (shard: Shard) => {
        while (!isOver()) {
          const batch = shard.records.splice(0, random.integer(1, maxBatch));
          if (batch.length === 0) {
            await setImmediate();
            continue;
          }
          projecting += 1;
          await projectBatch(shard, batch);
          // A batch whose success Lambda did not learn of comes again, whole or with what follows it.
          if (random.chance(0.03)) {
            faults.note("batchesRepeated");
            shard.records.unshift(...batch);
          }
          projecting -= 1;
        }
      };
      await Promise.all([ended, ...shards.map(work)]);
    },
  };
}
