import { createRoot, createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pollWhileVisible } from "./poll.ts";

describe("polling", () => {
  let hidden = false;
  let dispose = () => {};
  let runs = 0;

  const poll = (task: () => Promise<unknown>, everyMs: number | (() => number) = 1000) =>
    createRoot((end) => {
      dispose = end;
      return pollWhileVisible(() => {
        runs += 1;
        return task();
      }, everyMs);
    });

  beforeEach(() => {
    vi.useFakeTimers();
    hidden = false;
    runs = 0;
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  });
  afterEach(() => {
    dispose();
    vi.useRealTimers();
    Reflect.deleteProperty(document, "hidden");
  });

  test("runs again and again, until its owner is gone", async () => {
    poll(() => Promise.resolve());

    await vi.advanceTimersByTimeAsync(3000);
    dispose();
    await vi.advanceTimersByTimeAsync(5000);

    expect(runs).toBe(3);
  });

  test("runs one at a time", async () => {
    poll(() => new Promise(() => {}));

    await vi.advanceTimersByTimeAsync(10_000);
    document.dispatchEvent(new Event("visibilitychange"));

    expect(runs).toBe(1);
  });

  test("rests while nobody looks, and runs at once when somebody does", async () => {
    poll(() => Promise.resolve());
    hidden = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(0);

    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);

    expect(runs).toBe(1);
  });

  test("waits twice as long after each failure in a row, and says what failed", async () => {
    const failure = poll(() => Promise.reject(new Error("offline")));

    await vi.advanceTimersByTimeAsync(1000);
    expect(failure()).toMatchObject({ message: "offline" });
    await vi.advanceTimersByTimeAsync(1999);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(runs).toBe(2);
  });

  test("is well again after a success", async () => {
    const answers = [Promise.reject(new Error("offline")), Promise.resolve()];
    answers[0]?.catch(() => {});
    const failure = poll(() => answers.shift() ?? Promise.resolve());

    await vi.advanceTimersByTimeAsync(1000 + 2000);

    expect(failure()).toBeUndefined();
    expect(runs).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toBe(3);
  });

  test("does not wait the rest of a long pause when a shorter one is wanted", async () => {
    const [everyMs, setEveryMs] = createSignal(60_000);
    poll(() => Promise.resolve(), everyMs);
    await vi.advanceTimersByTimeAsync(1000);

    setEveryMs(2000);
    await vi.advanceTimersByTimeAsync(2000);

    expect(runs).toBe(1);
  });
});
