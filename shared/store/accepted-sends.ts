// Mails that SES accepted from us, in the Directory table for two days: until their Send events have come, or should have.
//
//   accepted   R#<tenantId>#<connectionId> / <acceptedAt>#<messageId>
//   spans      R#<tenantId>#<connectionId> / SPANS                      what was found of them, span of time by span
import { GetCommand, PutCommand, QueryCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { acceptedKeptDays } from "../contract/api/recipient-rights.ts";
import { isConditionFailed } from "./condition.ts";
import { batchWrite, type Item } from "./dynamo-batch.ts";
import { realWaiting } from "./dynamo-retry.ts";

export interface AcceptedSend {
  messageId: string;
  /** Normalized (shared/domain/address.ts): as the outcome has it. */
  recipient: string;
  /** ISO 8601 UTC with milliseconds. */
  acceptedAt: string;
}

/** From a time on, and before another; ISO 8601 UTC with milliseconds. */
export interface TimeSpan {
  from: string;
  before: string;
}

/** What was found of the mails accepted in a span of time. */
export interface SendSpan extends TimeSpan {
  accepted: number;
  withoutSendEvent: number;
}

export interface SendSpans {
  /** By time; they neither overlap nor leave a gap. */
  spans: SendSpan[];
  /** One higher with each write; 0 before the first. */
  version: number;
}

export type AcceptedSends = ReturnType<typeof createAcceptedSends>;

export const acceptedKeptSeconds = acceptedKeptDays * 86_400;

export const acceptedPartition = (tenantId: string, connectionId: string): string => `R#${tenantId}#${connectionId}`;
const spansKey = (tenantId: string, connectionId: string) => ({
  pk: acceptedPartition(tenantId, connectionId),
  sk: "SPANS",
});

/** What the mail function writes, together with what else it tells of the mail. */
export const toAcceptedItem = (tenantId: string, connectionId: string, send: AcceptedSend): Item => ({
  pk: acceptedPartition(tenantId, connectionId),
  sk: `${send.acceptedAt}#${send.messageId}`,
  ...send,
  expiresAtSeconds: Math.floor(Date.parse(send.acceptedAt) / 1000) + acceptedKeptSeconds,
});

export function createAcceptedSends({ client, tableName }: { client: DynamoDBDocumentClient; tableName: string }) {
  const inSpan = (tenantId: string, connectionId: string, { from, before }: TimeSpan) => ({
    TableName: tableName,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :before",
    // A sort key is longer than the time it begins with: none equals `before`, all of that moment are greater.
    ExpressionAttributeValues: { ":pk": acceptedPartition(tenantId, connectionId), ":from": from, ":before": before },
  });

  /** @throws AppError `unavailable` */
  const recordAccepted = (tenantId: string, connectionId: string, sends: readonly AcceptedSend[]): Promise<void> =>
    batchWrite(
      { client, tableName },
      sends.map((send) => ({ put: toAcceptedItem(tenantId, connectionId, send) })),
      realWaiting,
    );

  /** By time, a page at a time. */
  async function* listAccepted(
    tenantId: string,
    connectionId: string,
    span: TimeSpan,
  ): AsyncGenerator<AcceptedSend[], void> {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await client.send(new QueryCommand({ ...inSpan(tenantId, connectionId, span), ExclusiveStartKey }));
      yield (page.Items ?? []).map(({ messageId, recipient, acceptedAt }) => ({ messageId, recipient, acceptedAt }));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  async function countAccepted(tenantId: string, connectionId: string, span: TimeSpan): Promise<number> {
    let total = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({ ...inSpan(tenantId, connectionId, span), Select: "COUNT", ExclusiveStartKey }),
      );
      total += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return total;
  }

  async function getSpans(tenantId: string, connectionId: string): Promise<SendSpans> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: spansKey(tenantId, connectionId), ConsistentRead: true }),
    );
    return { spans: (Item?.["spans"] ?? []) as SendSpan[], version: (Item?.["version"] ?? 0) as number };
  }

  /** False when somebody else wrote since `version` was read. */
  async function recordSpans(
    tenantId: string,
    connectionId: string,
    { spans, version }: SendSpans,
    nowMs: number,
  ): Promise<boolean> {
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: {
            ...spansKey(tenantId, connectionId),
            spans,
            version: version + 1,
            expiresAtSeconds: Math.floor(nowMs / 1000) + acceptedKeptSeconds,
          },
          ...(version === 0
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : {
                ConditionExpression: "#version = :version",
                ExpressionAttributeNames: { "#version": "version" },
                ExpressionAttributeValues: { ":version": version },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  return { recordAccepted, listAccepted, countAccepted, getSpans, recordSpans };
}
