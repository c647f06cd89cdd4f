// Tumbling windows of a stream's event source: a call learns its shard, its window and the state that the window's last
// call gave. Source: Lambda developer guide, "Implementing stateful DynamoDB stream processing in Lambda".
import type { StreamRecord } from "../dynamodb/stream-record.ts";

interface TumblingWindow {
  lengthMs: number;
  shardId: string;
  streamArn: string;
}

type Invoke = (event: unknown) => Promise<unknown>;

interface OpenWindow {
  startMs: number;
  state: unknown;
}

const stateIn = (response: unknown): unknown => {
  const { state } = (response ?? {}) as { state?: unknown };
  if (typeof state !== "object" || state === null)
    throw new Error("The answer of a function with a tumbling window has no state: Lambda takes it for a failure.");
  return state;
};

/**
 * Calls a function as Lambda does for a mapping with a tumbling window. The final call of a window comes before the
 * first batch of a later one, not at the window's end; a batch belongs to the window of its first record.
 */
export function withTumblingWindow({ lengthMs, shardId, streamArn }: TumblingWindow, invoke: Invoke): Invoke {
  let open: OpenWindow | undefined;

  const call = async (window: OpenWindow, records: readonly StreamRecord[], isFinal: boolean) => {
    const response = await invoke({
      Records: records,
      window: {
        start: new Date(window.startMs).toISOString(),
        end: new Date(window.startMs + lengthMs).toISOString(),
      },
      state: window.state,
      shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    });
    window.state = stateIn(response);
    return response;
  };

  return async (event) => {
    const { Records: records } = event as { Records: StreamRecord[] };
    const arrivedMs = (records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
    const startMs = Math.floor(arrivedMs / lengthMs) * lengthMs;
    if (open && open.startMs < startMs) {
      await call(open, [], true);
      open = undefined;
    }
    open ??= { startMs, state: {} };
    return call(open, records, false);
  };
}
