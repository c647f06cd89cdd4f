// What Lambda tells an on-failure destination of stream records that it has given up: where they are, not what they say.
// Source: Lambda developer guide, "Retain discarded records for a DynamoDB event source".
import type { StreamRecord } from "../dynamodb/stream-record.ts";

export interface GivenUpBatch {
  functionArn: string;
  streamArn: string;
  shardId: string;
  records: StreamRecord[];
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  /** Absent when the records were too old before the function was called. */
  requestId: string | undefined;
  invokeCount: number;
  nowMs: number;
}

const isoTime = (seconds: number | undefined) => new Date((seconds ?? 0) * 1000).toISOString().replace(".000Z", "Z");

export function failureRecord(batch: GivenUpBatch): Record<string, unknown> {
  const first = batch.records[0]?.dynamodb;
  const last = batch.records.at(-1)?.dynamodb;
  return {
    requestContext: {
      requestId: batch.requestId ?? null,
      functionArn: batch.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(batch.requestId !== undefined && {
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    }),
    version: "1.0",
    timestamp: new Date(batch.nowMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: isoTime(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: isoTime(last?.ApproximateCreationDateTime),
      batchSize: batch.records.length,
      streamArn: batch.streamArn,
    },
  };
}
