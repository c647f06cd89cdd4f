// Suppressions in the Directory table: addresses that a tenant must not mail, with the evidence for each reason.
// What counts as evidence: shared/domain/suppression.ts.
//
//   suppression   S#<tenantId> / <address>     one attribute a reason, so reasons never overwrite one another
import { QueryCommand, UpdateCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { suppressionReasons, type SuppressionReason } from "../contract/api/suppressions.ts";
import { isConditionFailed } from "./condition.ts";
import { batchGet, type Item } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "./dynamo-retry.ts";

export interface SuppressionRecord {
  /** Bare address, normalized (shared/domain/address.ts). */
  address: string;
  reason: SuppressionReason;
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  /** Absent when a person added the address. */
  evidence?: { messageId: string; eventId: string };
  /** The complaint may be of any of several recipients. */
  possible?: true;
}

/** The weightiest reason of an address, with all of them beside it. */
export interface Suppression extends SuppressionRecord {
  reasons: SuppressionRecord[];
}

export interface SuppressionList {
  /** By address. */
  items: Suppression[];
  /** Where the next page begins; absent on the last. */
  position?: SuppressionPosition;
}

/** Plain JSON: the last address that was listed. */
export interface SuppressionPosition {
  after: string;
}

export type Suppressions = ReturnType<typeof createSuppressions>;

/** From the weightiest. */
const weight: Record<SuppressionReason, number> = { complaint: 0, bounce: 1, unsubscribe: 2, manual: 3 };

const partition = (tenantId: string): string => `S#${tenantId}`;

/** The better evidence sorts first: certain before possible, then the earlier, then a fixed order. */
const rankOf = ({ since, evidence, possible }: SuppressionRecord): string =>
  `${possible ? 1 : 0}#${since}#${evidence?.eventId ?? ""}`;

function parseSuppression(item: Item): Suppression | undefined {
  const reasons = suppressionReasons
    .flatMap((reason): SuppressionRecord[] => {
      const stored = item[reason] as (Omit<SuppressionRecord, "address" | "reason"> & { rank: string }) | undefined;
      if (!stored) return [];
      const { rank: _rank, ...record } = stored;
      return [{ address: String(item["sk"]), reason, ...record }];
    })
    .toSorted((a, b) => weight[a.reason] - weight[b.reason]);
  const [first] = reasons;
  return first && { ...first, reasons };
}

export function createSuppressions({
  client,
  tableName,
  waiting = realWaiting,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
  waiting?: Waiting;
}) {
  /**
   * Idempotent, and blind to order: the best evidence of each reason stays.
   * @throws AppError `unavailable`
   */
  async function recordSuppression(tenantId: string, suppression: SuppressionRecord): Promise<void> {
    const { address, reason, ...record } = suppression;
    const rank = rankOf(suppression);
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { pk: partition(tenantId), sk: address },
            UpdateExpression: "SET #reason = :record",
            ConditionExpression: "attribute_not_exists(#reason) OR #reason.#rank > :rank",
            ExpressionAttributeNames: { "#reason": reason, "#rank": "rank" },
            ExpressionAttributeValues: { ":record": { ...record, rank }, ":rank": rank },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /**
   * Those of the addresses that are suppressed, by address as it was given: normalize addresses first.
   * Eventually consistent: one step of half a read unit for each address.
   * @throws AppError `unavailable`
   */
  async function findSuppressions(tenantId: string, addresses: readonly string[]): Promise<Map<string, Suppression>> {
    const keys = [...new Set(addresses)].map((address) => ({ pk: partition(tenantId), sk: address }));
    const items = await batchGet({ client, tableName }, keys, { waiting });
    return new Map(
      items
        .map(parseSuppression)
        .filter((suppression) => suppression !== undefined)
        .map((suppression) => [suppression.address, suppression]),
    );
  }

  /**
   * A page of the tenant's suppressed addresses, in the order of the addresses.
   * @throws AppError `unavailable`
   */
  async function listSuppressions(
    tenantId: string,
    { position, limit }: { position?: SuppressionPosition | undefined; limit: number },
  ): Promise<SuppressionList> {
    const { Items = [] } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: position ? "pk = :pk AND sk > :after" : "pk = :pk",
          ExpressionAttributeValues: { ":pk": partition(tenantId), ...(position ? { ":after": position.after } : {}) },
          // One more than asked tells whether there is a next page.
          Limit: limit + 1,
        }),
      ),
    );
    const items = Items.slice(0, limit).map(parseSuppression);
    const last = Items[limit - 1];
    return {
      items: items.filter((suppression) => suppression !== undefined),
      ...(Items.length > limit && last ? { position: { after: String(last["sk"]) } } : {}),
    };
  }

  return { recordSuppression, findSuppressions, listSuppressions };
}
