// How fast and how much an account may send, and what it has sent: token bucket, 24 hours, quarter-hour statistics.
import { AwsError } from "../protocol.ts";

const quarterMs = 15 * 60_000;
const dayMs = 24 * 60 * 60_000;
const keptMs = 14 * dayMs;

/** One data point of GetSendStatistics, plus what counts to the daily quota: the simulator's mail does not. */
export interface Activity {
  quarterStartMs: number;
  attempts: number;
  counted: number;
  bounces: number;
  complaints: number;
  rejects: number;
}

export interface Quota {
  /** Recipients a second; a burst of one second's worth is let through. */
  maxSendRate: number;
  /** Recipients in 24 hours; -1 is without limit. */
  max24Hours: number;
  tokens: number;
  refilledAtMs: number;
  activity: Activity[];
}

export const createQuota = (maxSendRate: number, max24Hours: number, nowMs: number): Quota => ({
  maxSendRate,
  max24Hours,
  tokens: maxSendRate,
  refilledAtMs: nowMs,
  activity: [],
});

/** The data point of now; older than two weeks are forgotten. */
export function currentActivity(quota: Quota, nowMs: number): Activity {
  const quarterStartMs = Math.floor(nowMs / quarterMs) * quarterMs;
  const last = quota.activity.at(-1);
  if (last?.quarterStartMs === quarterStartMs) return last;
  const fresh = { quarterStartMs, attempts: 0, counted: 0, bounces: 0, complaints: 0, rejects: 0 };
  quota.activity = [...quota.activity.filter((point) => point.quarterStartMs > nowMs - keptMs), fresh];
  return fresh;
}

export const sentLast24Hours = (quota: Quota, nowMs: number): number =>
  quota.activity.filter((point) => point.quarterStartMs > nowMs - dayMs).reduce((sum, point) => sum + point.counted, 0);

/**
 * Counts a message, or refuses it. Every recipient counts; those of the simulator only to the rate.
 * @throws AwsError `Throttling`, with SES's words.
 */
export function takeQuota(quota: Quota, recipients: number, countedRecipients: number, nowMs: number): void {
  const refill = (Math.max(0, nowMs - quota.refilledAtMs) / 1000) * quota.maxSendRate;
  quota.tokens = Math.min(quota.maxSendRate, quota.tokens + refill);
  quota.refilledAtMs = nowMs;
  if (quota.tokens < Math.min(recipients, quota.maxSendRate))
    throw new AwsError("Throttling", "Maximum sending rate exceeded.");
  if (quota.max24Hours >= 0 && sentLast24Hours(quota, nowMs) + countedRecipients > quota.max24Hours)
    throw new AwsError("Throttling", "Daily message quota exceeded.");
  quota.tokens -= recipients;
  const point = currentActivity(quota, nowMs);
  point.attempts += recipients;
  point.counted += countedRecipients;
}
