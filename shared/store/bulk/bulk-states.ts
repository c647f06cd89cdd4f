// What became of a bulk's recipients: states written block by block, together with what they add up to.
//
// Nobody is mailed twice: a recipient is sent to by whoever wrote `begun` where nothing was, and each write holds only if
// the block is as it was read. So it does not matter who still believes to hold the line's lease.
import { TransactWriteCommand, UpdateCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import {
  changedStates,
  countOfBlocks,
  countsBetween,
  noCounts,
  type BulkCounts,
  type StateChange,
} from "../../domain/bulk-progress.ts";
import { failedConditions, isConditionFailed, isTransactionConflict } from "../condition.ts";
import { batchGet, type Table } from "../dynamo-batch.ts";
import { orUnavailable, realWaiting, unavailable, waitBeforeTry, type Waiting } from "../dynamo-retry.ts";
import { bulkExpiry, bulkKey, parseBlock, statesKey, type StoredBlock, type StoredBulk } from "./bulk-item.ts";

export interface BlockChange {
  block: number;
  changes: readonly StateChange[];
}

export interface RecordOptions {
  /** Only while the bulk is active and nobody with a higher fence has taken it over: for who is about to send. */
  fence?: number;
  doneBlocks?: number;
}

/** What is known of the blocks of a bulk, so that most writes need no read before. */
export type KnownBlocks = Map<number, StoredBlock>;

/** DynamoDB takes 100 writes in a transaction; one is the bulk's. */
export const maxBlocksAtOnce = 90;
const maxTries = 12;

export type BulkStates = ReturnType<typeof createBulkStates>;

type TransactWrite = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

export function createBulkStates({ client, tableName, waiting = realWaiting }: Table & { waiting?: Waiting }) {
  const table: Table = { client, tableName };

  /** A consistent read, but for what is to be shown. Blocks nobody has written to are there, too: empty. */
  async function readBlocks(
    tenantId: string,
    bulkId: string,
    blocks: readonly number[],
    { consistent = true } = {},
  ): Promise<KnownBlocks> {
    const keys = blocks.map((block) => statesKey(tenantId, bulkId, block));
    const items = new Map(
      (await batchGet(table, keys, { waiting, consistent })).map((item) => [String(item["pk"]), item]),
    );
    return new Map(blocks.map((block, index) => [block, parseBlock(items.get(keys[index]?.pk ?? ""))]));
  }

  /** The write of the bulk's own item. Undefined when nothing of it changes and nothing depends on it. */
  function bulkWrite(
    tenantId: string,
    bulkId: string,
    counts: BulkCounts,
    { fence, doneBlocks }: RecordOptions,
  ): TransactWrite | undefined {
    const changed = Object.entries(counts).filter(([, more]) => more !== 0);
    const sets = changed.map(([status]) => `counts.#${status} = counts.#${status} + :${status}`);
    if (doneBlocks !== undefined) sets.push("doneBlocks = :doneBlocks");
    const target = { TableName: tableName, Key: bulkKey(tenantId, bulkId) };
    const isOurs =
      fence === undefined
        ? { ConditionExpression: "attribute_exists(pk)" }
        : { ConditionExpression: "#state = :active AND fence = :fence" };
    const values = {
      ...Object.fromEntries(changed.map(([status, more]) => [`:${status}`, more])),
      ...(doneBlocks === undefined ? {} : { ":doneBlocks": doneBlocks }),
      ...(fence === undefined ? {} : { ":fence": fence, ":active": "active" }),
    };
    const names = {
      ...Object.fromEntries(changed.map(([status]) => [`#${status}`, status])),
      ...(fence === undefined ? {} : { "#state": "state" }),
    };
    const expressions = {
      ...isOurs,
      ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    };
    if (sets.length > 0) return { Update: { ...target, ...expressions, UpdateExpression: `SET ${sets.join(", ")}` } };
    return fence === undefined ? undefined : { ConditionCheck: { ...target, ...expressions } };
  }

  /**
   * Merges states into blocks: any write may be repeated, and come in any order. `known` is used, and afterwards is what
   * is stored; the caller looks there whom it has begun.
   * @param changes at most `maxBlocksAtOnce` blocks, each once
   * @returns false when the fence, or the state of the bulk, did not allow it: nothing was written
   * @throws AppError `unavailable`
   */
  async function recordStates(
    tenantId: string,
    bulk: Pick<StoredBulk, "bulkId" | "createdAtMs" | "scheduledAtMs">,
    changes: readonly BlockChange[],
    known: KnownBlocks,
    options: RecordOptions = {},
  ): Promise<boolean> {
    const { bulkId } = bulk;
    const unread = changes.map(({ block }) => block).filter((block) => !known.has(block));
    await refresh(tenantId, bulkId, unread, known);
    for (let tries = 1; ; tries++) {
      const writes = changes.flatMap(({ block, changes: ofBlock }) => {
        const stored = known.get(block) ?? { version: 0, states: {} };
        const states = changedStates(stored.states, ofBlock);
        return states === stored.states ? [] : [{ block, stored, next: { version: stored.version + 1, states } }];
      });
      const counts = { ...noCounts };
      for (const { stored, next } of writes)
        for (const [status, more] of Object.entries(countsBetween(stored.states, next.states)))
          counts[status as keyof BulkCounts] += more;
      const ofBulk = bulkWrite(tenantId, bulkId, counts, options);
      if (!ofBulk && writes.length === 0) return true;
      const puts = writes.map(({ block, stored, next }) => ({
        Put: {
          TableName: tableName,
          Item: { ...statesKey(tenantId, bulkId, block), ...next, expiresAtSeconds: bulkExpiry(bulk) },
          ...(stored.version === 0
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : {
                ConditionExpression: "version = :version",
                ExpressionAttributeValues: { ":version": stored.version },
              }),
        },
      }));
      try {
        await client.send(new TransactWriteCommand({ TransactItems: [...puts, ...(ofBulk ? [ofBulk] : [])] }));
        for (const { block, next } of writes) known.set(block, next);
        return true;
      } catch (error) {
        const failed = failedConditions(error);
        if (ofBulk && failed.includes(puts.length)) return false;
        if (failed.length === 0 && !isTransactionConflict(error)) return orUnavailable(Promise.reject(error));
        if (tries === maxTries) throw unavailable(error);
        await waitBeforeTry(waiting, tries);
        await refresh(
          tenantId,
          bulkId,
          changes.map(({ block }) => block),
          known,
        );
      }
    }
  }

  async function refresh(tenantId: string, bulkId: string, blocks: readonly number[], known: KnownBlocks) {
    if (blocks.length === 0) return;
    for (const [block, stored] of await readBlocks(tenantId, bulkId, blocks)) known.set(block, stored);
  }

  /**
   * From here on this worker sends the bulk, and none with a lower fence begins anyone.
   * @returns false when the bulk is not active, or one with a higher fence has it
   */
  async function takeOver(tenantId: string, bulkId: string, fence: number): Promise<boolean> {
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: bulkKey(tenantId, bulkId),
            UpdateExpression: "SET fence = :fence",
            ConditionExpression: "#state = :active AND fence <= :fence",
            ExpressionAttributeNames: { "#state": "state" },
            ExpressionAttributeValues: { ":fence": fence, ":active": "active" },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  /** All blocks of which something may be open. */
  const readOpenBlocks = (tenantId: string, { bulkId, total, doneBlocks }: StoredBulk): Promise<KnownBlocks> =>
    readBlocks(
      tenantId,
      bulkId,
      Array.from({ length: countOfBlocks(total) - doneBlocks }, (_, index) => doneBlocks + index),
    );

  return { readBlocks, readOpenBlocks, recordStates, takeOver };
}
