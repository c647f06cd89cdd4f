// Reads what projectors note during a recount, in the order of each shard, each note once.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item } from "../../dynamo-batch.ts";
import { orUnavailable } from "../../dynamo-retry.ts";
import { recountLogPartition } from "../keys.ts";
import type { RecountRun } from "../place.ts";
import { parseNotes, type NotedChange } from "../recount-log.ts";
import type { LedgerTable } from "../table.ts";
import { listStreamShards } from "./run.ts";

/** The notes that came since the last call: those of one transaction together. */
export type ReadNotes = () => AsyncGenerator<NotedChange[]>;

/** @throws AppError `unavailable` */
export function createNoteReader(table: LedgerTable, { runId }: RecountRun): ReadNotes {
  const readTo = new Map<string, string>();

  const readPage = async (shardId: string): Promise<Item[]> => {
    const after = readTo.get(shardId) ?? " ";
    const { Items = [] } = await orUnavailable(
      table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: "pk = :pk AND sk > :after",
          ExpressionAttributeValues: { ":pk": recountLogPartition(runId, shardId), ":after": after },
          ConsistentRead: true,
        }),
      ),
    );
    const last = Items.at(-1);
    if (last) readTo.set(shardId, String(last["sk"]));
    return Items;
  };

  return async function* readNotes() {
    for (const shardId of await listStreamShards(table))
      for (;;) {
        const items = await readPage(shardId);
        if (items.length === 0) break;
        for (const item of items) yield parseNotes(item);
      }
  };
}
