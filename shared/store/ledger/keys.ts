// The keys of every item in the Ledger, and how they are read back. What the items hold: the other files here.
import type { EventType } from "../../domain/event.ts";
import type { Key } from "../dynamo-batch.ts";

export const messageIndex = "gsi1";

/** How many partitions the list rows of one day and type are spread over: each takes 1,000 writes a second. */
export const listShards = 4;

export const outcomePartition = (tenantId: string, recipient: string): string => `O#${tenantId}#${recipient}`;

export const outcomeKey = (tenantId: string, recipient: string, messageId: string): Key => ({
  pk: outcomePartition(tenantId, recipient),
  sk: `M#${messageId}`,
});

/** The prefix of an outcome's further events. */
export const overflowPrefix = (messageId: string): string => `M#${messageId}#E#`;

export const overflowKey = (tenantId: string, recipient: string, messageId: string, eventId: string): Key => ({
  pk: outcomePartition(tenantId, recipient),
  sk: `${overflowPrefix(messageId)}${eventId}`,
});

export const messagePartition = (tenantId: string, messageId: string): string => `M#${tenantId}#${messageId}`;

export interface OutcomeAddress {
  tenantId: string;
  recipient: string;
  messageId: string;
  /** Set on an outcome's further events. */
  overflowEventId?: string;
}

/** What the keys of an outcome, or of one of its further events, say; undefined for other items. */
export function parseOutcomeKey({ pk, sk }: Key): OutcomeAddress | undefined {
  const partition = /^O#([^#]+)#(.+)$/s.exec(pk);
  const sort = /^M#([^#]+)(?:#E#([^#]+))?$/s.exec(sk);
  if (!partition || !sort) return undefined;
  const [, tenantId = "", recipient = ""] = partition;
  const [, messageId = "", overflowEventId] = sort;
  return { tenantId, recipient, messageId, ...(overflowEventId === undefined ? {} : { overflowEventId }) };
}

/** UTC. */
export const dayOf = (iso: string): string => iso.slice(0, 10);
export const monthOf = (iso: string): string => iso.slice(0, 7);

/** Event ids are hexadecimal or base64url hashes: any of their characters is as good as random. */
export const listShardOf = (eventId: string): number => {
  let sum = 0;
  for (const char of eventId) sum = (sum * 31 + char.charCodeAt(0)) % 65_521;
  return sum % listShards;
};

export const listPartition = (tenantId: string, day: string, type: EventType, shard: number): string =>
  `T#${tenantId}#${day}#${type}#${shard}`;

/** Events by time, and events of one instant in an order of their own: also the position of a reader. */
export const listSortKey = ({ occurredAt, eventId }: { occurredAt: string; eventId: string }): string =>
  `${occurredAt}#${eventId}`;

export const counterPartition = (tenantId: string, month: string): string => `C#${tenantId}#${month}`;

export const dayCounterSortKey = (day: string): string => `D#${day}`;

export const placeKey = (shardId: string): Key => ({ pk: `P#${shardId}`, sk: "-" });
