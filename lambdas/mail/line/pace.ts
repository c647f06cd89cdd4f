// When the next message of a line goes: evenly at the account's rate, slower while SES asks for it.

export interface Pace {
  /** Resolves when it is the turn of a message to so many recipients. */
  takeTurn: (recipients: number) => Promise<void>;
  /** What SES said of a message's pace. */
  note: (answer: { isThrottled: boolean; recipients?: number }) => void;
  setRate: (ratePerSecond: number) => void;
  /** Recipients a second, as it is now. */
  rate: () => number;
}

/**
 * After a delay of ours so much time is made good, a fifth faster than the rate, and so much of it at once. More would be a
 * burst that SES refuses.
 */
const catchUpMs = 1000;
const atOnceMs = 100;
const catchUpSpeed = 1.2;

/** The share of messages that SES throttles is looked at in spans of a second. */
const spanMs = 1000;
/** Single throttles are no reason to go slower: others send in the account, too. */
const toleratedShare = 0.05;
const slowDown = 0.7;
/** By a tenth: where others send too, it hardly exceeds what is left. */
const speedUp = 1.1;
const slowest = 0.05;

export function createPace(
  { clock, sleep }: { clock: () => number; sleep: (ms: number) => Promise<unknown> },
  ratePerSecond: number,
): Pace {
  let full = ratePerSecond;
  let factor = 1;
  /** When the next one is due at the rate, and when it may go at the earliest. */
  let [dueAtMs, freeAtMs] = [clock(), clock()];
  let span = { startMs: clock(), answers: 0, throttled: 0 };

  const rate = (): number => full * factor;

  return {
    rate,
    setRate: (given) => {
      full = given;
    },
    takeTurn: async (recipients) => {
      const nowMs = clock();
      const takesMs = (recipients / rate()) * 1000;
      dueAtMs = Math.max(dueAtMs, nowMs - catchUpMs);
      const atMs = Math.max(dueAtMs, freeAtMs, nowMs - atOnceMs);
      dueAtMs += takesMs;
      freeAtMs = atMs + takesMs / catchUpSpeed;
      if (atMs > nowMs) await sleep(atMs - nowMs);
    },
    note: ({ isThrottled, recipients = 1 }) => {
      span.answers += 1;
      if (isThrottled) span.throttled += 1;
      // SES has not counted it: its place is the next one's. Of few only; many say that we are too fast.
      if (isThrottled && span.throttled <= full * toleratedShare) dueAtMs -= (recipients / rate()) * 1000;
      const nowMs = clock();
      if (nowMs - span.startMs < spanMs) return;
      const isTooFast = span.throttled / span.answers > toleratedShare;
      factor = isTooFast ? Math.max(slowest, factor * slowDown) : Math.min(1, factor * speedUp);
      span = { startMs: nowMs, answers: 0, throttled: 0 };
    },
  };
}
