// What projectors note while a recount is under way: each change of its tenant, with what it added to which counters.
// Written in the transaction that adds, so that the notes and the counters tell the same. Read by recount/.
import { sizeBytesOf } from "../../domain/clip.ts";
import type { Item } from "../dynamo-batch.ts";
import { isOutcome, subjectOf, type LedgerChange, type Stored } from "./change.ts";
import { itemIdOf, type CounterSums } from "./counter-sums.ts";
import { outcomeKey, overflowKey, recountLogPartition, recountLogSortKey } from "./keys.ts";
import type { Position, RecountRun } from "./place.ts";

export interface NotedChange {
  /** The item that changed: its keys in one text. */
  id: string;
  /** Of the outcome; further events have but one, 1. Absent when the item went. */
  version?: number;
  /** It was not there before. */
  appeared?: true;
  /** Counter item → counter → what was added. */
  added: Record<string, Record<string, number>>;
}

/** Counts, on an item of counters, the transactions that added to it during the run. */
export const touchCounter = (runId: string): string => `touched.${runId}`;

/** Notes of one transaction stay well within an item's 400 KB. A change of ordinary mail takes about one. */
export const maxNotesBytes = 200_000;

/** About what it takes in the item. */
export const noteBytesOf = (note: NotedChange): number => sizeBytesOf(JSON.stringify(note));

/** The keys of an outcome, or of one of its further events, in one text. */
export const storedIdOf = (stored: Stored): string => {
  if (isOutcome(stored)) {
    const { recipient, messageId } = stored.outcome;
    return itemIdOf(outcomeKey(stored.tenantId, recipient, messageId));
  }
  const { recipient, messageId } = stored.head;
  return itemIdOf(overflowKey(stored.tenantId, recipient, messageId, stored.event.eventId));
};

/** The outcome's version; further events do not change. */
export const versionOf = (stored: Stored): number => (isOutcome(stored) ? stored.version : 1);

/** @param sums what the change adds in this transaction */
export const noteChange = (change: LedgerChange, sums: CounterSums): NotedChange => ({
  id: storedIdOf(subjectOf(change)),
  ...(change.next ? { version: versionOf(change.next) } : {}),
  ...(change.previous ? {} : { appeared: true }),
  added: Object.fromEntries([...sums].map(([id, { add }]) => [id, Object.fromEntries(add)])),
});

const keptAfterRunSeconds = 86_400;

export const toNotes = (
  { runId, untilSeconds }: RecountRun,
  shardId: string,
  { sequenceNumber, part }: Position,
  changes: readonly NotedChange[],
): Item => ({
  pk: recountLogPartition(runId, shardId),
  sk: recountLogSortKey(sequenceNumber, part),
  changes,
  expiresAtSeconds: untilSeconds + keptAfterRunSeconds,
});

export const parseNotes = (item: Item): NotedChange[] => item["changes"] as NotedChange[];
