// What waits for its time, in the Directory table, by when that is. EventBridge Scheduler says when the time has come; who is on
// this list still some time later was forgotten, and is found here.
//
//   due   DUE#<0 to 7> / <due at>#<tenantId>#<bulkId>   as long as the bulk is `scheduled`: written and removed with its state
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Key, Table } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { bulkExpiry, dueAtMs, type NewBulk } from "./bulk-item.ts";

export interface DueBulk {
  tenantId: string;
  bulkId: string;
}

/** So that thousands may be scheduled in a second: a partition takes a thousand writes. */
const shards = 8;

const partitionOf = (shard: number): string => `DUE#${shard}`;

/** Ids end at random. */
const shardOf = (bulkId: string): number => (bulkId.codePointAt(bulkId.length - 1) ?? 0) % shards;

type TimedBulk = Pick<NewBulk, "bulkId" | "createdAtMs" | "scheduledAtMs">;

export const dueKey = (tenantId: string, bulk: TimedBulk): Key => ({
  pk: partitionOf(shardOf(bulk.bulkId)),
  sk: `${new Date(dueAtMs(bulk)).toISOString()}#${tenantId}#${bulk.bulkId}`,
});

export const dueItem = (tenantId: string, bulk: TimedBulk): Item => ({
  ...dueKey(tenantId, bulk),
  expiresAtSeconds: bulkExpiry(bulk),
});

export type DueList = ReturnType<typeof createDueList>;

export function createDueList({ client, tableName }: Table) {
  async function listShard(shard: number, untilMs: number, nowMs: number, limit: number): Promise<DueBulk[]> {
    const { Items = [] } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND sk < :until",
          ExpressionAttributeValues: { ":pk": partitionOf(shard), ":until": new Date(untilMs).toISOString() },
          Limit: limit,
        }),
      ),
    );
    return Items.filter(({ expiresAtSeconds }) => Number(expiresAtSeconds) * 1000 > nowMs).map(({ sk }) => {
      const [, tenantId = "", bulkId = ""] = String(sk).split("#");
      return { tenantId, bulkId };
    });
  }

  /** Some of those, of all tenants, whose time came before `untilMs`, and that have not begun. */
  async function listDue(untilMs: number, { nowMs, limit }: { nowMs: number; limit: number }): Promise<DueBulk[]> {
    const all = Array.from({ length: shards }, (_, shard) =>
      listShard(shard, untilMs, nowMs, Math.ceil(limit / shards)),
    );
    return (await Promise.all(all)).flat();
  }

  return { listDue };
}
