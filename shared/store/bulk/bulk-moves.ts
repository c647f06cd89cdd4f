// Bulks in the Directory table from one state to another, and to another time. Each move is one transaction with the bulk's
// place: in its connection's line (line.ts), or on the list of what is due (due-list.ts).
import { TransactWriteCommand, UpdateCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { countOfBlocks, type BulkCounts } from "../../domain/bulk-progress.ts";
import { failedConditions, isConditionFailed, isTransactionConflict } from "../condition.ts";
import { batchWrite, type Key, type Table } from "../dynamo-batch.ts";
import { orUnavailable, unavailable, waitBeforeTry, type Waiting } from "../dynamo-retry.ts";
import {
  bulkExpiry,
  bulkKey,
  contentKeys,
  listKey,
  recipientsKey,
  type BulkState,
  type StoredBulk,
} from "./bulk-item.ts";
import { dueItem, dueKey } from "./due-list.ts";
import { entryItem, entryKey } from "./line.ts";

type TransactWrite = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Members to be set of another item, with a move or not at all. */
export interface MemberChange {
  key: Key;
  members: Record<string, number>;
}

/** A busy bulk's own item is written several times a second. */
const maxTries = 20;
const piecesAtOnce = 20;

export function createBulkMoves({ client, tableName, waiting }: Table & { waiting: Waiting }) {
  /**
   * Moves a bulk to another state, and into its line or out of it, if it is in one of the given states, and due when it was
   * due when it was read. What it sends is gone once it has ended.
   * @param counts only while its recipients are as they were
   * @returns whether it was; the same again is false
   */
  async function changeState(
    tenantId: string,
    bulk: StoredBulk,
    from: readonly BulkState[],
    to: BulkState,
    { nowMs, fence, counts = {} }: { nowMs: number; fence?: number; counts?: Partial<BulkCounts> },
  ): Promise<boolean> {
    const isEnd = to === "finished" || to === "cancelled";
    const states = Object.fromEntries(from.map((state, index) => [`:from${index}`, state]));
    const { scheduledAtMs } = bulk;
    const conditions = [
      `#state IN (${Object.keys(states).join(", ")})`,
      ...(fence === undefined ? [] : ["fence = :fence"]),
      ...(scheduledAtMs === undefined ? [] : ["scheduledAtMs = :due"]),
      ...Object.keys(counts).map((status) => `counts.#${status} = :${status}`),
    ];
    const change: TransactWrite = {
      Update: {
        TableName: tableName,
        Key: bulkKey(tenantId, bulk.bulkId),
        UpdateExpression: `SET #state = :to${isEnd ? ", finishedAtMs = :now" : ""}`,
        ConditionExpression: conditions.join(" AND "),
        ExpressionAttributeNames: {
          "#state": "state",
          ...Object.fromEntries(Object.keys(counts).map((status) => [`#${status}`, status])),
        },
        ExpressionAttributeValues: {
          ...states,
          ":to": to,
          ...(isEnd ? { ":now": nowMs } : {}),
          ...(fence === undefined ? {} : { ":fence": fence }),
          ...(scheduledAtMs === undefined ? {} : { ":due": scheduledAtMs }),
          ...Object.fromEntries(Object.entries(counts).map(([status, many]) => [`:${status}`, many])),
        },
      },
    };
    const place: TransactWrite =
      to === "active"
        ? { Put: { TableName: tableName, Item: entryItem(tenantId, bulk) } }
        : { Delete: { TableName: tableName, Key: entryKey(tenantId, bulk) } };
    const waitsForTime = from.includes("scheduled") && scheduledAtMs !== undefined;
    const isMoved = await writeIfFirstHolds([change, place, ...(waitsForTime ? [remove(dueKey(tenantId, bulk))] : [])]);
    if (isMoved && isEnd) await removeContent(tenantId, bulk);
    return isMoved;
  }

  /** What cannot be removed now expires with the bulk. */
  async function removeContent(tenantId: string, bulk: StoredBulk): Promise<void> {
    const removals = contentKeys(tenantId, bulk).map((key) => ({ remove: key }));
    await batchWrite({ client, tableName }, removals, waiting).catch(() => undefined);
  }

  const remove = (Key: Key): TransactWrite => ({ Delete: { TableName: tableName, Key } });

  /** False when the condition of the first write does not hold: then nothing was written. */
  async function writeIfFirstHolds(TransactItems: TransactWrite[]): Promise<boolean> {
    for (let tries = 1; ; tries++)
      try {
        await client.send(new TransactWriteCommand({ TransactItems }));
        return true;
      } catch (error) {
        if (failedConditions(error).includes(0)) return false;
        if (!isTransactionConflict(error)) return orUnavailable(Promise.reject(error));
        if (tries === maxTries) throw unavailable(error);
        await waitBeforeTry(waiting, tries);
      }
  }

  /**
   * Another time for a bulk that waits for its time.
   * @param beside changes of other items, with it or not at all
   * @returns whether it did; false, too, when its time was changed since it was read
   */
  async function reschedule(
    tenantId: string,
    bulk: StoredBulk,
    scheduledAtMs: number,
    beside: readonly MemberChange[] = [],
  ): Promise<boolean> {
    if (scheduledAtMs === bulk.scheduledAtMs) return bulk.state === "scheduled";
    const later: StoredBulk = { ...bulk, scheduledAtMs };
    const expiresAtSeconds = bulkExpiry(later);
    if (expiresAtSeconds > bulkExpiry(bulk)) await keepPieces(tenantId, bulk, expiresAtSeconds);
    const change: TransactWrite = {
      Update: {
        TableName: tableName,
        Key: bulkKey(tenantId, bulk.bulkId),
        UpdateExpression: "SET scheduledAtMs = :later, expiresAtSeconds = :expiry",
        ConditionExpression: "#state = :scheduled AND scheduledAtMs = :due",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ":later": scheduledAtMs,
          ":expiry": expiresAtSeconds,
          ":scheduled": "scheduled",
          ":due": bulk.scheduledAtMs,
        },
      },
    };
    const listed = {
      Put: { TableName: tableName, Item: { ...listKey(tenantId, bulk), bulkId: bulk.bulkId, expiresAtSeconds } },
    };
    return writeIfFirstHolds([
      change,
      remove(dueKey(tenantId, bulk)),
      { Put: { TableName: tableName, Item: dueItem(tenantId, later) } },
      ...(bulk.kind === "bulk" ? [listed] : []),
      ...beside.map(({ key, members }) => ({
        Update: {
          TableName: tableName,
          Key: key,
          UpdateExpression: `SET ${Object.keys(members)
            .map((name) => `${name} = :${name}`)
            .join(", ")}`,
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(members).map(([name, value]) => [`:${name}`, value]),
          ),
        },
      })),
    ]);
  }

  /** What is sent, and to whom, is there for as long as the bulk itself; of one that has just ended it is gone. */
  async function keepPieces(tenantId: string, bulk: StoredBulk, expiresAtSeconds: number): Promise<void> {
    const { bulkId, total } = bulk;
    const keys = [
      ...contentKeys(tenantId, bulk),
      ...Array.from({ length: countOfBlocks(total) }, (_, block) => recipientsKey(tenantId, bulkId, block)),
    ];
    for (let from = 0; from < keys.length; from += piecesAtOnce)
      await Promise.all(keys.slice(from, from + piecesAtOnce).map((key) => keepPiece(key, expiresAtSeconds)));
  }

  async function keepPiece(Key: Key, expiresAtSeconds: number): Promise<void> {
    const update = new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: "SET expiresAtSeconds = :expiry",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":expiry": expiresAtSeconds },
    });
    try {
      await client.send(update);
    } catch (error) {
      if (!isConditionFailed(error)) await orUnavailable(Promise.reject(error as Error));
    }
  }

  return { changeState, reschedule };
}
