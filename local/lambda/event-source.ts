// What event source mappings need of queues and streams, and what all mappings have in common.
import type { StreamListener, StreamSubscription } from "../dynamodb/stream-record.ts";
import type { Queues } from "../sqs/queues.ts";

/** The queues, as a mapping uses them. */
export type QueueSource = Pick<
  Queues,
  "receive" | "deleteMessages" | "onMessage" | "send" | "visibilityTimeoutSeconds"
>;

/** The tables' streams, as a mapping uses them. */
export interface StreamSource {
  subscribe: (streamArn: string, listener: StreamListener, options: { consumer: string }) => StreamSubscription;
}

/** A running mapping of a source to a function. */
export interface EventSource {
  /** Nothing gathered, nothing in flight, and the source was last seen empty. */
  isIdle: () => boolean;
  /** Calls the function with what has been gathered, without waiting for the batching window to end. */
  flush: () => void;
  /** Ends it for this run. What was not handled stays in the source. */
  stop: () => void;
  /** Ends it for good: the mapping has been deleted. */
  remove: () => void;
}

/** A Lambda request holds 6 MB; a batch that would be larger is cut. */
export const maximumBatchBytes = 6 * 1024 * 1024 - 64 * 1024;

/** Cuts records into batches, in order, none larger than fits one call unless a single record is. */
export function cutBySize<Item>(items: readonly Item[], limitBytes: number = maximumBatchBytes): Item[][] {
  const batches: Item[][] = [];
  let sizeBytes = Infinity;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (sizeBytes + itemBytes > limitBytes) {
      batches.push([]);
      sizeBytes = 0;
    }
    sizeBytes += itemBytes;
    batches.at(-1)?.push(item);
  }
  return batches;
}
