// Things that happen later, in the order of their times. Timers never keep the process alive.

export interface Schedule {
  at: (dueAtMs: number, run: () => void) => void;
  /** Runs everything now, in order, also what that adds. */
  runAll: () => void;
  /** Forgets everything. */
  stop: () => void;
}

export function createSchedule(clock: () => number): Schedule {
  const waiting = new Set<{ dueAtMs: number; run: () => void; timer: NodeJS.Timeout }>();

  return {
    at: (dueAtMs, run) => {
      const timer = setTimeout(
        () => {
          waiting.delete(entry);
          run();
        },
        Math.max(0, dueAtMs - clock()),
      );
      timer.unref();
      const entry = { dueAtMs, run, timer };
      waiting.add(entry);
    },
    runAll: () => {
      while (waiting.size > 0) {
        const [first] = [...waiting].toSorted((one, other) => one.dueAtMs - other.dueAtMs);
        if (!first) return;
        clearTimeout(first.timer);
        waiting.delete(first);
        first.run();
      }
    },
    stop: () => {
      for (const { timer } of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
