// Time that stands still while anything works, and jumps when all sleep: hours of waiting in seconds of a test, and the same
// every time as far as the waiting goes.
//
// What it knows to be work: what runs `whileWorking`, WebCrypto, and what waits for its turn. Whatever else takes real time
// (a socket, a file, compression) belongs into `whileWorking`: on a slow machine time would pass it by.
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { threadWork } from "./thread-work.ts";

export interface VirtualTime {
  clock: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Time does not pass before this work is done. */
  whileWorking: <Result>(work: Promise<Result>) => Promise<Result>;
  /** Lets time pass until this is done. */
  runUntil: <Result>(work: Promise<Result>) => Promise<Result>;
  /** For the end of a test, also of one that failed: whoever sleeps is never woken. */
  stop: () => void;
}

/** Real time, in which nobody sleeps and the work is not done. */
const stuckForMs = 60_000;

/** Turns of the event loop in which nothing happens, before time passes. */
const idleTurns = 2;

/** What waits for its turn: streams take some turns between two steps. */
const isAnythingDue = (): boolean => process.getActiveResourcesInfo().includes("Immediate");

export function createVirtualTime(startMs: number): VirtualTime {
  let nowMs = startMs;
  let working = 0;
  let changes = 0;
  let running = 0;
  let isPassing = false;
  let isStopped = false;
  let passing: Promise<void> = Promise.resolve();
  let sleepers: { atMs: number; wake: () => void }[] = [];

  const mayPass = (): boolean => running > 0 && !isStopped;

  const isIdle = async (): Promise<boolean> => {
    const before = changes;
    for (let turns = 0; turns < idleTurns; turns++) {
      await turn();
      if (working > 0 || threadWork.underWay > 0 || changes !== before || isAnythingDue()) return false;
    }
    return true;
  };

  async function pass(): Promise<void> {
    isPassing = true;
    for (let stuckMs = 0; mayPass();) {
      if (!(await isIdle()) || !mayPass()) continue;
      if (sleepers.length === 0) {
        if ((stuckMs += 1) > stuckForMs) throw new Error("Everything waits, and nothing will ever happen.");
        await delay(1);
        continue;
      }
      stuckMs = 0;
      nowMs = Math.max(nowMs, Math.min(...sleepers.map(({ atMs }) => atMs)));
      const woken = sleepers.filter(({ atMs }) => atMs <= nowMs);
      sleepers = sleepers.filter(({ atMs }) => atMs > nowMs);
      for (const { wake } of woken) wake();
    }
    isPassing = false;
  }

  return {
    clock: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        changes += 1;
        sleepers.push({ atMs: nowMs + Math.max(0, ms), wake: resolve });
      }),
    whileWorking: async (work) => {
      working += 1;
      changes += 1;
      try {
        return await work;
      } finally {
        working -= 1;
        changes += 1;
      }
    },
    stop: () => {
      isStopped = true;
    },
    runUntil: async (work) => {
      running += 1;
      const done = work.finally(() => {
        running -= 1;
      });
      done.catch(() => undefined);
      // One of several lets time pass for all.
      if (!isPassing) passing = pass();
      await Promise.race([done, passing.then(() => done)]);
      return done;
    },
  };
}
