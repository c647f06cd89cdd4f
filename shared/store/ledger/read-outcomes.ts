// Reads the outcomes of a message, each with all its events, and whatever is stored of an address, item by item.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { compareText } from "../../domain/canonical.ts";
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import { batchGet, type Item, type Key } from "../dynamo-batch.ts";
import { queryAll } from "../dynamo-query.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { messageIndex, messagePartition, outcomePartition, overflowPrefix } from "./keys.ts";
import { getExpiryTest } from "./expiry.ts";
import { parseOutcomeItem, parseOverflowItem, type StoredOutcome } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

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
  const outcomes = await readMessageOutcomes(table, tenantId, messageId);
  return Promise.all(
    outcomes.map(async ({ outcome }) => {
      if (outcome.overflowCount === 0) return outcome;
      const { events } = await readOverflow(table, tenantId, outcome, { limit: maxOverflowRead });
      return withEvents(outcome, events);
    }),
  );
}

/** Of further events, for one list of a message's: some thousands. */
const maxOverflowPages = 4;

/**
 * The same with every event; undefined for a message that has more of them than one request may read.
 * @throws AppError `unavailable`
 */
export async function findWholeMessage(
  table: LedgerTable,
  tenantId: string,
  messageId: string,
): Promise<Outcome[] | undefined> {
  const outcomes: Outcome[] = [];
  let pages = 0;
  for (const { outcome } of await readMessageOutcomes(table, tenantId, messageId)) {
    const further: OutcomeEvent[] = [];
    let after: string | undefined;
    while (outcome.overflowCount > 0) {
      if (pages++ === maxOverflowPages) return undefined;
      const page = await readOverflow(table, tenantId, outcome, { after });
      further.push(...page.events);
      after = page.after;
      if (after === undefined) break;
    }
    outcomes.push(withEvents(outcome, further));
  }
  return outcomes;
}

async function readMessageOutcomes(table: LedgerTable, tenantId: string, messageId: string): Promise<StoredOutcome[]> {
  const [isExpired, keys] = await Promise.all([
    getExpiryTest(table, tenantId),
    listMessageKeys(table, tenantId, messageId),
  ]);
  const items = await batchGet(table, keys, { waiting: table.waiting });
  return items
    .filter((item) => !isExpired(item))
    .map(parseOutcomeItem)
    .toSorted((a, b) => compareText(a.outcome.recipient, b.outcome.recipient));
}

async function listMessageKeys(table: LedgerTable, tenantId: string, messageId: string): Promise<Key[]> {
  const items = await queryAll(table, {
    IndexName: messageIndex,
    KeyConditionExpression: "gsi1pk = :message",
    ExpressionAttributeValues: { ":message": messagePartition(tenantId, messageId) },
  });
  return items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
}

/** Further events of an outcome, in the order of their ids; at most a megabyte of them. */
async function readOverflow(
  table: LedgerTable,
  tenantId: string,
  { recipient, messageId }: Outcome,
  { after, limit }: { after?: string | undefined; limit?: number },
): Promise<{ events: OutcomeEvent[]; after?: string }> {
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: {
          ":pk": outcomePartition(tenantId, recipient),
          ":prefix": overflowPrefix(messageId),
        },
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk: outcomePartition(tenantId, recipient), sk: after } }),
        Limit: limit,
      }),
    ),
  );
  return {
    events: Items.map((item) => parseOverflowItem(item).event),
    ...(LastEvaluatedKey ? { after: String(LastEvaluatedKey["sk"]) } : {}),
  };
}

/** Items of one address that are not expired: outcomes and further events, as they come. */
export async function readRecipientPage(
  table: LedgerTable,
  tenantId: string,
  recipient: string,
  { after, limit }: { after?: string | undefined; limit?: number },
): Promise<{ items: Item[]; after?: string }> {
  const query = new QueryCommand({
    TableName: table.tableName,
    KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
    ExpressionAttributeValues: {
      ":pk": outcomePartition(tenantId, recipient),
      ...(after === undefined ? {} : { ":after": after }),
    },
    Limit: limit,
  });
  const [isExpired, { Items = [], LastEvaluatedKey }] = await Promise.all([
    getExpiryTest(table, tenantId),
    orUnavailable(table.client.send(query)),
  ]);
  return {
    items: Items.filter((item) => !isExpired(item)),
    ...(LastEvaluatedKey ? { after: String(LastEvaluatedKey["sk"]) } : {}),
  };
}
