// How many requests a caller may make, and the window that they are counted in. How many to send: the environment of the function.

/** Windows begin at multiples of it since 1970. */
export const rateWindowSeconds = 10;

/** Of a key and of its account in a window, by what they would use up that all share. */
export const requestLimits = {
  /** A page of events asks DynamoDB dozens of times; and Lambda runs so many functions at once, for all tenants together. */
  reading: { key: 1000, tenant: 2000 },
  /** Keys and settings: a shorter retention rewrites what a tenant has. */
  account: { key: 60, tenant: 60 },
  /** Each check asks STS three times and EventBridge once, in the operator's account. */
  connections: { key: 60, tenant: 60 },
  /** Each erasure goes through the tenant's bulks, by workers that all tenants share. */
  rights: { key: 60, tenant: 60 },
  /** Writes for up to a hundred addresses each. */
  suppressions: { key: 200, tenant: 400 },
  /** Processor time, and 300 KB of storage each. */
  templates: { key: 200, tenant: 400 },
} as const;
