// The operator's functions between queue and tables, fed as Lambda feeds them, in a time of their own: over the laptop's
// DynamoDB in memory, through the real SDK, without a network.
import { createDynamoDb, type Consumption, type StreamRecord } from "../local/dynamodb/dynamodb.ts";
import { openState } from "../local/state.ts";
import type { WindowedStreamEvent } from "../lambdas/projector/project-stream.ts";
import { eventBridgeBody } from "../test/support/chaos/deliveries.ts";
import type { Random } from "../test/support/chaos/random.ts";
import { createDirectClient } from "../test/support/direct-client.ts";
import {
  createEventFunctions,
  ledgerTableArn,
  setUpEventTables,
  toSqsEvent,
  type ConnectedAccount,
} from "../test/support/event-functions.ts";
import { beginMs, type Arrival } from "./arrivals.ts";

/** How Lambda batches (Lambda developer guide, SQS and DynamoDB event sources), with the settings of infra/stacks. */
const tickMs = 250;
/** Lambda starts with five batches of a queue at a time; each waits a second for more. */
const pollers = 5;
const queueWindowTicks = 4;
const maxBatch = 100;
/** Of a table on demand; Lambda looks for records in each four times a second. */
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

export interface Pipeline {
  /** Not counted in `run`. */
  prepare: (arrivals: readonly Arrival[]) => Promise<void>;
  run: (arrivals: readonly Arrival[]) => Promise<PipelineUse>;
  /** Bytes that the tables hold by now, indexes not included, and how many items. */
  stop: () => Promise<void>;
}

export const cpuSeconds = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

const shardOf = ({ dynamodb: { Keys } }: StreamRecord): number => {
  let sum = 0;
  for (const char of Keys["pk"]?.S ?? "") sum = (sum * 31 + char.charCodeAt(0)) % 1_000_003;
  return sum % shards;
};

export async function startPipeline(random: Random, accounts: readonly ConnectedAccount[]): Promise<Pipeline> {
  let nowMs = beginMs;
  const clock = () => nowMs;
  const service = createDynamoDb({ state: openState(), clock, defaultAccountId: "111111111111" });
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
    for (const record of records) streams[shardOf(record)]!.push(record);
  });

  const categorizeBatch = async (bodies: string[]) => {
    use.queueBatches.push(bodies.length);
    const { batchItemFailures } = await categorize(
      toSqsEvent(bodies.map((body, index) => ({ messageId: `message-${index}`, body }))),
    );
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} events could not be stored.`);
  };

  const categorizeAll = async (bodies: string[]) => {
    for (let start = 0; start < bodies.length; start += maxBatch)
      await categorizeBatch(bodies.slice(start, start + maxBatch));
  };

  /** One batch of each shard that has any. */
  const projectOnce = () =>
    Promise.all(
      streams.map(async (records, shard) => {
        const Records = records.splice(0, maxBatch);
        if (Records.length === 0) return;
        use.streamBatches.push(Records.length);
        await project({ Records, shardId: `shardId-${shard}` } as WindowedStreamEvent);
      }),
    );

  const projectAll = async () => {
    while (streams.some((records) => records.length > 0)) await projectOnce();
  };

  const bodyOf = ({ fact }: Arrival) => eventBridgeBody(random, fact, fact.copies[0]!);
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
    prepare: async (arrivals) => {
      begin();
      await categorizeAll(arrivals.map(bodyOf));
      await projectAll();
    },
    run: async (arrivals) => {
      const waiting = arrivals.map((arrival) => ({
        tick: Math.floor(arrival.atMs / tickMs),
        body: bodyOf(arrival),
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
        await Promise.all([...due.map((batch) => categorizeAll(batch.splice(0))), projectOnce()]);
      }
      await projectAll();

      use.cpuSeconds = cpuSeconds(startedAt);
      use.database = service.consumed();
      return use;
    },
    stop: () => service.stop(),
  };
}
