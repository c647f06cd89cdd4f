// DynamoDB of the laptop cloud, for all its accounts: puts the parts together, and is what other services see of them.
import { join } from "node:path";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { parseBody } from "../json-input.ts";
import { AwsError, jsonReply, targetOperation, unsupported, type AwsService } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { batchWriteItem } from "./batch-write.ts";
import { createMeter, type Consumption } from "./capacity.ts";
import type { Database, Json, Operations } from "./database.ts";
import { sweepExpired } from "./expiry.ts";
import { createExpiryWatch } from "./expiry-watch.ts";
import { createDynamoDbProviders } from "./providers.ts";
import { createQueries } from "./query.ts";
import { createReads } from "./read.ts";
import { createSingleWrites } from "./single-write.ts";
import { openStorage } from "./storage.ts";
import { createStreams, type Streams } from "./stream.ts";
import { createTableOperations } from "./table-operations.ts";
import { createTables, type Scope } from "./tables.ts";
import { createTransactions } from "./transaction.ts";

export type { Consumption } from "./capacity.ts";
export type { StreamListener, StreamRecord, StreamSubscription, SubscribeOptions } from "./stream-record.ts";
export { transactionCanceled, type CancellationReason } from "./transaction.ts";

export interface DynamoDbDeps {
  state: StateFolder;
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** How often expired items are looked for; 60 seconds by default. */
  ttlSweepMs?: number;
  /** Whose tables a call without a caller means. Without it such a call is refused. */
  defaultAccountId?: string;
  /**
   * Awaited with the operation's name before it begins, with `PutItem:done` (say) once it has succeeded and before it
   * answers, and with `BatchWriteItem:element` or `BatchGetItem:element` for each element of a batch. What it throws is
   * the answer, except that a throttled element is answered as unprocessed.
   */
  faults?: (operation: string) => Promise<void> | void;
}

export interface DynamoDb {
  /** The wire protocol. */
  handle: AwsService;
  /** One operation in process, in DynamoDB's JSON. @throws AwsError as AWS would answer */
  execute: (operation: string, input: Json, scope: Scope) => Promise<Json>;
  /** AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable. */
  providers: ResourceProviders;
  subscribe: Streams["subscribe"];
  /** Removes what has expired by now, and gives how many items; the timer does the same. */
  sweepExpired: () => Promise<number>;
  /** Capacity and calls since the start or the last reset. */
  consumed: () => Consumption;
  resetConsumed: () => void;
  stop: () => Promise<void>;
}

const defaultSweepMs = 60_000;

const operationsOf = (database: Database): Operations => ({
  ...createTableOperations(database),
  ...createReads(database),
  ...createQueries(database),
  ...createSingleWrites(database),
  ...createTransactions(database),
  BatchWriteItem: batchWriteItem(database),
});

/** Keeps its data in the folder `dynamodb` of the state; without a folder, in memory. */
export function createDynamoDb(deps: DynamoDbDeps): DynamoDb {
  const { state, clock, ttlSweepMs = defaultSweepMs, defaultAccountId, faults = () => undefined } = deps;
  const storage = openStorage(state.folder === undefined ? undefined : join(state.folder, "dynamodb"));
  const tables = createTables(storage);
  const streams = createStreams({ storage, tables, clock });
  const meter = createMeter();
  const database: Database = { clock, storage, tables, streams, meter, expiry: createExpiryWatch(), faults };
  const operations = operationsOf(database);

  const open = async () => {
    await storage.open();
    await tables.load();
    await streams.load();
  };
  const opened = open();
  // Whoever calls first learns of a failure; until then it is nobody's.
  opened.catch(() => undefined);

  const execute = async (name: string, input: Json, scope: Scope): Promise<Json> => {
    await opened;
    const operation = operations[name];
    if (!operation) throw unsupported(`dynamodb:${name}`);
    meter.countCall(name);
    await faults(name);
    const output = await operation(input, scope);
    await faults(`${name}:done`);
    return output;
  };

  const sweep = async () => {
    await opened;
    await streams.trim();
    return sweepExpired(database);
  };
  let sweeping: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    sweeping ??= sweep().finally(() => {
      sweeping = undefined;
    });
  }, ttlSweepMs);
  timer.unref();

  return {
    execute,
    handle: async (call) => {
      const accountId = call.caller?.accountId ?? defaultAccountId;
      if (accountId === undefined)
        throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
      const input = parseBody(call) as Json;
      return jsonReply(await execute(targetOperation(call), input, { accountId, region: call.region }), "1.0");
    },
    providers: createDynamoDbProviders({ execute, tables, opened }),
    subscribe: streams.subscribe,
    sweepExpired: sweep,
    consumed: meter.consumed,
    resetConsumed: meter.reset,
    stop: async () => {
      clearInterval(timer);
      await Promise.allSettled([opened, sweeping]);
      await streams.stop();
      await storage.close();
    },
  };
}
