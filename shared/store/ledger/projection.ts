// What a batch of the Ledger's stream changes: list rows, written plainly, and counters, in transactions that also move
// the shard's place forward, so that a batch retried or split differently adds nothing twice.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { failedConditions } from "../condition.ts";
import { batchWrite, type Key, type Write } from "../dynamo-batch.ts";
import { orUnavailable, unavailable, waitBeforeTry } from "../dynamo-retry.ts";
import type { LedgerChange } from "./change.ts";
import { addTo, countChange, dimensionsIn, sumsOf, withoutZeros, type CountedChange } from "./counter-sums.ts";
import type { Addition, CounterSums } from "./counter-sums.ts";
import { createDimensionAdmission, type AdmitDimensions, type DimensionKeys } from "./dimension-keys.ts";
import { partitionPrefixes } from "./keys.ts";
import { listRowChanges } from "./list-row.ts";
import { findPlace, isNoted, maxMoveActions, moveOf, type Place, type Position, type TransactItem } from "./place.ts";
import { maxNotesBytes, noteBytesOf, noteChange, toNotes, touchCounter, type NotedChange } from "./recount-log.ts";
import type { LedgerTable } from "./table.ts";

export interface ProjectionBatch {
  /** Of the stream: sequence numbers are compared within it only. */
  shardId: string;
  /** In the order of the shard. */
  changes: readonly LedgerChange[];
  /** Items that somebody wrote to see when the projector has come to them (recount/barrier.ts). */
  barriers?: readonly Key[];
}

/** Of the API: TransactWriteItems takes 100 actions. One is for the notes of a recount. */
const maxCounterItems = 100 - maxMoveActions - 1;
/** Of one item: an UpdateExpression takes 4 KB and 300 operands (DynamoDB limits). */
const maxCountersOfItem = 200;
const maxTries = 5;

/**
 * Applies the changes of one shard, in the order of the shard. Those that its place says are applied are passed over.
 * @throws AppError `unavailable`; what was applied until then stays applied, and is not applied again
 */
export type ApplyProjection = (batch: ProjectionBatch) => Promise<void>;

export function createProjection(table: LedgerTable): ApplyProjection {
  const admit = createDimensionAdmission(table);
  return async ({ shardId, changes, barriers = [] }) => {
    if (changes.length > 0) await applyAll(table, admit, shardId, changes);
    await batchWrite(
      table,
      barriers.map((key) => ({ remove: key })),
      table.waiting,
    );
  };
}

async function applyAll(
  table: LedgerTable,
  admit: AdmitDimensions,
  shardId: string,
  changes: readonly LedgerChange[],
): Promise<void> {
  const counted = changes.map(countChange);
  for (let tries = 1; tries <= maxTries; tries++) {
    if ((await applyFromPlace(table, admit, shardId, counted)) === "done") return;
    await waitBeforeTry(table.waiting, tries);
  }
  throw unavailable(new Error("Another projector moves the place of this shard."));
}

async function applyFromPlace(
  table: LedgerTable,
  admit: AdmitDimensions,
  shardId: string,
  changes: readonly CountedChange[],
): Promise<"done" | "place moved"> {
  let place = await findPlace(table, shardId);
  const pending = changes.filter(({ change }) => isPending(change, place.position));
  const keysByTenant = await admitAll(admit, pending);
  for (const portion of portionsOf(table, place, pending, keysByTenant)) {
    await batchWrite(table, listRowWrites(portion.changes), table.waiting);
    const moved = await addAndMove(table, shardId, portion, place);
    if (!moved) return "place moved";
    place = moved;
  }
  return "done";
}

function isPending({ sequenceNumber }: LedgerChange, position: Position | undefined): boolean {
  if (!position) return true;
  const [at, applied] = [BigInt(sequenceNumber), BigInt(position.sequenceNumber)];
  return at > applied || (at === applied && position.part !== undefined);
}

async function admitAll(admit: AdmitDimensions, changes: readonly CountedChange[]) {
  const wanted = new Map<string, Set<string>>();
  for (const change of changes) {
    const keys = wanted.get(change.tenantId) ?? new Set();
    for (const key of dimensionsIn(change)) keys.add(key);
    wanted.set(change.tenantId, keys);
  }
  const admitted = [...wanted].map(async ([tenantId, keys]) => [tenantId, await admit(tenantId, [...keys])] as const);
  return new Map(await Promise.all(admitted));
}

/** What one transaction counts. */
interface Portion {
  /** Where the place is then. */
  to: Position;
  changes: LedgerChange[];
  sums: CounterSums;
  noted: NotedChange[];
  notedBytes: number;
}

