// The operator's functions between queue and tables, fed as Lambda feeds them, in a time of their own: over the laptop's
// DynamoDB in memory, through the real SDK, without a network.
import type { Item } from "../../local/dynamodb/attribute-value.ts";
import { createDynamoDb, type Consumption, type DynamoDb, type StreamRecord } from "../../local/dynamodb/dynamodb.ts";
import { itemSizeBytes } from "../../local/dynamodb/item-size.ts";
import { openState } from "../../local/state.ts";
import { projectedKeyPrefixes, queueBatches, streamBatches } from "../../shared/contract/event-batches.ts";
import type { WindowedStreamEvent } from "../../lambdas/projector/project-stream.ts";
import type { Random } from "../../test/support/chaos/random.ts";
import { createDirectClient } from "../../test/support/direct-client.ts";
import {
  createEventFunctions,
  ledgerTableArn,
  setUpEventTables,
  toSqsEvent,
  type ConnectedAccount,
} from "../../test/support/event-functions.ts";
import { beginMs } from "./arrivals.ts";

/** How Lambda batches (Lambda developer guide, SQS and DynamoDB event sources): it looks into a shard four times a second. */
const tickMs = 250;
/** Lambda starts with five batches of a queue at a time. */
const pollers = 5;
const queueWindowTicks = (queueBatches.windowSeconds * 1000) / tickMs;
const streamWindowTicks = Math.max(1, (streamBatches.windowSeconds * 1000) / tickMs);
/** Of a new table on demand. */
const shards = 4;

export interface PipelineUse {
  events: number;
  /** JSON in the queue, in bytes. */
  eventBytes: number;
  /** Records of each batch. */
  queueBatches: number[];
  streamBatches: number[];
  /** What the functions counted: a line of their logs each. */
  logLines: number;
  database: Consumption;
  cpuSeconds: number;
}

/** What comes into the queue, in order. */
export interface Delivery {
  /** Since the begin. */
  atMs: number;
  body: string;
}

export interface Pipeline {
  /** Not counted in `run`. */
  prepare: (bodies: readonly string[]) => Promise<void>;
  run: (deliveries: readonly Delivery[]) => Promise<PipelineUse>;
  /** What AWS would bill as stored by now, in bytes: of all tables and indexes. */
  storedBytes: () => Promise<number>;
  stop: () => Promise<void>;
}

export const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const isProjected = ({ dynamodb: { Keys } }: StreamRecord): boolean =>
  projectedKeyPrefixes.some((prefix) => Keys["pk"]?.S?.startsWith(prefix));

const shardOf = ({ dynamodb: { Keys } }: StreamRecord): number => {
  let sum = 0;
  for (const char of Keys["pk"]?.S ?? "") sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return sum % shards;
};

const scope = { accountId: "111111111111", region: "us-east-1" };

/** "DynamoDB … adds a per-item storage overhead of 100 bytes" (DynamoDB pricing page), in tables and in indexes. */
const overheadBytes = 100;
const stored = [{ TableName: "Ledger" }, { TableName: "Ledger", IndexName: "gsi1" }, { TableName: "Directory" }];

async function sizeOf({ execute }: DynamoDb, source: { TableName: string; IndexName?: string }): Promise<number> {
  let bytes = 0;
  let ExclusiveStartKey: unknown;
  do {
    const page = await execute("Scan", { ...source, ExclusiveStartKey }, scope);
    for (const item of page["Items"] as Item[]) bytes += overheadBytes + itemSizeBytes(item);
    ExclusiveStartKey = page["LastEvaluatedKey"];
  } while (ExclusiveStartKey !== undefined);
  return bytes;
}

export async function startPipeline(random: Random, accounts: readonly ConnectedAccount[]): Promise<Pipeline> {
  let nowMs = beginMs;
  const clock = () => nowMs;
  const service = createDynamoDb({ state: openState(), clock, defaultAccountId: scope.accountId });
  const client = createDirectClient(service, { maxAttempts: 5 });
  await setUpEventTables(client, accounts);

  let use: PipelineUse;
  const functions = createEventFunctions({
    clock,
    waiting: { sleep: async () => {}, random: () => 0.5 },
    count: () => {
      use.logLines += 1;
    },
  });
  const categorize = functions.categorizer(client);
  const project = functions.projector(client);
  const streams = Array.from({ length: shards }, (): StreamRecord[] => []);
  service.subscribe(ledgerTableArn, (records) => {
    for (const record of records.filter(isProjected)) streams[shardOf(record)]!.push(record);
  });

  const categorizeBatch = async (bodies: string[]) => {
    use.queueBatches.push(bodies.length);
    const { batchItemFailures } = await categorize(
      toSqsEvent(bodies.map((body, index) => ({ messageId: `message-${index}`, body }))),
    );
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} events could not be stored.`);
  };

  const categorizeAll = async (bodies: string[]) => {
    for (let start = 0; start < bodies.length; start += queueBatches.maxMessages)
      await categorizeBatch(bodies.slice(start, start + queueBatches.maxMessages));
  };

  /** One batch of each shard that has any. */
  const projectOnce = () =>
    Promise.all(
      streams.map(async (records, shard) => {
        const Records = records.splice(0, streamBatches.maxRecords);
        if (Records.length === 0) return;
        use.streamBatches.push(Records.length);
        await project({ Records, shardId: `shardId-${shard}` } as WindowedStreamEvent);
      }),
    );

  const projectAll = async () => {
    while (streams.some((records) => records.length > 0)) await projectOnce();
  };

  const begin = () => {
    use = {
      events: 0,
      eventBytes: 0,
      queueBatches: [],
      streamBatches: [],
      logLines: 0,
      database: { readUnits: 0, writeUnits: 0, calls: {} },
      cpuSeconds: 0,
    };
  };

  return {
    prepare: async (bodies) => {
      begin();
      await categorizeAll([...bodies]);
      await projectAll();
    },
    run: async (deliveries) => {
      const waiting = deliveries.map(({ atMs, body }) => ({
        tick: Math.floor(atMs / tickMs),
        body,
        poller: random.integer(0, pollers - 1),
      }));
      begin();
      use.events = waiting.length;
      use.eventBytes = waiting.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      service.resetConsumed();
      const startedAt = process.cpuUsage();

      const batches = Array.from({ length: pollers }, (): string[] => []);
      let next = 0;
      for (let tick = 0; next < waiting.length || batches.some((batch) => batch.length > 0); tick += 1) {
        nowMs = beginMs + tick * tickMs;
        for (; waiting[next] !== undefined && waiting[next]!.tick <= tick; next += 1)
          batches[waiting[next]!.poller]!.push(waiting[next]!.body);
        const due = batches.filter((_, poller) => (tick + poller) % queueWindowTicks === 0);
        await Promise.all(due.map((batch) => categorizeAll(batch.splice(0))));
        if (tick % streamWindowTicks === 0) await projectOnce();
      }
      await projectAll();

      use.cpuSeconds = cpuSeconds(startedAt);
      use.database = service.consumed();
      return use;
    },
    storedBytes: async () => {
      const sizes = await Promise.all(stored.map((source) => sizeOf(service, source)));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    stop: () => service.stop(),
  };
}
