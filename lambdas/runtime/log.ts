// The functions' only way to say something: one JSON object a line on standard output, and metrics in CloudWatch's
// embedded format. What looks like an address, a key or a token is masked here, whoever logs it.
import { metricNamespace, metrics, type Metric } from "../../shared/contract/metrics.ts";

type Level = "info" | "warn" | "error";

/** What a line may carry. `error` is written as its name, message, code and stack. */
export interface LogFields {
  requestId?: string | undefined;
  error?: unknown;
  [field: string]: unknown;
}

/** Each begins where a word begins and nowhere in it: what a stranger makes us log takes no longer than its length. */
const masks: [RegExp, string][] = [
  [/(?:"[^"]*"|(?<![^\s<>"',;:()[\]\\])[^\s<>"',;:()[\]\\]+)(?:@|%40)[^\s<>"',;:()[\]\\]+/g, "[address]"],
  [/\bsk_[A-Za-z0-9]+/g, "[key]"],
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(\.[\w-]+)?/g, "[token]"],
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}/g, "[access key]"],
];

/** The text without what must not be in a log: addresses, API keys, tokens, access keys. */
export const masked = (text: string): string =>
  masks.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);

const errorFields = (error: unknown): unknown =>
  error instanceof Error
    ? {
        name: error.name,
        message: error.message,
        code: (error as { code?: unknown }).code,
        stack: error.stack,
        cause: error.cause === undefined ? undefined : errorFields(error.cause),
      }
    : error;

const write = (line: object): void => {
  const text = JSON.stringify(line, (_, value: unknown) => (typeof value === "string" ? masked(value) : value));
  // Not console.log: Lambda would put its own words before the JSON.
  process.stdout.write(`${text}\n`);
};

const logAt =
  (level: Level) =>
  (message: string, { error, ...fields }: LogFields = {}): void =>
    write({
      level,
      message,
      time: new Date().toISOString(),
      ...fields,
      ...(error === undefined ? {} : { error: errorFields(error) }),
    });

export const log = { info: logAt("info"), warn: logAt("warn"), error: logAt("error") };

/**
 * Adds to a metric, by a line of CloudWatch's embedded metric format (CloudWatch user guide, "Embedded metric format
 * specification"): no call is made. Dimensions are few and closed, never a tenant; those are fields, for Logs Insights.
 */
export function count(metric: Metric, value = 1, fields: LogFields = {}): void {
  write({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: metricNamespace, Dimensions: [[]], Metrics: [{ Name: metric, Unit: metrics[metric] }] },
      ],
    },
    [metric]: value,
    ...fields,
  });
}
