// Who goes when: recipients of one account at the account's rate. In this process alone: another one that sends for the
// same account is noticed by SES's throttling.

/** A place in the line, or how long the line is. */
export type Place = { waitMs: number } | { tooLateByMs: number };

export interface Pacer {
  /**
   * Takes a place for a message in the account's line.
   * @param ratePerSecond recipients; a second's worth may go at once after a pause
   * @param withinMs a place later than this is not taken
   */
  takePlace: (account: string, ratePerSecond: number, recipients: number, withinMs: number) => Place;
}

const maxAccounts = 1000;

/** A bucket of tokens for each account, one a recipient. */
export function createPacer(clock: () => number): Pacer {
  const buckets = new Map<string, { tokens: number; filledAtMs: number }>();

  return {
    takePlace: (account, ratePerSecond, recipients, withinMs) => {
      const nowMs = clock();
      const burst = Math.max(1, ratePerSecond);
      const known = buckets.get(account);
      const filled = known ? known.tokens + ((nowMs - known.filledAtMs) / 1000) * ratePerSecond : burst;
      const tokens = Math.min(burst, filled);
      const missing = Math.min(recipients, burst) - tokens;
      const waitMs = missing > 0 ? Math.ceil((missing / ratePerSecond) * 1000) : 0;
      if (waitMs > withinMs) return { tooLateByMs: waitMs - withinMs };
      if (buckets.size >= maxAccounts && !known) buckets.clear();
      buckets.set(account, { tokens: tokens - recipients, filledAtMs: nowMs });
      return { waitMs };
    },
  };
}
