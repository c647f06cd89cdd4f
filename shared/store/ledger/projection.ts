// What a batch of the Ledger's stream changes: list rows, written plainly, and counters, in transactions that also move
// the shard's place forward, so that a batch retried or split differently adds nothing twice.
import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { OutcomeEvent } from "../../domain/outcome.ts";
import { contributionOf, contributionOfEvent, type Contribution } from "../../domain/contribution.ts";
import { failedConditions } from "../condition.ts";
import { batchWrite, type Key, type Write } from "../dynamo-batch.ts";
import { orUnavailable, unavailable, waitBeforeTry } from "../dynamo-retry.ts";
import { counterPartition, dayCounterSortKey, dayOf, listShardOf, placeKey } from "./keys.ts";
import { listRowChanges, toListRowItem, toListedEvent } from "./list-row.ts";
import type { StoredOutcome, StoredOverflowEvent } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

/**
 * One record of the stream that means something: an outcome became another, or one of its further events was stored.
 */
export type LedgerChange = { sequenceNumber: string } & (
  | { previous?: StoredOutcome | undefined; next: StoredOutcome }
  | { overflow: StoredOverflowEvent }
);

/** Of the API: TransactWriteItems takes 100 actions, one of them the place. */
const maxCounterItems = 99;
const maxTries = 5;
const placeKeptSeconds = 30 * 86_400;

/** Counter item → counter → what to add. */
type Sums = Map<string, { key: Key; add: Map<string, number> }>;

/**
 * Applies the changes of one shard, in the order of the shard. Those that its place says are applied are passed over.
 * @param shardId of the stream: sequence numbers are compared within it only.
 * @throws AppError `unavailable`; what was applied until then stays applied, and is not applied again
 */
export async function applyProjection(
  table: LedgerTable,
  { shardId, changes }: { shardId: string; changes: readonly LedgerChange[] },
): Promise<void> {
  for (let tries = 1; tries <= maxTries; tries++) {
    if ((await applyFromPlace(table, shardId, changes)) === "done") return;
    await waitBeforeTry(table.waiting, tries);
  }
  throw unavailable(new Error("Another projector moves the place of this shard."));
}

async function applyFromPlace(
  table: LedgerTable,
  shardId: string,
  changes: readonly LedgerChange[],
): Promise<"done" | "place moved"> {
  let place = await findPlace(table, shardId);
  const applied = place === undefined ? -1n : BigInt(place);
  const pending = changes.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > applied);
  for (const portion of portionsOf(pending)) {
    await batchWrite(table, listRowWrites(portion.changes), table.waiting);
    const next = portion.changes.at(-1)!.sequenceNumber;
    if (!(await addAndMove(table, shardId, portion.sums, place, next))) return "place moved";
    place = next;
  }
  return "done";
}

async function findPlace(table: LedgerTable, shardId: string): Promise<string | undefined> {
  const { Item } = await orUnavailable(
    table.client.send(new GetCommand({ TableName: table.tableName, Key: placeKey(shardId), ConsistentRead: true })),
  );
  return Item?.["sequenceNumber"] as string | undefined;
}

interface Portion {
  changes: LedgerChange[];
  sums: Sums;
}

/** As many changes at a time as one transaction can count. */
function portionsOf(changes: readonly LedgerChange[]): Portion[] {
  const portions: Portion[] = [];
  for (const change of changes) {
    const added = sumsOf(change);
    const last = portions.at(-1);
    if (last && new Set([...last.sums.keys(), ...added.keys()]).size <= maxCounterItems) {
      last.changes.push(change);
      mergeSums(last.sums, added);
    } else portions.push({ changes: [change], sums: added });
  }
  return portions;
}

