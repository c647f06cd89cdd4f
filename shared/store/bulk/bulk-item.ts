// The items of bulks in the Directory table, and what they say. A bulk is anything that a line sends: a bulk of the API, the
// part of a mail that its account's rate did not take at once, a mail for later.
//
//   bulk         BULK#<tenantId>#<bulkId> / BULK                 its state, what its recipients add up to
//   content      BULK#<tenantId>#<bulkId> / CONTENT#<n>          what is sent: bytes of JSON, in parts
//   recipients   BULK#<tenantId>#<bulkId>#<block> / TO           50 of them, each block a partition of its own: writing
//   states       BULK#<tenantId>#<bulkId>#<block> / STATE        and reading a large bulk meets no partition's limit
//   listed       BULKS#<tenantId> / <createdAt>#<bulkId>         bulks of the API, to list them
//                MAILS#<tenantId> / <createdAt>#<bulkId>         the others, to find people in them
//   in line      LINE#<tenantId>#<connectionId> / Q#…            line.ts
//   due          DUE#<shard> / …                                 due-list.ts
//
// All expire `mailKeptDays` after the day the bulk is due; the content goes when the bulk has ended.
import { mailKeptDays } from "../../contract/api/mail.ts";
import type { BlockStates, BulkCounts } from "../../domain/bulk-progress.ts";
import type { Item, Key } from "../dynamo-batch.ts";

/**
 * `scheduled` waits for its time, `active` is in its connection's line. From `cancelled` and `finished` nothing leads back.
 */
export type BulkState = "scheduled" | "active" | "paused" | "cancelled" | "finished";

/** Whose rest it is: a mail goes before bulks. */
export type BulkKind = "bulk" | "mail";

export interface NewBulk {
  bulkId: string;
  kind: BulkKind;
  connectionId: string;
  createdAtMs: number;
  /** When it is to be sent, if that is not now. */
  scheduledAtMs?: number;
  name?: string;
  /** For whoever looks at it: the sender as it was written, the subject before it is filled in. */
  from: string;
  subject: string;
  total: number;
  contentParts: number;
}

export interface StoredBulk extends NewBulk {
  state: BulkState;
  counts: BulkCounts;
  /** So many blocks from the first on have nobody left. */
  doneBlocks: number;
  /** Of the worker that has begun to send it last. */
  fence: number;
  finishedAtMs?: number;
}

export interface StoredBlock {
  /** One higher with each write; 0 before the first. */
  version: number;
  states: BlockStates;
}

const secondsOfDay = 86_400;

export const dueAtMs = ({ createdAtMs, scheduledAtMs = createdAtMs }: Pick<NewBulk, "createdAtMs" | "scheduledAtMs">) =>
  scheduledAtMs;

export const bulkExpiry = (bulk: Pick<NewBulk, "createdAtMs" | "scheduledAtMs">): number =>
  Math.floor(dueAtMs(bulk) / 1000) + mailKeptDays * secondsOfDay;

export const bulkPartition = (tenantId: string, bulkId: string): string => `BULK#${tenantId}#${bulkId}`;
export const bulkKey = (tenantId: string, bulkId: string): Key => ({ pk: bulkPartition(tenantId, bulkId), sk: "BULK" });

export const contentKey = (tenantId: string, bulkId: string, part: number): Key => ({
  pk: bulkPartition(tenantId, bulkId),
  sk: `CONTENT#${part}`,
});

/** Of all parts, in their order. */
export const contentKeys = (
  tenantId: string,
  { bulkId, contentParts }: Pick<NewBulk, "bulkId" | "contentParts">,
): Key[] => Array.from({ length: contentParts }, (_, part) => contentKey(tenantId, bulkId, part));

const blockPartition = (tenantId: string, bulkId: string, block: number): string =>
  `${bulkPartition(tenantId, bulkId)}#${block}`;

export const recipientsKey = (tenantId: string, bulkId: string, block: number): Key => ({
  pk: blockPartition(tenantId, bulkId, block),
  sk: "TO",
});

export const statesKey = (tenantId: string, bulkId: string, block: number): Key => ({
  pk: blockPartition(tenantId, bulkId, block),
  sk: "STATE",
});

export const listPartition = (tenantId: string, kind: BulkKind = "bulk"): string =>
  `${kind === "bulk" ? "BULKS" : "MAILS"}#${tenantId}`;
export const listKey = (
  tenantId: string,
  { createdAtMs, bulkId, kind }: Pick<NewBulk, "createdAtMs" | "bulkId" | "kind">,
): Key => ({
  pk: listPartition(tenantId, kind),
  sk: `${new Date(createdAtMs).toISOString()}#${bulkId}`,
});

/** @returns undefined for what has expired and is still there */
export function parseBulk(item: Item | undefined, nowMs: number): StoredBulk | undefined {
  if (!item || Number(item["expiresAtSeconds"]) * 1000 <= nowMs) return undefined;
  const { pk: _pk, sk: _sk, expiresAtSeconds: _expiry, ...bulk } = item;
  return bulk as unknown as StoredBulk;
}

export const parseBlock = (item: Item | undefined): StoredBlock =>
  item ? { version: Number(item["version"]), states: item["states"] as BlockStates } : { version: 0, states: {} };
