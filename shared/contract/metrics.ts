// The names under which functions count and infra alarms: one list for both, so no alarm watches a metric nobody writes.

export const metricNamespace = "SESami";

/** Metric → its CloudWatch unit. */
export const metrics = {
  // Sending
  mailSent: "Count",
  mailSuppressed: "Count",
  mailInvalid: "Count",
  mailFailed: "Count",
  /** SES was called and its answer never came: the mail may have gone out. */
  mailUnknown: "Count",
  // Events
  eventsStored: "Count",
  eventsDuplicate: "Count",
  eventsIgnored: "Count",
  eventsInvalid: "Count",
  /** Of an account that no connection has proven. */
  eventsUnconnected: "Count",
  /** Their message was past its retention. */
  eventsExpired: "Count",
  deadLettered: "Count",
  ledgerConflict: "Count",
  projectorLag: "Milliseconds",
  // API
  requestFailed: "Count",
  unauthenticated: "Count",
  connectionBroken: "Count",
} as const satisfies Record<string, "Count" | "Milliseconds">;

export type Metric = keyof typeof metrics;
