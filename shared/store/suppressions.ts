// Suppressions in the Directory table: addresses that a tenant must not mail, with the evidence for each reason.
// What counts as evidence: shared/domain/suppression.ts.
//
//   suppression   S#<tenantId> / <address>     one attribute a reason, so reasons never overwrite one another
//
// Those of erased addresses are kept under a keyed digest (erasure-keys.ts): they refuse mail and tell nobody whose.
import {
  DeleteCommand,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { suppressionReasons, type SuppressionReason } from "../contract/api/suppressions.ts";
import { isConditionFailed, untilWon } from "./condition.ts";
import { batchGet, type Item, type Key } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "./dynamo-retry.ts";
import { erasedPartition, erasedSuppressionKey, erasureKey } from "./erasure-keys.ts";
import type { GetDigest } from "./keyed-digest.ts";
import type { SuppressionCache } from "./suppression-cache.ts";

export interface SuppressionRecord {
  /** Bare address, normalized (shared/domain/address.ts). */
  address: string;
  reason: SuppressionReason;
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  /** Absent when a person added the address, and when the address was erased. */
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
const suppressionKey = (tenantId: string, address: string): Key => ({ pk: partition(tenantId), sk: address });

/** The better evidence sorts first: certain before possible, then the earlier, then a fixed order. */
const rankOf = ({ since, evidence, possible }: SuppressionRecord): string =>
  `${possible ? 1 : 0}#${since}#${evidence?.eventId ?? ""}`;

const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const recordsOf = (item: Item, address: string): SuppressionRecord[] =>
  suppressionReasons.flatMap((reason): SuppressionRecord[] => {
    const stored = item[reason] as (Omit<SuppressionRecord, "address" | "reason"> & { rank: string }) | undefined;
    if (!stored) return [];
    const { rank: _rank, ...record } = stored;
    return [{ address, reason, ...record }];
  });

function toSuppression(records: readonly SuppressionRecord[]): Suppression | undefined {
  const reasons = records.toSorted((a, b) => weight[a.reason] - weight[b.reason] || (rankOf(a) < rankOf(b) ? -1 : 1));
  const [first] = reasons;
  return first && { ...first, reasons };
}

const parseSuppression = (item: Item): Suppression | undefined => toSuppression(recordsOf(item, String(item["sk"])));

/** Without what leads to a person: neither the message nor the very moment. */
const withoutEvidence = ({ evidence: _evidence, since, ...record }: SuppressionRecord): SuppressionRecord => ({
  ...record,
  since: `${since.slice(0, 10)}T00:00:00.000Z`,
});

/** The suppression says what it said when it was read. */
const whileStillSaying = (item: Item) => {
  const reasons = suppressionReasons.map((name) => ({
    name,
    rank: (item[name] as { rank?: string } | undefined)?.rank,
  }));
  const known = reasons.filter(({ rank }) => rank !== undefined);
  return {
    ConditionExpression: reasons
      .map(({ name, rank }) => (rank === undefined ? `attribute_not_exists(#${name})` : `#${name}.#rank = :${name}`))
      .join(" AND "),
    ExpressionAttributeNames: {
      ...Object.fromEntries(reasons.map(({ name }) => [`#${name}`, name])),
      "#rank": "rank",
    },
    ExpressionAttributeValues: Object.fromEntries(known.map(({ name, rank }) => [`:${name}`, rank])),
  };
};

export function createSuppressions({
  client,
  tableName,
  getDigest,
  waiting = realWaiting,
  cache,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
  getDigest: GetDigest;
  waiting?: Waiting;
  /** For a function that sends: `findSuppressions` may then be some seconds behind. */
  cache?: SuppressionCache;
}) {
  const readItem = async (Key: Key): Promise<Item | undefined> =>
    (await orUnavailable(client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true })))).Item;

  /**
   * Idempotent, and blind to order: the best evidence of each reason stays. What is known of one event may change (a copy
   * in the better style says another time): of one event the last record counts, so give them in order.
   * @throws AppError `unavailable`
   */
  async function recordSuppression(tenantId: string, suppression: SuppressionRecord): Promise<void> {
    const { key, record } = await placeOf(tenantId, suppression);
    await putReason(key, record);
  }

  /** Where a suppression is kept, and as what. */
  async function placeOf(tenantId: string, suppression: SuppressionRecord) {
    const { address, since } = suppression;
    const addressDigest = (await getDigest(tenantId))("address", address);
    const erasure = await readItem(erasureKey(tenantId, addressDigest));
    // What is projected late must not bring an erased address back; what happens later is a new beginning.
    if (erasure && since <= String(erasure["erasedAt"]))
      return { key: erasedSuppressionKey(tenantId, addressDigest), record: withoutEvidence(suppression) };
    return { key: suppressionKey(tenantId, address), record: suppression };
  }

  /**
   * Whether recording it would change nothing: it is known, or better evidence for its reason is.
   * @throws AppError `unavailable`
   */
  async function holdsSuppression(tenantId: string, suppression: SuppressionRecord): Promise<boolean> {
    const { key, record } = await placeOf(tenantId, suppression);
    const known = ((await readItem(key)) ?? {})[record.reason] as { rank: string; evidence?: { eventId: string } };
    if (known === undefined) return false;
    const isRestated = record.evidence !== undefined && known.evidence?.eventId === record.evidence.eventId;
    return isRestated ? known.rank === rankOf(record) : known.rank <= rankOf(record);
  }

  async function putReason(Key: Key, suppression: SuppressionRecord): Promise<void> {
    const { address: _address, reason, ...record } = suppression;
    const rank = rankOf(suppression);
    const restated = record.evidence ? " OR #reason.evidence.eventId = :eventId" : "";
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET #reason = :record",
            ConditionExpression: `attribute_not_exists(#reason) OR #reason.#rank > :rank${restated}`,
            ExpressionAttributeNames: { "#reason": reason, "#rank": "rank" },
            ExpressionAttributeValues: {
              ":record": { ...record, rank },
              ":rank": rank,
              ...(record.evidence && { ":eventId": record.evidence.eventId }),
            },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /**
   * Those of the addresses that are suppressed, by address as it was given: normalize addresses first.
   * Eventually consistent: one step, of one read unit for each address, unless a cache knows them.
   * @throws AppError `unavailable`
   */
  async function findSuppressions(tenantId: string, addresses: readonly string[]): Promise<Map<string, Suppression>> {
    const digest = await getDigest(tenantId);
    const keyed = [...new Set(addresses)].map((address) => ({
      address,
      keys: [suppressionKey(tenantId, address), erasedSuppressionKey(tenantId, digest("address", address))],
    }));
    const wanted = keyed.flatMap(({ keys }) => keys);
    const items =
      cache?.find([partition(tenantId), erasedPartition(tenantId)], wanted) ??
      (await batchGet({ client, tableName }, wanted, { waiting }));
    const itemsByKey = new Map(items.map((item) => [keyText(item as unknown as Key), item]));
    return new Map(
      keyed.flatMap(({ address, keys }): [string, Suppression][] => {
        const found = keys.flatMap((key) => recordsOf(itemsByKey.get(keyText(key)) ?? {}, address));
        const suppression = toSuppression(found);
        return suppression ? [[address, suppression]] : [];
      }),
    );
  }

  /**
   * Keeps what is known against an address under its digest alone: mail to it is still refused. Idempotent.
   * @throws AppError `unavailable`
   */
  async function eraseSuppression(tenantId: string, address: string): Promise<void> {
    const Key = suppressionKey(tenantId, address);
    const hashedKey = erasedSuppressionKey(tenantId, (await getDigest(tenantId))("address", address));
    await untilWon(async () => {
      const item = await readItem(Key);
      if (!item) return;
      for (const record of recordsOf(item, address)) await putReason(hashedKey, withoutEvidence(record));
      await orUnavailable(client.send(new DeleteCommand({ TableName: tableName, Key, ...whileStillSaying(item) })));
    }, waiting);
  }

  /**
   * A page of the tenant's suppressed addresses, in the order of the addresses; erased ones are not in it.
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

  return { recordSuppression, holdsSuppression, findSuppressions, eraseSuppression, listSuppressions };
}
