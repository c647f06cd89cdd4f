// What AWS charges in us-east-1, in US dollars and without any free tier: as the price pages named had them when this was
// written. Prices change: look again before you plan with them.

export interface Price {
  usd: number;
  /** Of what; the quantity is in these units. */
  per: string;
  source: string;
}

const million = 1e6;
const GB = 2 ** 30;

/** The unit's divisor is in `of`, so that quantities are plain counts and bytes. */
const priceOf = (usd: number, per: string, source: string, of: number): Price => ({ usd: usd / of, per, source });

const eventBridge = "https://aws.amazon.com/eventbridge/pricing/";
const sqs = "https://aws.amazon.com/sqs/pricing/";
const lambda = "https://aws.amazon.com/lambda/pricing/";
const dynamoDb = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
const cloudWatch = "https://aws.amazon.com/cloudwatch/pricing/";

export const asOf = "November 2026";

export const prices = {
  /**
   * SES's own events come to the customer's bus for nothing. "Events sent from one event bus to another are charged as custom
   * events" (EventBridge user guide, sending events between buses); the sender pays, for each 64 KB begun.
   */
  busToBus: priceOf(1, "event of up to 64 KB, sent to the bus of another account", eventBridge, million),
  /** A target in the same account, such as our queue, costs nothing more. */
  archived: priceOf(0.1, "byte put into the archive", eventBridge, GB),
  /** A request carries up to 64 KB; sending, receiving and deleting are requests. */
  queueRequest: priceOf(0.4, "request of up to 64 KB", sqs, million),
  invocation: priceOf(0.2, "invocation", lambda, million),
  armGbSecond: priceOf(0.000_013_333_4, "GB-second on arm64", lambda, 1),
  /** Reading a table's stream for Lambda costs nothing. */
  writeUnit: priceOf(0.625, "write unit, on demand", dynamoDb, million),
  readUnit: priceOf(0.125, "read unit, on demand", dynamoDb, million),
  logged: priceOf(0.5, "byte of logs taken in", cloudWatch, GB),
  tableMonth: priceOf(0.25, "byte and month in a table or index", dynamoDb, GB),
  backupMonth: priceOf(0.2, "byte and month of point-in-time recovery", dynamoDb, GB),
  archiveMonth: priceOf(0.023, "byte and month in the archive", eventBridge, GB),
} as const satisfies Record<string, Price>;
