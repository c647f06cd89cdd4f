// Reads all there is of a tenant. Its partitions are many and nobody lists them, so the whole table is read: for an
// operator's tool, at a pace that leaves the others theirs.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Item } from "../../dynamo-batch.ts";
import { orUnavailable } from "../../dynamo-retry.ts";
import { partitionPrefixes } from "../keys.ts";
import type { LedgerTable } from "../table.ts";

export interface ScanOptions {
  /** Parts of the table that are read side by side. */
  segments: number;
  /** Of the scan itself, a second, over all segments. */
  readUnitsPerSecond: number;
}

/** Lets through so many units a second, whoever takes them. */
export function createThrottle({ clock, waiting }: LedgerTable, unitsPerSecond: number) {
  let freeAtMs = clock();
  return async (units: number): Promise<void> => {
    const now = clock();
    freeAtMs = Math.max(now, freeAtMs) + (units / unitsPerSecond) * 1000;
    if (freeAtMs > now) await waiting.sleep(freeAtMs - now);
  };
}

/**
 * Outcomes, further events, list rows and counters, page by page, as they are at that moment. What is there all along is
 * given once; what comes or goes meanwhile may or may not be.
 * @param tenantId absent: of all tenants
 * @throws AppError `unavailable`
 */
export async function scanLedger(
  table: LedgerTable,
  tenantId: string | undefined,
  { segments, readUnitsPerSecond }: ScanOptions,
  take: (items: Item[]) => Promise<void>,
): Promise<void> {
  const throttle = createThrottle(table, readUnitsPerSecond);
  const scanSegment = async (segment: number): Promise<void> => {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await orUnavailable(
        table.client.send(
          new ScanCommand({
            TableName: table.tableName,
            ConsistentRead: true,
            Segment: segment,
            TotalSegments: segments,
            ...ofTenant(tenantId),
            ReturnConsumedCapacity: "TOTAL",
            ExclusiveStartKey,
          }),
        ),
      );
      if (page.Items && page.Items.length > 0) await take(page.Items);
      await throttle(page.ConsumedCapacity?.CapacityUnits ?? 0);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanSegment(segment)));
}

const ofTenant = (tenantId: string | undefined) => {
  const prefixes = Object.entries(partitionPrefixes(tenantId));
  return {
    FilterExpression: prefixes.map(([name]) => `begins_with(pk, :${name})`).join(" OR "),
    ExpressionAttributeValues: Object.fromEntries(prefixes.map(([name, prefix]) => [`:${name}`, prefix])),
  };
};
