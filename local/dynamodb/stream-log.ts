// The stream records that named consumers have not acknowledged yet, and how far each consumer is. A record is written
// in the same commit as the change it tells of, so that an unclean stop loses neither or both.
import type { Storage, Writes } from "./storage.ts";
import type { StreamRecord } from "./stream-record.ts";

interface StreamLog {
  load: () => Promise<void>;
  keep: (tableArn: string, record: StreamRecord, writes: Writes) => void;
  /** In batches, oldest first. */
  readFrom: (tableArn: string, after: string) => AsyncIterable<StreamRecord[]>;
  positionOf: (tableArn: string, consumer: string) => string | undefined;
  register: (tableArn: string, consumer: string, position: string) => void;
  acknowledge: (tableArn: string, consumer: string, sequenceNumber: string) => void;
  forget: (tableArn: string, consumer: string) => void;
  trim: () => Promise<void>;
  /** Once nothing is being written any longer. */
  settled: () => Promise<void>;
}

/** Consumer → the last sequence number it is done with. */
type Positions = Record<string, string>;

/** "Stream records whose age exceeds this limit are subject to removal": developer guide, DynamoDB Streams. */
const retentionSeconds = 24 * 60 * 60;

const batchSize = 100;

const positionsKey = (tableArn: string) => `c/${tableArn}`;

const logPrefix = (tableArn: string) => `s/${tableArn}/`;

export function createStreamLog({ storage, clock }: { storage: Storage; clock: () => number }): StreamLog {
  const positionsByTable = new Map<string, Positions>();

  const pending = new Set<Promise<void>>();

  /** Nothing waits for it: what is delivered twice after an unclean stop is what "at least once" allows. */
  const inBackground = (work: () => Promise<void>) => {
    if (storage.isClosed()) return;
    const done = work().finally(() => pending.delete(done));
    pending.add(done);
  };

  const settle = async (tableArn: string, positions: Positions) => {
    positionsByTable.set(tableArn, positions);
    const slowest = Object.values(positions).sort()[0];
    await storage.commit(new Map([[positionsKey(tableArn), slowest === undefined ? undefined : positions]]));
    await storage.clear(logPrefix(tableArn), slowest);
  };

  const positionsOf = (tableArn: string) => positionsByTable.get(tableArn) ?? {};

  return {
    load: async () => {
      for await (const [tableArn, positions] of storage.entries<Positions>("c/"))
        positionsByTable.set(tableArn, positions);
    },
    keep: (tableArn, record, writes) => {
      if (Object.keys(positionsOf(tableArn)).length > 0)
        writes.set(logPrefix(tableArn) + record.dynamodb.SequenceNumber, record);
    },
    readFrom: async function* readFrom(tableArn, after) {
      let records: StreamRecord[] = [];
      for await (const [, record] of storage.entries<StreamRecord>(logPrefix(tableArn), { gt: after })) {
        records.push(record);
        if (records.length < batchSize) continue;
        yield records;
        records = [];
      }
      if (records.length > 0) yield records;
    },
    positionOf: (tableArn, consumer) => positionsOf(tableArn)[consumer],
    register: (tableArn, consumer, position) =>
      inBackground(() => settle(tableArn, { ...positionsOf(tableArn), [consumer]: position })),
    acknowledge: (tableArn, consumer, sequenceNumber) => {
      const positions = positionsOf(tableArn);
      if (sequenceNumber > (positions[consumer] ?? ""))
        inBackground(() => settle(tableArn, { ...positions, [consumer]: sequenceNumber }));
    },
    forget: (tableArn, consumer) => {
      const { [consumer]: _, ...rest } = positionsOf(tableArn);
      inBackground(() => settle(tableArn, rest));
    },
    settled: async () => {
      await Promise.all(pending);
    },
    trim: async () => {
      const oldest = Math.floor(clock() / 1000) - retentionSeconds;
      for (const tableArn of positionsByTable.keys()) {
        let expired: string | undefined;
        for await (const [sequenceNumber, record] of storage.entries<StreamRecord>(logPrefix(tableArn))) {
          if (record.dynamodb.ApproximateCreationDateTime >= oldest) break;
          expired = sequenceNumber;
        }
        if (expired !== undefined) await storage.clear(logPrefix(tableArn), expired);
      }
    },
  };
}
