// What AWS bills for events on their way from the customer's bus into the tables, by what a pipeline used.
import { defaultRetentionDays } from "../../shared/domain/retention.ts";
import type { PipelineUse } from "./pipeline.ts";
import { prices } from "./prices.ts";

export interface BillItem {
  name: string;
  usd: number;
}

/** infra/stacks/ingest-stack.ts: of the categorizer and the projector both. */
const memoryGb = 512 / 1024;
/** "At 1,769 MB, a function has the equivalent of one vCPU" (Lambda developer guide, memory). */
const processors = 512 / 1769;
/** A call of DynamoDB takes single-digit milliseconds (its product page); this many follow one another in an invocation. */
const callSeconds = 0.008;
const callsInARow = { categorizer: 2, projector: 4 };
/** Metrics in CloudWatch's embedded format, a line each, and Lambda's own three lines of an invocation, in bytes. */
const metricLineBytes = 240;
const invocationLogBytes = 420;
/** Lambda's pollers take ten messages of a standard queue at a time, and delete as many (SQS limits). */
const messagesOfRequest = 10;

const requestsOf = (batches: readonly number[]): number =>
  batches.reduce((sum, size) => sum + Math.ceil(size / messagesOfRequest), 0);

/**
 * Processor time is what this machine took for the functions and for the laptop's DynamoDB together, as if all of it were the
 * functions': too much rather than too little.
 */
function gbSecondsOf({ queueBatches, streamBatches, cpuSeconds }: PipelineUse): number {
  const waited =
    callSeconds * (queueBatches.length * callsInARow.categorizer + streamBatches.length * callsInARow.projector);
  return memoryGb * (waited + cpuSeconds / processors);
}

/** Without what is stored: see `storageBill`. */
export function billOf(use: PipelineUse): BillItem[] {
  const { events, eventBytes, queueBatches, streamBatches, logLines, database } = use;
  const invocations = queueBatches.length + streamBatches.length;
  const logBytes = logLines * metricLineBytes + invocations * invocationLogBytes;
  return [
    { name: "EventBridge, from the customer's bus to ours (the customer's share)", usd: events * prices.busToBus.usd },
    { name: "EventBridge, into the archive", usd: eventBytes * prices.archived.usd },
    {
      name: "SQS, sent, received and deleted",
      usd: (events + 2 * requestsOf(queueBatches)) * prices.queueRequest.usd,
    },
    { name: "Lambda, invocations", usd: invocations * prices.invocation.usd },
    { name: "Lambda, time", usd: gbSecondsOf(use) * prices.armGbSecond.usd },
    { name: "DynamoDB, writes", usd: database.writeUnits * prices.writeUnit.usd },
    { name: "DynamoDB, reads", usd: database.readUnits * prices.readUnit.usd },
    { name: "CloudWatch, logs and metrics taken in", usd: logBytes * prices.logged.usd },
  ];
}

const daysOfMonth = 365 / 12;
/** infra/stacks/ingest-stack.ts. */
const archiveMonths = 30 / daysOfMonth;

/** For as long as things are kept by default. @param tableBytes what the tables and indexes grew by */
export function storageBill(tableBytes: number, { eventBytes }: PipelineUse): BillItem[] {
  const months = defaultRetentionDays / daysOfMonth;
  return [
    {
      name: `storage: tables with point-in-time recovery, ${defaultRetentionDays} days`,
      usd: tableBytes * months * (prices.tableMonth.usd + prices.backupMonth.usd),
    },
    { name: "storage: archive, 30 days", usd: eventBytes * archiveMonths * prices.archiveMonth.usd },
  ];
}
