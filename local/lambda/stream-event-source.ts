// An event source mapping of a table's stream: one shard, in order, one batch at a time; a batch blocks what follows it
// until it succeeds or is given up. The stream keeps the records, so nothing is lost by stopping here.
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamRecord } from "../dynamodb/stream-record.ts";
import { listFailedItems } from "./batch-response.ts";
import { cutBySize, type EventSource, type StreamSource } from "./event-source.ts";
import type { GivenUpBatch } from "./failure-record.ts";
import { FunctionError } from "./function-error.ts";

export interface StreamEventSourceSettings {
  /** Stable over restarts: the stream knows by it what has been handled. */
  id: string;
  streamArn: string;
  batchSize: number;
  windowMs: number;
  /** The function is not called for other records. */
  isWanted: (record: StreamRecord) => boolean;
  /** Infinity: until the record expires, AWS's default. */
  maximumRetries: number;
  maximumAgeMs: number;
  bisects: boolean;
  reportsItemFailures: boolean;
}

interface StreamEventSourceDeps {
  streams: StreamSource;
  clock: () => number;
  invoke: (event: unknown) => Promise<unknown>;
  /** Takes the records that the mapping gives up. Does not throw. */
  giveUp: (batch: Pick<GivenUpBatch, "records" | "condition" | "requestId" | "invokeCount">) => Promise<void>;
  onError: (error: unknown) => void;
}

const firstRetryAfterMs = 100;
const longestRetryAfterMs = 10_000;

const sequenceOf = (record: StreamRecord | undefined) => record?.dynamodb.SequenceNumber ?? "";

export function startStreamEventSource(
  settings: StreamEventSourceSettings,
  { streams, clock, invoke, giveUp, onError }: StreamEventSourceDeps,
): EventSource {
  const pending: StreamRecord[] = [];
  const stopping = new AbortController();
  const isStopped = () => stopping.signal.aborted;
  let working = false;
  /** Of all records that came, wanted or not. */
  let lastSeen = "";
  let endWindow = () => {};

  const pause = (attempt: number) =>
    sleep(Math.min(longestRetryAfterMs, firstRetryAfterMs * 2 ** attempt), undefined, {
      signal: stopping.signal,
    }).catch(() => undefined);

  /** Index of the first record that failed, or the length of the batch when none did. */
  const firstFailure = (response: unknown, batch: StreamRecord[]): number => {
    if (!settings.reportsItemFailures) return batch.length;
    const failed = listFailedItems(response, batch.map(sequenceOf));
    const index = batch.findIndex((record) => failed.has(sequenceOf(record)));
    return index === -1 ? batch.length : index;
  };

  const isTooOld = (record: StreamRecord) =>
    clock() - record.dynamodb.ApproximateCreationDateTime * 1000 > settings.maximumAgeMs;

  /** Works on records until each is handled or given up. False when the mapping was stopped before. */
  const work = async (records: StreamRecord[], retries = 0): Promise<boolean> => {
    let batch = records;
    let requestId: string | undefined;
    for (let attempt = retries, pauses = 0; !isStopped();) {
      const old = batch.filter(isTooOld);
      if (old.length > 0) {
        await giveUp({ records: old, condition: "RecordAgeExceeded", requestId, invokeCount: attempt });
        batch = batch.slice(old.length);
      }
      if (batch.length === 0) return true;

      let failedFrom = 0;
      let wasCalled = true;
      try {
        failedFrom = firstFailure(await invoke({ Records: batch }), batch);
      } catch (error) {
        onError(error);
        wasCalled = error instanceof FunctionError;
        if (error instanceof FunctionError) requestId = error.requestId;
      }
      if (isStopped()) return false;
      if (failedFrom > 0) {
        subscription.acknowledge(sequenceOf(batch[failedFrom - 1]));
        batch = batch.slice(failedFrom);
        if (batch.length === 0) return true;
        attempt = 0;
        pauses = 0;
      } else if (wasCalled && settings.bisects && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        return (await work(batch.slice(0, middle), attempt)) && (await work(batch.slice(middle), attempt));
      } else if (wasCalled && attempt >= settings.maximumRetries) {
        await giveUp({ records: batch, condition: "RetryAttemptsExhausted", requestId, invokeCount: attempt + 1 });
        return true;
      }
      await pause(pauses++);
      // What kept the function from being called, a throttle, costs no retry.
      if (wasCalled) attempt += 1;
    }
    return false;
  };

  const gather = async () => {
    if (settings.windowMs === 0 || pending.length >= settings.batchSize) return;
    const window = new AbortController();
    endWindow = () => window.abort();
    const signal = AbortSignal.any([window.signal, stopping.signal]);
    await sleep(settings.windowMs, undefined, { signal }).catch(() => undefined);
  };

  const run = async () => {
    if (working) return;
    working = true;
    while (pending.length > 0 && !isStopped()) {
      await gather();
      const [batch = []] = cutBySize(pending.slice(0, settings.batchSize));
      if (!(await work(batch))) break;
      pending.splice(0, batch.length);
      subscription.acknowledge(sequenceOf(batch.at(-1)));
    }
    if (pending.length === 0 && !isStopped()) subscription.acknowledge(lastSeen);
    working = false;
  };

  const subscription = streams.subscribe(
    settings.streamArn,
    (records) => {
      pending.push(...records.filter(settings.isWanted));
      lastSeen = sequenceOf(records.at(-1));
      if (pending.length >= settings.batchSize) endWindow();
      // The listener may be called while subscribing.
      queueMicrotask(() => void run());
    },
    { consumer: settings.id },
  );

  return {
    isIdle: () => pending.length === 0 && !working,
    flush: () => endWindow(),
    stop: () => {
      stopping.abort();
      subscription.stop();
    },
    remove: () => {
      stopping.abort();
      subscription.forget();
    },
  };
}
