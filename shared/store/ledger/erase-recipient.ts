// Puts a pseudonym in the place of an address, in all that is stored of messages sent to it until some time. Each item moves
// to its new key by one transaction, so that however often this runs, or ends half way, nothing is there twice or lost.
// The projector takes what leaves the old key out of lists and counters, and what appears under the new one in.
import { DeleteCommand, GetCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { eraseTags, erasedText, pseudonymizeEvent, pseudonymizeOutcome } from "../../domain/pseudonym.ts";
import type { Pseudonymization } from "../../domain/pseudonym.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { failedConditions, untilWon } from "../condition.ts";
import type { Item, Key } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { outcomePartition, parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem, parseOverflowItem, toOutcomeItem, toOverflowItem } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

export interface RecipientErasure extends Pseudonymization {
  /** ISO 8601 UTC: of messages sent then or before. */
  erasedAt: string;
  /** Sort key of the last item that was gone through; absent: from the beginning. */
  after?: string | undefined;
  /** Of one call, about. */
  maxItems: number;
  /** Called with outcomes before they get the pseudonym, for what else is known by them. What it throws ends the call. */
  onOutcomes?: ((outcomes: readonly Outcome[]) => Promise<void>) | undefined;
}

export interface ErasedItems {
  /** Where to go on; absent when the address has no further items. */
  after?: string;
  /** Outcomes that have the pseudonym now. */
  messages: number;
}

const pageSize = 25;

/**
 * Outcomes go before their further events, as their keys do. So an event that is recorded meanwhile finds no outcome, and
 * makes one of its own, which a later call takes away again: it must be made once nobody records for the address any more.
 * @throws AppError `unavailable`; what was moved until then stays so
 */
export async function eraseRecipient(
  table: LedgerTable,
  tenantId: string,
  { maxItems, ...erasure }: RecipientErasure,
): Promise<ErasedItems> {
  const erased: ErasedItems = { messages: 0 };
  let after = erasure.after;
  for (let items = 0; items < maxItems; items += pageSize) {
    const page = await readItems(table, tenantId, erasure.address, after);
    const [outcomes, further] = [page.items.filter(isOutcome), page.items.filter((item) => !isOutcome(item))];
    const due = outcomes.map((item) => parseOutcomeItem(item).outcome);
    await erasure.onOutcomes?.(due.filter(({ sentAt }) => sentAt <= erasure.erasedAt));
    const moved = await Promise.all(outcomes.map((item) => moveItem(table, item, erasure)));
    await Promise.all(further.map((item) => moveItem(table, item, erasure)));
    erased.messages += moved.filter(Boolean).length;
    after = page.after;
    if (after === undefined) return erased;
  }
  return after === undefined ? erased : { ...erased, after };
}

const isOutcome = (item: Item): boolean => parseOutcomeKey(item as unknown as Key)?.overflowEventId === undefined;

async function readItems(
  table: LedgerTable,
  tenantId: string,
  address: string,
  after: string | undefined,
): Promise<{ items: Item[]; after?: string }> {
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
        ExpressionAttributeValues: {
          ":pk": outcomePartition(tenantId, address),
          ...(after === undefined ? {} : { ":after": after }),
        },
        ConsistentRead: true,
        Limit: pageSize,
      }),
    ),
  );
  return { items: Items, ...(LastEvaluatedKey ? { after: String(LastEvaluatedKey["sk"]) } : {}) };
}

/** Reads again what somebody else wrote in between. True when the item has the pseudonym now. */
async function moveItem(
  table: LedgerTable,
  first: Item,
  erasure: Omit<RecipientErasure, "maxItems">,
): Promise<boolean> {
  let item: Item | undefined = first;
  return orUnavailable(
    untilWon(async () => {
      item ??= await readItem(table, first as unknown as Key);
      const current = item;
      item = undefined;
      if (!current || String(current["sentAt"]) > erasure.erasedAt) return false;
      return replaceItem(table, current, erased(current, erasure));
    }, table.waiting),
  );
}

async function readItem(table: LedgerTable, { pk, sk }: Key): Promise<Item | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.tableName, Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item;
}

function erased(item: Item, by: Pseudonymization): Item {
  if (isOutcome(item)) {
    const stored = parseOutcomeItem(item);
    return toOutcomeItem({ ...stored, outcome: pseudonymizeOutcome(stored.outcome, by) });
  }
  const { head, event, ...stored } = parseOverflowItem(item);
  const subject = head.subject === undefined ? {} : { subject: erasedText };
  return toOverflowItem({
    ...stored,
    head: { ...head, ...subject, recipient: by.pseudonym, tags: eraseTags(head.tags, by) },
    event: pseudonymizeEvent(event, by),
  });
}

/**
 * False when the item has its pseudonym already: what stands in the old place was made since, by somebody who did not
 * know, and goes without taking anything along.
 */
async function replaceItem(table: LedgerTable, from: Item, to: Item): Promise<boolean> {
  const TableName = table.tableName;
  const remove = { TableName, Key: { pk: from["pk"], sk: from["sk"] }, ...whileUnchanged(from) };
  const put = { TableName, Item: to, ConditionExpression: "attribute_not_exists(pk)" };
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: [{ Delete: remove }, { Put: put }] }));
    return true;
  } catch (error) {
    const failed = failedConditions(error);
    if (!failed.includes(1) || failed.includes(0)) throw error;
    await table.client.send(new DeleteCommand(remove));
    return false;
  }
}

const whileUnchanged = (item: Item) =>
  isOutcome(item)
    ? { ConditionExpression: "version = :version", ExpressionAttributeValues: { ":version": item["version"] } }
    : { ConditionExpression: "attribute_exists(pk)" };
