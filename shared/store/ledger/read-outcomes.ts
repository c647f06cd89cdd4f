// Reads outcomes by message and by recipient, each with all its events, those kept as items of their own included.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { compareText } from "../../domain/canonical.ts";
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import { batchGet, type Item, type Key } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { messageIndex, messagePartition, outcomePartition, overflowPrefix, parseOutcomeKey } from "./keys.ts";
import { isExpired, parseOutcomeItem, parseOverflowItem, type StoredOutcome } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

export interface OutcomePage {
  outcomes: Outcome[];
  /** Where the next page begins; absent on the last. */
  position?: OutcomePosition;
}

/** Plain JSON: the sort key of the last item that was read. */
export interface OutcomePosition {
  after: string;
}

/** Of one outcome's further events; `overflowCount` of what is answered says how many are left out. */
const maxOverflowRead = 1000;

const byTime = (a: OutcomeEvent, b: OutcomeEvent): number =>
  compareText(a.occurredAt, b.occurredAt) || compareText(a.eventId, b.eventId);

const withEvents = (outcome: Outcome, further: readonly OutcomeEvent[]): Outcome => ({
  ...outcome,
  events: [...outcome.events, ...further].toSorted(byTime),
  overflowCount: Math.max(0, outcome.overflowCount - further.length),
});

/**
 * What became of a message, one outcome for each recipient and one for its ambiguous events, by recipient. Empty for a
 * message of another tenant.
 * @throws AppError `unavailable`
 */
export async function getMessageOutcomes(table: LedgerTable, tenantId: string, messageId: string): Promise<Outcome[]> {
  const items = await batchGet(table, await listMessageKeys(table, tenantId, messageId), { waiting: table.waiting });
  const outcomes = items
    .filter((item) => !isExpired(item, table.clock()))
    .map(parseOutcomeItem)
    .toSorted((a, b) => compareText(a.outcome.recipient, b.outcome.recipient));
  return Promise.all(outcomes.map((stored) => completeOutcome(table, stored)));
}

async function listMessageKeys(table: LedgerTable, tenantId: string, messageId: string): Promise<Key[]> {
  const keys: Key[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await orUnavailable(
      table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          IndexName: messageIndex,
          KeyConditionExpression: "gsi1pk = :message",
          ExpressionAttributeValues: { ":message": messagePartition(tenantId, messageId) },
          ExclusiveStartKey,
        }),
      ),
    );
    for (const { pk, sk } of page.Items ?? []) keys.push({ pk, sk });
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return keys;
}

async function completeOutcome(table: LedgerTable, { tenantId, outcome }: StoredOutcome): Promise<Outcome> {
  if (outcome.overflowCount === 0) return outcome;
  const { Items = [] } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: {
          ":pk": outcomePartition(tenantId, outcome.recipient),
          ":prefix": overflowPrefix(outcome.messageId),
        },
        Limit: maxOverflowRead,
      }),
    ),
  );
  return withEvents(
    outcome,
    Items.map((item) => parseOverflowItem(item).event),
  );
}

/**
 * A page of what became of every message to an address, in the order of the message ids.
 * @param recipient normalized (shared/domain/address.ts)
 * @throws AppError `unavailable`
 */
export async function getRecipientOutcomes(
  table: LedgerTable,
  tenantId: string,
  recipient: string,
  { position, limit }: { position?: OutcomePosition | undefined; limit: number },
): Promise<OutcomePage> {
  const outcomes: StoredOutcome[] = [];
  let after = position?.after;
  while (outcomes.length <= limit) {
    const page = await readRecipientPage(table, tenantId, recipient, { after, limit: limit + 1 - outcomes.length });
    outcomes.push(...page.items.filter(isOutcome).map(parseOutcomeItem));
    after = page.after;
    if (after === undefined) break;
  }
  const shown = outcomes.slice(0, limit);
  const last = shown.at(-1);
  return {
    outcomes: await Promise.all(shown.map((stored) => completeOutcome(table, stored))),
    // U+FFFF sorts behind the outcome's further events, which begin with the same key.
    ...(outcomes.length > limit && last ? { position: { after: `M#${last.outcome.messageId}#E#\uFFFF` } } : {}),
  };
}

const isOutcome = (item: Item): boolean => parseOutcomeKey(item as unknown as Key)?.overflowEventId === undefined;

/** Items of one address that are not expired: outcomes and further events, as they come. */
export async function readRecipientPage(
  table: LedgerTable,
  tenantId: string,
  recipient: string,
  { after, limit }: { after?: string | undefined; limit?: number },
): Promise<{ items: Item[]; after?: string }> {
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
        ExpressionAttributeValues: {
          ":pk": outcomePartition(tenantId, recipient),
          ...(after === undefined ? {} : { ":after": after }),
        },
        Limit: limit,
      }),
    ),
  );
  return {
    items: Items.filter((item) => !isExpired(item, table.clock())),
    ...(LastEvaluatedKey ? { after: String(LastEvaluatedKey["sk"]) } : {}),
  };
}