function sumsOf(change: LedgerChange): Sums {
  const sums: Sums = new Map();
  if ("overflow" in change) {
    const { tenantId, event } = change.overflow;
    for (const part of contributionOfEvent(event)) addPart(sums, tenantId, part, 1);
    addPart(sums, tenantId, rowCount(event), 1);
    return sums;
  }
  for (const [stored, sign] of [
    [change.next, 1],
    [change.previous, -1],
  ] as const) {
    if (!stored) continue;
    for (const part of contributionOf(stored.outcome)) addPart(sums, stored.tenantId, part, sign);
    for (const event of stored.outcome.events) addPart(sums, stored.tenantId, rowCount(event), sign);
  }
  return sums;
}

/** Beside how many events of a type a day has, its counters say how many rows are in which shard of their list. */
const rowCount = (event: OutcomeEvent) => ({
  bucket: dayCounterSortKey(dayOf(event.occurredAt)),
  counter: `${event.type}.${listShardOf(event.eventId)}`,
  value: 1,
});

type Part = Omit<Contribution, "counter"> & { counter: string };

function addPart(sums: Sums, tenantId: string, { bucket, counter, value }: Part, sign: 1 | -1): void {
  const key = { pk: counterPartition(tenantId, bucket.slice(2, 9)), sk: bucket };
  const id = `${key.pk} ${key.sk}`;
  const sum = sums.get(id) ?? { key, add: new Map<string, number>() };
  sum.add.set(counter, (sum.add.get(counter) ?? 0) + sign * value);
  sums.set(id, sum);
}

function mergeSums(into: Sums, added: Sums): void {
  for (const [id, { key, add }] of added) {
    const sum = into.get(id) ?? { key, add: new Map<string, number>() };
    for (const [counter, value] of add) sum.add.set(counter, (sum.add.get(counter) ?? 0) + value);
    into.set(id, sum);
  }
}

/** False when another writer moved the place in between. */
async function addAndMove(
  table: LedgerTable,
  shardId: string,
  sums: Sums,
  from: string | undefined,
  to: string,
): Promise<boolean> {
  const place = {
    TableName: table.tableName,
    Item: {
      ...placeKey(shardId),
      sequenceNumber: to,
      expiresAtSeconds: Math.floor(table.clock() / 1000) + placeKeptSeconds,
    },
    ...(from === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "sequenceNumber = :from", ExpressionAttributeValues: { ":from": from } }),
  };
  const updates = [...sums.values()].flatMap(({ key, add }) => {
    const changed = [...add].filter(([, value]) => value !== 0);
    return changed.length === 0 ? [] : [{ Update: { TableName: table.tableName, Key: key, ...addition(changed) } }];
  });
  try {
    await orUnavailable(table.client.send(new TransactWriteCommand({ TransactItems: [{ Put: place }, ...updates] })));
    return true;
  } catch (error) {
    if (failedConditions(error).includes(0)) return false;
    throw error;
  }
}

const addition = (counters: [name: string, value: number][]) => ({
  UpdateExpression: `ADD ${counters.map((_, index) => `#c${index} :c${index}`).join(", ")}`,
  ExpressionAttributeNames: Object.fromEntries(counters.map(([name], index) => [`#c${index}`, name])),
  ExpressionAttributeValues: Object.fromEntries(counters.map(([, value], index) => [`:c${index}`, value])),
});

/** The last word on each row that the changes touch. */
function listRowWrites(changes: readonly LedgerChange[]): Write[] {
  const writes = new Map<string, Write>();
  for (const change of changes)
    for (const write of writesOf(change)) {
      const { pk, sk } = ("put" in write ? write.put : write.remove) as unknown as Key;
      writes.set(`${pk} ${sk}`, write);
    }
  return [...writes.values()];
}

function writesOf(change: LedgerChange): Write[] {
  if (!("overflow" in change)) return listRowChanges(change.previous, change.next);
  const { tenantId, head, event, expiresAtSeconds } = change.overflow;
  return [{ put: toListRowItem({ tenantId, event: toListedEvent(head, event), expiresAtSeconds }) }];
}
