// A batch from the queue: each record is stored, set aside with its reason, or given back to the queue, on its own.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { DeadLetterQueue, SetAsideReason } from "../../shared/aws/dead-letter-queue.ts";
import { AppError, type ErrorCode } from "../../shared/contract/error.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { parseDelivery } from "../../shared/domain/parse.ts";
import type { RecordedEvent } from "../../shared/store/ledger/ledger.ts";
import type { LogFields } from "../runtime/log.ts";
import { categorize, type CategorizeDeps, type CategorizedDelivery } from "./categorize.ts";

export interface CategorizeBatchDeps extends CategorizeDeps {
  deadLetters: DeadLetterQueue;
  count: (metric: Metric, value?: number, fields?: LogFields) => void;
  log: { error: (message: string, fields?: LogFields) => void };
}

/** Errors that no repetition heals. */
const permanent: ReadonlySet<ErrorCode> = new Set(["invalid_request", "unprocessable", "too_large"]);

const isPermanent = (error: unknown): error is AppError => error instanceof AppError && permanent.has(error.code);

type RecordFate = { fate: "done" } | { fate: "retry" } | ({ fate: "setAside" } & SetAsideReason);

/**
 * Never throws for what a record holds. Records named in the answer come again; those that never can be stored went to
 * the dead-letter queue first, or come again when that failed.
 */
export const categorizeBatch =
  (deps: CategorizeBatchDeps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const parsed = event.Records.map((record) => parseDelivery({ Records: [record] }));
    const results = await categorize(deps)(parsed.flat());
    countResults(deps, results);

    let start = 0;
    const retried = await Promise.all(
      event.Records.map(async (record, index) => {
        const own = results.slice(start, (start += parsed[index]!.length));
        const isDone = await settle(deps, record.body, fateOf(deps, record.messageId, own));
        return isDone ? [] : [{ itemIdentifier: record.messageId }];
      }),
    );
    return { batchItemFailures: retried.flat() };
  };

function fateOf(deps: CategorizeBatchDeps, messageId: string, results: CategorizedDelivery[]): RecordFate {
  const errors = results.flatMap((result) => (result.result === "failed" ? result.errors : []));
  const temporary = errors.find((error) => !isPermanent(error));
  if (temporary !== undefined) {
    deps.log.error("A record could not be stored and goes back to the queue.", { messageId, error: temporary });
    return { fate: "retry" };
  }
  const lasting = errors.find(isPermanent);
  if (lasting) return { fate: "setAside", reason: lasting.message, path: lasting.details?.[0]?.path };
  const invalid = results.find((result) => result.result === "invalid");
  return invalid ? { fate: "setAside", reason: invalid.reason, path: invalid.path } : { fate: "done" };
}

/** False when the record must come again. */
async function settle(deps: CategorizeBatchDeps, body: string, fate: RecordFate): Promise<boolean> {
  if (fate.fate !== "setAside") return fate.fate === "done";
  const { reason, path } = fate;
  try {
    await deps.deadLetters.setAside(body, { reason, path });
  } catch (error) {
    deps.log.error("A record could not be set aside and goes back to the queue.", { reason, error });
    return false;
  }
  deps.count("deadLettered", 1, { reason, path });
  return true;
}

const metricOfEvent = {
  stored: "eventsStored",
  duplicate: "eventsDuplicate",
  expired: "eventsExpired",
  erased: "eventsErased",
} as const satisfies Partial<Record<RecordedEvent["result"], Metric>>;

const metricOfDelivery = {
  ignored: "eventsIgnored",
  invalid: "eventsInvalid",
  unconnected: "eventsUnconnected",
} as const satisfies Partial<Record<CategorizedDelivery["result"], Metric>>;

function countResults({ count }: CategorizeBatchDeps, results: CategorizedDelivery[]): void {
  const totals = new Map<Metric, number>();
  const add = (metric: Metric) => totals.set(metric, (totals.get(metric) ?? 0) + 1);
  for (const result of results) {
    if ("events" in result)
      for (const event of result.events) if (event.result !== "failed") add(metricOfEvent[event.result]);
    if (result.result in metricOfDelivery) add(metricOfDelivery[result.result as keyof typeof metricOfDelivery]);
  }
  for (const [metric, total] of totals) count(metric, total);
}
