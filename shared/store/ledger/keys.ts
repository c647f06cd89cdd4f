// The keys of every item in the Ledger, and how they are read back. What the items hold: the other files here.
import { digest } from "../../domain/clip.ts";
import type { EventType } from "../../domain/event.ts";
import type { Key } from "../dynamo-batch.ts";

export const messageIndex = "gsi1";

/** How many partitions the list rows of one day and type are spread over: each takes 1,000 writes a second. */
export const listShards = 4;

/** What partitions begin with that hold outcomes, list rows and counters: a tenant's, or without one everybody's. */
export const partitionPrefixes = (tenantId?: string) => {
  const of = tenantId === undefined ? "" : `${tenantId}#`;
  return { outcomes: `O#${of}`, rows: `T#${of}`, counters: `C#${of}` };
};

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

/** Of one message of one tenant, and of no other: shorter than the two, as every outcome has it and every write pays for it. */
export const messagePartition = (tenantId: string, messageId: string): string =>
  `M#${digest(JSON.stringify([tenantId, messageId]))}`;

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

/** What the key of a list's partition says; undefined for other keys. */
export function parseListPartition(pk: string): { tenantId: string; day: string; type: EventType } | undefined {
  const [, tenantId, day, type] = /^T#([^#]+)#([^#]+)#([^#]+)#\d+$/.exec(pk) ?? [];
  if (tenantId === undefined || day === undefined) return undefined;
  return { tenantId, day, type: type as EventType };
}

/** Events by time, and events of one instant in an order of their own: also the position of a reader. */
export const listSortKey = ({ occurredAt, eventId }: { occurredAt: string; eventId: string }): string =>
  `${occurredAt}#${eventId}`;

export const parseListSortKey = (sk: string): { occurredAt: string; eventId: string } => {
  const [occurredAt = "", eventId = ""] = sk.split("#");
  return { occurredAt, eventId };
};

export const counterPartition = (tenantId: string, month: string): string => `C#${tenantId}#${month}`;

export const dayCounterSortKey = (day: string): string => `D#${day}`;

/** The day that a counter item is of, by its sort key: of a day, of half hours, or of dimensions. */
export const counterDayOf = (sk: string): string => sk.slice(2, 12);

/** Which dimension keys of the tenant have counters of their own. */
export const dimensionKeysKey = (tenantId: string): Key => ({ pk: `K#${tenantId}`, sk: "-" });

export const placeKey = (shardId: string): Key => ({ pk: `P#${shardId}`, sk: "-" });

/** The list of places: one item a shard. */
export const placeListPartition = "P";

/** The recount that is under way; there is one at most. */
export const recountKey: Key = { pk: "R", sk: "-" };

/** What projectors note of a shard's changes while a recount is under way. */
export const recountLogPartition = (runId: string, shardId: string): string => `R#${runId}#${shardId}`;

/** Sequence numbers have up to 40 digits (DynamoDB Streams API reference, StreamRecord). */
const sequenceDigits = 40;

/** The whole of a change, or its last part, sorts behind its other parts: that is when it is written. */
const wholePart = 9999;

/** In the order in which a shard's notes are written, so that a reader may go on behind the last that it saw. */
export const recountLogSortKey = (sequenceNumber: string, part: number = wholePart): string =>
  `${sequenceNumber.padStart(sequenceDigits, "0")}#${String(part).padStart(4, "0")}`;

const barrierPrefix = "B#";

/** An item written only to see that the projector has come to it. */
export const barrierKey = (barrierId: string, index: number): Key => ({
  pk: `${barrierPrefix}${barrierId}#${index}`,
  sk: "-",
});

export const isBarrierKey = ({ pk }: Key): boolean => pk.startsWith(barrierPrefix);
