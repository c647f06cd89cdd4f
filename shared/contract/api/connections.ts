// Connections: a customer's AWS account and region, and the hop-by-hop proof that it works (GET /verify-sts).
import * as v from "valibot";

export const connectionStates = ["pending", "proven", "verified", "broken"] as const;
export type ConnectionState = (typeof connectionStates)[number];

export const createConnectionRequest = v.strictObject({
  accountId: v.pipe(v.string(), v.regex(/^\d{12}$/, "must be the 12 digits of an AWS account id")),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]{1,20}){1,3}-\d$/, "must be an AWS region like eu-west-1")),
});

export const connectionIdText = v.pipe(
  v.string(),
  v.regex(/^con_[a-z0-9]{1,40}$/, "must be a connection id like con_…"),
);

export const verifyConnectionQuery = v.strictObject({
  /** Default: the oldest that works, else the oldest. */
  connection: v.optional(connectionIdText),
});

/** What SES accepted from us against what it told us of, and against its own figures. */
export interface Reconciliation {
  /** ISO 8601 UTC; it is looked at every hour. */
  checkedAt: string;
  /** Mails that SES accepted from us through this connection. */
  acceptedLast24h: number;
  /** Those of them that are older than an hour and whose Send event has not come. */
  withoutSendEvent: number;
  /** Absent when SES could not be asked. */
  sesReported?: SesReported;
}

/** SES's own figures (SES API, GetSendStatistics). */
export interface SesReported {
  deliveryAttempts: number;
  bounces: number;
  complaints: number;
  rejects: number;
  /** What they cover, for a person to read. */
  note: string;
}

export interface ConnectionView {
  connectionId: string;
  accountId: string;
  region: string;
  state: ConnectionState;
  roleArn: string;
  /** Made by us, unique per connection, not a secret. */
  externalId: string;
  configurationSet: string;
  createdAt: string;
  provenAt?: string;
  verifiedAt?: string;
  /** Where an SNS topic of this account and region may post SES events. A secret: who knows it may try to post. */
  snsEndpoint?: string;
  /** Absent until the first hourly comparison. */
  reconciliation?: Reconciliation;
  /** Opens CloudFormation in the customer's account with everything filled in. */
  quickCreateUrl: string;
  /** What the template's parameters must be, for those who deploy it themselves. */
  templateParameters: Record<string, string>;
}

/** In the order they are tried; a hop after a broken one is `skipped`. */
export const hops = [
  "assumeRole",
  "externalIdEnforced",
  "account",
  "sending",
  "configurationSet",
  "rule",
  "testEvent",
] as const;
export type Hop = (typeof hops)[number];

export interface HopResult {
  hop: Hop;
  /** `waiting`: nothing is wrong, the test event has not arrived yet; ask again in a few seconds. */
  result: "ok" | "broken" | "waiting" | "skipped";
  /** What was seen. */
  message: string;
  /** What to do about it, when it is broken. */
  fix?: string;
}

export interface VerifyConnectionResponse {
  connection: ConnectionView;
  hops: HopResult[];
  /** Known once the sending hop was reached. */
  sending?: { sandbox: boolean; enabled: boolean; maxSendRate: number; max24Hours: number; sentLast24Hours: number };
}
