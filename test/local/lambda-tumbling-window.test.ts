// Tumbling windows as Lambda's developer guide documents their calls.
import { expect, test } from "vitest";
import { withTumblingWindow } from "../../local/lambda/tumbling-window.ts";

const streamArn = "arn:aws:dynamodb:us-east-1:111111111111:table/Ledger/stream/2026-11-23T00:00:00.000";
const window = { lengthMs: 900_000, shardId: "shardId-1", streamArn };

const recordAt = (time: string) => ({ dynamodb: { ApproximateCreationDateTime: Date.parse(time) / 1000 } });

const first = { Records: [recordAt("2026-11-23T12:01:00Z")] };
const second = { Records: [recordAt("2026-11-23T12:14:59Z"), recordAt("2026-11-23T12:15:01Z")] };
const later = { Records: [recordAt("2026-11-23T12:40:00Z")] };

/** A function that answers how many times it was called as its state, and what it was called with. */
function counting() {
  const events: Record<string, unknown>[] = [];
  const invoke = async (event: unknown) => {
    events.push(event as Record<string, unknown>);
    return { state: { calls: events.length }, batchItemFailures: [] };
  };
  return { events, invoke };
}

test("a call is told its shard and window, and the state that the last call of the window gave", async () => {
  const { events, invoke } = counting();
  const call = withTumblingWindow(window, invoke);

  await call(first);
  await call(second);

  expect(events).toEqual([
    {
      ...first,
      window: { start: "2026-11-23T12:00:00.000Z", end: "2026-11-23T12:15:00.000Z" },
      state: {},
      shardId: "shardId-1",
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    },
    expect.objectContaining({ ...second, state: { calls: 1 }, isFinalInvokeForWindow: false }),
  ]);
});

test("a window has a final call without records before the next begins with an empty state", async () => {
  const { events, invoke } = counting();
  const call = withTumblingWindow(window, invoke);

  await call(first);
  await call(later);

  expect(events.map(({ Records, state, isFinalInvokeForWindow }) => [Records, state, isFinalInvokeForWindow])).toEqual([
    [first.Records, {}, false],
    [[], { calls: 1 }, true],
    [later.Records, {}, false],
  ]);
});

test("an answer without a state is a failure", async () => {
  const call = withTumblingWindow(window, async () => ({ batchItemFailures: [] }));

  await expect(call(first)).rejects.toThrow("has no state");
});
