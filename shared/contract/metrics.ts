// The names under which functions count and infra alarms: one list for both, so no alarm watches a metric nobody writes.

export const metricNamespace = "SESami";

/** Metric → its CloudWatch unit. */
export const metrics = {
  // Sending
  mailSent: "Count",
  /** Waits in a line until the account's rate takes it. */
  mailQueued: "Count",
  /** Waits for its time. */
  mailScheduled: "Count",
  mailSuppressed: "Count",
  mailInvalid: "Count",
  mailFailed: "Count",
  /** SES was called and its answer never came: the mail may have gone out. */
  mailUnknown: "Count",
  /** Momento was down, slow or refused us: STS was asked in its place. */
  credentialCacheFault: "Count",
  // Events
  eventsStored: "Count",
  eventsDuplicate: "Count",
  eventsIgnored: "Count",
  eventsInvalid: "Count",
  /** Of an account that no connection has proven. */
  eventsUnconnected: "Count",
  /** Their message was past its retention. */
  eventsExpired: "Count",
  /** Their message was sent before its recipient was erased. */
  eventsErased: "Count",
  deadLettered: "Count",
  ledgerConflict: "Count",
  projectorLag: "Milliseconds",
  /** Posts to the SNS door that were not SNS's, or not this account's. */
  snsRefused: "Count",
  /** Mails that SES accepted an hour ago and more, and whose Send event has not come: a level, not an increase. */
  sendsWithoutEvent: "Count",
  // Suppressions
  unsubscribed: "Count",
  subscribedAgain: "Count",
  // API
  requestFailed: "Count",
  unauthenticated: "Count",
  connectionBroken: "Count",
} as const satisfies Record<string, "Count" | "Milliseconds">;

export type Metric = keyof typeof metrics;