/**
 * As many changes at a time as one transaction can count. A change too large for one is counted in parts, in a fixed
 * order, and a part that was counted before is left out.
 */
function portionsOf(
  table: LedgerTable,
  place: Place,
  changes: readonly CountedChange[],
  keysByTenant: ReadonlyMap<string, DimensionKeys>,
): Portion[] {
  const portions: Portion[] = [];
  for (const counted of changes) {
    const { change, tenantId } = counted;
    const sums = sumsOf(counted, keysByTenant.get(tenantId)!);
    const isNotedChange = isNoted(table, place, tenantId);
    const parts = partsOf(sums);
    const { sequenceNumber } = change;
    const applied = sequenceNumber === place.position?.sequenceNumber ? (place.position.part ?? 0) : 0;
    for (const [index, part] of [...parts.entries()].slice(applied)) {
      const noted = isNotedChange ? [noteChange(change, part)] : [];
      const portion: Portion = {
        to: index + 1 < parts.length ? { sequenceNumber, part: index + 1 } : { sequenceNumber },
        changes: index === 0 ? [change] : [],
        sums: part,
        noted,
        notedBytes: noted.reduce((sum, note) => sum + noteBytesOf(note), 0),
      };
      const last = portions.at(-1);
      if (last && parts.length === 1 && fitsInto(last, portion)) merge(last, portion);
      else portions.push(portion);
    }
  }
  return portions;
}

/** In the order of the items; one part at least, also of a change that adds nothing. */
function partsOf(sums: CounterSums): CounterSums[] {
  const ordered = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const length = Math.max(1, Math.ceil(ordered.length / maxCounterItems));
  return Array.from(
    { length },
    (_, index) => new Map(ordered.slice(index * maxCounterItems, (index + 1) * maxCounterItems)),
  );
}

const fitsInto = (portion: Portion, { sums, notedBytes }: Portion): boolean =>
  portion.to.part === undefined &&
  portion.notedBytes + notedBytes <= maxNotesBytes &&
  new Set([...portion.sums.keys(), ...sums.keys()]).size <= maxCounterItems &&
  [...sums].every(([id, { add }]) => (portion.sums.get(id)?.add.size ?? 0) + add.size <= maxCountersOfItem);

function merge(into: Portion, { to, changes, sums, noted, notedBytes }: Portion): void {
  into.to = to;
  into.changes.push(...changes);
  into.noted.push(...noted);
  into.notedBytes += notedBytes;
  for (const addition of sums.values()) addTo(into.sums, addition);
}

/** The place as it is then; undefined when another writer moved it in between. */
async function addAndMove(
  table: LedgerTable,
  shardId: string,
  { to, sums, noted }: Portion,
  from: Place,
): Promise<Place | undefined> {
  const { actions, place } = moveOf(table, shardId, from, to);
  const noting = from.recount && noted.length > 0 ? from.recount : undefined;
  const updates = [...withoutZeros(sums).values()].map((addition) => updateOf(table, addition, noting));
  if (noting) {
    const notes = toNotes(noting, shardId, to, noted);
    updates.push({ Put: { TableName: table.tableName, Item: notes } });
  }
  try {
    const command = new TransactWriteCommand({ TransactItems: [...actions, ...updates] });
    await orUnavailable(table.client.send(command));
    return place;
  } catch (error) {
    if (failedConditions(error).length > 0) return undefined;
    throw error;
  }
}

function updateOf({ tableName }: LedgerTable, { key, add }: Addition, noting: Place["recount"]): TransactItem {
  const isCounted = noting && key.pk.startsWith(partitionPrefixes(noting.tenantId).counters);
  const touched: [string, number][] = isCounted ? [[touchCounter(noting.runId), 1]] : [];
  const counters = [...add, ...touched];
  return {
    Update: {
      TableName: tableName,
      Key: key,
      UpdateExpression: `ADD ${counters.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(counters.map(([name], index) => [`#c${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(counters.map(([, value], index) => [`:c${index}`, value])),
    },
  };
}

/** The last word on each row that the changes touch. */
function listRowWrites(changes: readonly LedgerChange[]): Write[] {
  const writes = new Map<string, Write>();
  for (const change of changes)
    for (const write of listRowChanges(change)) {
      const { pk, sk } = ("put" in write ? write.put : write.remove) as unknown as Key;
      writes.set(`${pk} ${sk}`, write);
    }
  return [...writes.values()];
}
