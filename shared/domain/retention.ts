// How long what belongs to a message is kept: the arithmetic only. Whose setting it is, and the clock, come from outside.

/** In days, from the sending of a message to the expiry of all that belongs to it. */
export const defaultRetentionDays = 400;
export const minRetentionDays = 1;
export const maxRetentionDays = 3650;

const secondsOfDay = 86_400;

/**
 * When what belongs to a message expires, in seconds since 1970: DynamoDB's TTL takes nothing else (a time in milliseconds
 * never comes).
 */
export const expiresAtSecondsOf = (sentAt: string, retentionDays: number): number =>
  Math.floor(Date.parse(sentAt) / 1000) + retentionDays * secondsOfDay;

/** ISO 8601 UTC: what belongs to messages that were sent then or before is expired. */
export const expiredUntil = (nowMs: number, retentionDays: number): string =>
  new Date(nowMs - retentionDays * secondsOfDay * 1000).toISOString();
