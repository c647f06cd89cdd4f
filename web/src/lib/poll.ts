// Gentle repetition while somebody looks: stops while the page is hidden, and with its owner.
import { onCleanup } from "solid-js";

/** Runs `task` every `everyMs` while the page is visible, one at a time. */
export function pollWhileVisible(task: () => Promise<unknown>, everyMs: number): void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (document.hidden || isRunning) return;
    isRunning = true;
    void task().finally(() => (isRunning = false));
  }, everyMs);
  onCleanup(() => clearInterval(timer));
}
