// Gentle repetition while somebody looks: stops while the page is hidden, waits longer after failures, ends with its owner.
import { type Accessor, createRenderEffect, createSignal, on, onCleanup, untrack } from "solid-js";

/** After failures in a row the wait doubles up to this. */
const longestWaitMs = 60_000;

/**
 * Runs `task` every `everyMs`, also when that changes, while the page is visible, one at a time, and at once when it becomes visible again.
 * Answers what the last run failed with, if it did.
 */
export function pollWhileVisible(task: () => Promise<unknown>, everyMs: number | (() => number)): Accessor<unknown> {
  const [failure, setFailure] = createSignal<unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failuresInARow = 0;
  let isRunning = false;
  let isOver = false;

  const run = async () => {
    if (isRunning || document.hidden) return;
    clearTimeout(timer);
    isRunning = true;
    try {
      await task();
      failuresInARow = 0;
      setFailure(undefined);
    } catch (error) {
      failuresInARow += 1;
      setFailure(() => error);
    }
    isRunning = false;
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    if (isOver) return;
    const pauseMs = typeof everyMs === "number" ? everyMs : untrack(everyMs);
    timer = setTimeout(() => void run(), Math.min(pauseMs * 2 ** failuresInARow, longestWaitMs));
  };
  const look = () => void run();

  wait();
  // No `createEffect`: below a Suspense its first run comes when the data are there, too late to see that they changed it.
  if (typeof everyMs === "function") createRenderEffect(on(everyMs, () => isRunning || wait(), { defer: true }));
  document.addEventListener("visibilitychange", look);
  onCleanup(() => {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
  });
  return failure;
}
