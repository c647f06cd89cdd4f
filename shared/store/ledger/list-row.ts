// An event as lists show it, and its row in the Ledger: one row an event, in the partition of its day, type and shard.
import type { Attribution } from "../../domain/event.ts";
import { isSendersTag } from "../../domain/message-tags.ts";
import { messageRecipient, type OutcomeEvent } from "../../domain/outcome.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { Item, Key, Write } from "../dynamo-batch.ts";
import { isOutcome, type LedgerChange, type Stored } from "./change.ts";
import { dayOf, listPartition, listShardOf, listSortKey, parseListPartition, parseListSortKey } from "./keys.ts";
import type { MessageHead } from "./outcome-item.ts";

/** One event with what a list says of its message. A union over `type`, so `detail` narrows with it. */
export type ListedEvent = OutcomeEvent & {
  messageId: string;
  /** When the mail was sent, ISO 8601 UTC. */
  sentAt: string;
  /** null exactly when the attribution is ambiguous. */
  recipient: string | null;
  attribution: Attribution;
  from?: string;
  subject?: string;
  /** The sender's own; those of SES (`ses:`) and of ours are in the outcome. */
  tags: Record<string, string[]>;
};

export interface ListRow {
  tenantId: string;
  event: ListedEvent;
  expiresAtSeconds: number;
}

const ownTags = (tags: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => isSendersTag(name)));

/** Text as it is searched: without regard to capitals and to how its characters are composed. */
export const searchable = (text: string): string => text.normalize("NFKC").toLowerCase();

export function toListedEvent(head: MessageHead, event: OutcomeEvent): ListedEvent {
  const { messageId, recipient, sentAt, from, subject, tags } = head;
  const isAmbiguous = recipient === messageRecipient(messageId);
  return {
    ...event,
    messageId,
    sentAt,
    recipient: isAmbiguous ? null : recipient,
    attribution: isAmbiguous ? "ambiguous" : "exact",
    ...(from === undefined ? {} : { from }),
    ...(subject === undefined ? {} : { subject }),
    tags: ownTags(tags),
  };
}

export const listRowKey = (tenantId: string, event: ListedEvent): Key => ({
  pk: listPartition(tenantId, dayOf(event.occurredAt), event.type, listShardOf(event.eventId)),
  sk: listSortKey(event),
});

/** What a query can filter by stands apart; the rest is one text, which takes less time to marshal and less room. */
export function toListRowItem({ tenantId, event, expiresAtSeconds }: ListRow): Item {
  const { messageId, recipient, sentAt, tags, style, detail, from, subject } = event;
  const judged = "verdict" in event ? event : undefined;
  return {
    ...listRowKey(tenantId, event),
    messageId,
    recipient,
    sentAt,
    tags,
    ...(judged && { verdict: judged.verdict }),
    ...(subject === undefined ? {} : { subjectSearch: searchable(subject) }),
    expiresAtSeconds,
    body: JSON.stringify({ style, detail, from, subject, verdictReason: judged?.verdictReason }),
  };
}

export function parseListRowItem(item: Item): ListedEvent {
  const { pk, sk, messageId, recipient, sentAt, tags, verdict, body } = item as Item & Key;
  const { occurredAt, eventId } = parseListSortKey(sk);
  return {
    eventId,
    type: parseListPartition(pk)?.type,
    occurredAt,
    ...(JSON.parse(body as string) as object),
    ...(verdict === undefined ? {} : { verdict }),
    messageId,
    sentAt,
    recipient,
    attribution: recipient === null ? "ambiguous" : "exact",
    tags,
  } as ListedEvent;
}

/** Newest first; events of one instant by id. */
export const byNewest = (a: ListedEvent, b: ListedEvent): number => (listSortKey(a) < listSortKey(b) ? 1 : -1);

/**
 * What to write when an outcome, or an event of its own, becomes another: its rows that are new or say something else now,
 * and the removal of rows whose event moved to another time. An event that moved out of its outcome keeps its row: it is
 * an item of its own now. What is removed takes its rows along; rows of what expired expire themselves.
 */
export function listRowChanges({ previous, next, expired }: LedgerChange): Write[] {
  if (expired) return [];
  const before = previous ? rowsOf(previous) : new Map<string, Item>();
  if (!next) return [...before.values()].map(({ pk, sk }) => ({ remove: { pk, sk } as Key }));
  const writes: Write[] = [];
  for (const [eventId, row] of rowsOf(next)) {
    const old = before.get(eventId);
    if (old && old["sk"] !== row["sk"]) writes.push({ remove: { pk: old["pk"], sk: old["sk"] } as Key });
    if (!old || canonicalJson(old) !== canonicalJson(row)) writes.push({ put: row });
  }
  return writes;
}

/** The rows of its events, by event id. */
export function rowsOf(stored: Stored): Map<string, Item> {
  const { tenantId, expiresAtSeconds } = stored;
  const [head, events] = isOutcome(stored) ? [stored.outcome, stored.outcome.events] : [stored.head, [stored.event]];
  return new Map(
    events.map((event) => [
      event.eventId,
      toListRowItem({ tenantId, event: toListedEvent(head, event), expiresAtSeconds }),
    ]),
  );
}
