// Gives what is stored another expiry, after a tenant's retention was changed: step by step, from the newest day to the
// oldest, and as often as one likes. Its own list rows tell what a tenant has; list rows themselves follow by the projector.
import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { eventTypes } from "../../domain/event.ts";
import { messageRecipient } from "../../domain/outcome.ts";
import { expiresAtSecondsOf, maxRetentionDays } from "../../domain/retention.ts";
import { isConditionFailed } from "../condition.ts";
import { batchGet, type Item, type Key } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { daysWithEvents } from "./day-counters.ts";
import { dayOf, outcomeKey, overflowKey, parseListSortKey } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

/** Plain JSON: everything before it, in the order of the walk, has its new expiry. */
export interface ExpiryRewritePlace {
  /** UTC. */
  day: string;
  partition: string;
  /** The sort key of the last row that was looked at. */
  after: string;
}

export interface ExpiryRewrite {
  retentionDays: number;
  /** ISO 8601 UTC: when the retention was set. No expiry becomes earlier than that. */
  changedAt: string;
  /** Absent: from the beginning. */
  place?: ExpiryRewritePlace | undefined;
}

export interface ExpiryRewriteStep {
  /** Where the next step begins; absent when there is none. */
  place?: ExpiryRewritePlace;
  /** List rows that were looked at. */
  looked: number;
  /** Items that got another expiry. */
  rewritten: number;
}

/** What one step does at most: a few seconds of work, and no more writes at once than a projector keeps up with. */
const maxRowsOfStep = 250;
const maxQueriesOfStep = 40;
const maxParallelWrites = 25;

const dayMs = 86_400_000;
const isoDay = (ms: number): string => dayOf(new Date(ms).toISOString());

interface Row {
  sk: string;
  messageId: string;
  /** null in rows of events that no one recipient can be given. */
  recipient: string | null;
}

/** @throws AppError `unavailable`; what was rewritten until then stays so */
export async function rewriteExpiries(
  table: LedgerTable,
  tenantId: string,
  { retentionDays, changedAt, place }: ExpiryRewrite,
): Promise<ExpiryRewriteStep> {
  const step: ExpiryRewriteStep = { looked: 0, rewritten: 0 };
  let queries = 0;
  for await (const { day, partition } of partitionsFrom(table, tenantId, place)) {
    let after = place?.partition === partition ? place.after : undefined;
    do {
      // One more than the rows of a step would be a step of its own.
      if (queries === maxQueriesOfStep || step.looked >= maxRowsOfStep)
        return { ...step, place: { day, partition, after: after ?? "" } };
      const page = await readRows(table, partition, after, maxRowsOfStep - step.looked);
      step.rewritten += await rewriteItems(table, tenantId, page.rows, { retentionDays, changedAt });
      step.looked += page.rows.length;
      queries++;
      after = page.after;
    } while (after !== undefined);
  }
  return step;
}

/** The partitions of the list that hold any rows, newest day first; those of a day in the order of their names. */
async function* partitionsFrom(
  table: LedgerTable,
  tenantId: string,
  place: ExpiryRewritePlace | undefined,
): AsyncGenerator<{ day: string; partition: string }> {
  const nowMs = table.clock();
  // A clock elsewhere may be ahead of ours. Before the first day whatever retention there is has passed.
  const toDay = place?.day ?? isoDay(nowMs + 2 * dayMs);
  const fromDay = isoDay(nowMs - (maxRetentionDays + 2) * dayMs);
  for await (const { day, partitions } of daysWithEvents(table, tenantId, { fromDay, toDay, types: eventTypes }))
    for (const partition of partitions.toSorted())
      if (day !== place?.day || partition >= place.partition) yield { day, partition };
}

async function readRows(
  table: LedgerTable,
  partition: string,
  after: string | undefined,
  limit: number,
): Promise<{ rows: Row[]; after?: string }> {
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: after ? "pk = :pk AND sk > :after" : "pk = :pk",
        ExpressionAttributeValues: { ":pk": partition, ...(after ? { ":after": after } : {}) },
        ProjectionExpression: "sk, messageId, recipient",
        Limit: limit,
      }),
    ),
  );
  return {
    rows: Items as Row[],
    ...(LastEvaluatedKey ? { after: String(LastEvaluatedKey["sk"]) } : {}),
  };
}

/** @returns how many items got another expiry */
async function rewriteItems(
  table: LedgerTable,
  tenantId: string,
  rows: readonly Row[],
  change: Pick<ExpiryRewrite, "retentionDays" | "changedAt">,
): Promise<number> {
  const placed = rows.map(({ sk, messageId, recipient }) => ({
    messageId,
    recipient: recipient ?? messageRecipient(messageId),
    eventId: parseListSortKey(sk).eventId,
  }));
  const { waiting } = table;
  const outcomeKeys = placed.map(({ recipient, messageId }) => outcomeKey(tenantId, recipient, messageId));
  const outcomes = await batchGet(table, distinct(outcomeKeys), { waiting });
  const outcomeByKey = new Map(outcomes.map((item) => [keyText(item as unknown as Key), item]));
  const overflowed = placed.filter((_, index) => outcomeByKey.get(keyText(outcomeKeys[index]!))?.["overflowCount"]);
  const overflowKeys = overflowed.map((row) => overflowKey(tenantId, row.recipient, row.messageId, row.eventId));
  const overflow = await batchGet(table, distinct(overflowKeys), { waiting });

  const outdated = [...outcomes, ...overflow].filter((item) => isOutdated(item, change, table.clock()));
  let rewritten = 0;
  for (let start = 0; start < outdated.length; start += maxParallelWrites) {
    const portion = outdated.slice(start, start + maxParallelWrites);
    const done = await Promise.all(portion.map((item) => rewriteExpiry(table, item, expiryOf(item, change))));
    rewritten += done.filter(Boolean).length;
  }
  return rewritten;
}

const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const distinct = (keys: readonly Key[]): Key[] => [...new Map(keys.map((key) => [keyText(key), key])).values()];

/**
 * Not before the change: DynamoDB's TTL leaves alone what expired more than five years ago (DynamoDB developer guide, "Using
 * time to live").
 */
const expiryOf = (
  item: Item,
  { retentionDays, changedAt }: Pick<ExpiryRewrite, "retentionDays" | "changedAt">,
): number =>
  Math.max(expiresAtSecondsOf(String(item["sentAt"]), retentionDays), Math.floor(Date.parse(changedAt) / 1000));

/** Has another expiry than it should, and not merely another one that is past, too. */
function isOutdated(item: Item, change: Pick<ExpiryRewrite, "retentionDays" | "changedAt">, nowMs: number): boolean {
  const is = Number(item["expiresAtSeconds"]);
  const should = expiryOf(item, change);
  return is !== should && Math.max(is, should) * 1000 > nowMs;
}

/** False when somebody else wrote the item in between: by the settings of now. */
async function rewriteExpiry(
  table: LedgerTable,
  { pk, sk, sentAt, expiresAtSeconds }: Item,
  to: number,
): Promise<boolean> {
  try {
    await orUnavailable(
      table.client.send(
        new UpdateCommand({
          TableName: table.tableName,
          Key: { pk, sk },
          UpdateExpression: "SET expiresAtSeconds = :to",
          ConditionExpression: "sentAt = :sentAt AND expiresAtSeconds = :read",
          ExpressionAttributeValues: { ":to": to, ":sentAt": sentAt, ":read": expiresAtSeconds },
        }),
      ),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
