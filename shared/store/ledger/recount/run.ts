// A recount from its beginning to its end: one at a time, known to every projector before it looks at anything.
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "../../../contract/error.ts";
import { failedConditions, isConditionFailed } from "../../condition.ts";
import { queryAll } from "../../dynamo-query.ts";
import { orUnavailable, untilServed } from "../../dynamo-retry.ts";
import { placeKey, placeListPartition, recountKey } from "../keys.ts";
import { findRecount, type RecountRun } from "../place.ts";
import type { LedgerTable } from "../table.ts";

/** Projectors heed a recount that died on the way for so long, at the price of a note per change of its tenant. */
const maxRunSeconds = 6 * 3600;

/** Before its end nothing may be mended any more: a projector's clock may be ahead. */
const marginSeconds = 300;

const nowSeconds = ({ clock }: LedgerTable): number => Math.floor(clock() / 1000);

/**
 * The shards that projectors have places in.
 * @throws AppError `unavailable`
 */
export async function listStreamShards(table: LedgerTable): Promise<string[]> {
  const items = await queryAll(table, {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": placeListPartition },
    ConsistentRead: true,
  });
  return items.map(({ sk }) => String(sk));
}

/**
 * From its return on, every change of the tenant that is counted is also noted.
 * @param takeOver ends a recount that is under way: one that died, for whoever runs it will fail
 * @throws AppError `conflict` when another recount is under way
 */
export async function beginRun(
  table: LedgerTable,
  { runId, tenantId, takeOver }: { runId: string; tenantId?: string | undefined; takeOver: boolean },
): Promise<RecountRun> {
  const now = nowSeconds(table);
  const run: RecountRun = { runId, tenantId, untilSeconds: now + maxRunSeconds };
  try {
    await orUnavailable(
      table.client.send(
        new PutCommand({
          TableName: table.tableName,
          Item: { ...recountKey, run, expiresAtSeconds: run.untilSeconds },
          ...(takeOver
            ? {}
            : {
                ConditionExpression: "attribute_not_exists(pk) OR run.untilSeconds <= :now",
                ExpressionAttributeValues: { ":now": now },
              }),
        }),
      ),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    // An answer that was lost: the client asked again, and found its own.
    if ((await findRecount(table))?.runId !== runId)
      throw new AppError("conflict", "Another recount is under way: wait for its end, or take it over if it died.");
  }
  for (const shardId of await listStreamShards(table)) await tellPlace(table, shardId, run);
  return run;
}

/** Projectors that are at work on a transaction now find the place changed, and read it again. */
async function tellPlace(table: LedgerTable, shardId: string, run: RecountRun): Promise<void> {
  const TableName = table.tableName;
  const whileItIsTheRun = {
    ConditionExpression: "run.runId = :runId",
    ExpressionAttributeValues: { ":runId": run.runId },
  };
  const tell = {
    Key: placeKey(shardId),
    UpdateExpression: "SET recount = :run",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":run": run },
  };
  const command = new TransactWriteCommand({
    TransactItems: [
      { ConditionCheck: { TableName, Key: recountKey, ...whileItIsTheRun } },
      { Update: { TableName, ...tell } },
    ],
  });
  try {
    // A projector at work may move the place at the same moment.
    await untilServed(() => table.client.send(command), table.waiting);
  } catch (error) {
    const failed = failedConditions(error);
    if (failed.includes(0)) throw overtaken();
    // A shard that is over: its place has expired.
    if (!failed.includes(1)) throw error;
  }
}

async function releasePlace(table: LedgerTable, shardId: string, { runId }: RecountRun): Promise<void> {
  const release = new UpdateCommand({
    TableName: table.tableName,
    Key: placeKey(shardId),
    UpdateExpression: "REMOVE recount",
    ConditionExpression: "recount.runId = :runId",
    ExpressionAttributeValues: { ":runId": runId },
  });
  try {
    await untilServed(() => table.client.send(release), table.waiting);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

const overtaken = () => new AppError("conflict", "The recount took too long, or another one took over: begin again.");

/**
 * Throws unless projectors still heed this run.
 * @throws AppError `conflict` when it took too long or another took over
 */
export async function assertRunning(table: LedgerTable, { runId, untilSeconds }: RecountRun): Promise<void> {
  const current = await findRecount(table);
  if (current?.runId !== runId || nowSeconds(table) > untilSeconds - marginSeconds) throw overtaken();
}

/** Nothing is noted from then on. Does not touch the run of somebody who took over. */
export async function endRun(table: LedgerTable, run: RecountRun): Promise<void> {
  const end = new DeleteCommand({
    TableName: table.tableName,
    Key: recountKey,
    ConditionExpression: "run.runId = :runId",
    ExpressionAttributeValues: { ":runId": run.runId },
  });
  try {
    await untilServed(() => table.client.send(end), table.waiting);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
  for (const shardId of await listStreamShards(table)) await releasePlace(table, shardId, run);
}
