// Suppressions in the Directory table: addresses that a tenant must not mail, with the evidence for each reason.
// What counts as evidence, and for which mail: shared/domain/suppression.ts. What an item holds: suppression-item.ts.
//
//   suppression   S#<tenantId> / <address>
//
// Those of erased addresses are kept under a keyed digest (erasure-keys.ts): they refuse mail and tell nobody whose.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { untilWon } from "./condition.ts";
import { batchGet, type Item, type Key } from "./dynamo-batch.ts";
import { realWaiting, type Waiting } from "./dynamo-retry.ts";
import { erasedPartition, erasedSuppressionKey, erasureKey } from "./erasure-keys.ts";
import type { GetDigest } from "./keyed-digest.ts";
import type { SuppressionCache } from "./suppression-cache.ts";
import { createSuppressionChanges } from "./suppression-changes.ts";
import {
  attributeOf,
  isProjected,
  rankOf,
  recordsOf,
  removalOf,
  removalsOf,
  toSuppression,
  withoutEvidence,
  type IsMeant,
  type Suppression,
  type SuppressionRecord,
} from "./suppression-item.ts";
import { listPartition, type SuppressionList, type SuppressionListOptions } from "./suppression-list.ts";

export type { Suppression, SuppressionRecord } from "./suppression-item.ts";
export type { SuppressionList, SuppressionPosition } from "./suppression-list.ts";

export type Suppressions = ReturnType<typeof createSuppressions>;

const partition = (tenantId: string): string => `S#${tenantId}`;
const suppressionKey = (tenantId: string, address: string): Key => ({ pk: partition(tenantId), sk: address });

const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const removedAtIn = (item: Item | undefined, suppression: SuppressionRecord): string | undefined =>
  removalsOf(item ?? {})[removalOf(attributeOf(suppression))];

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
  const changes = createSuppressionChanges({ client, tableName }, waiting);

  /** Where what is known against an address may be: under its name, and under its digest. */
  const keysOf = async (tenantId: string, address: string) => {
    const addressDigest = (await getDigest(tenantId))("address", address);
    return {
      plain: suppressionKey(tenantId, address),
      erased: erasedSuppressionKey(tenantId, addressDigest),
      erasure: erasureKey(tenantId, addressDigest),
    };
  };

  /**
   * Idempotent, and blind to order: the best evidence of each reason stays, and none from before its removal. What is known
   * of one event may change (a copy in the better style says another time): of one event the last record counts, so give
   * them in order.
   * @param suppression.mailSentAt by which it came, where that is not `since`: what comes of mail that was sent before an
   * erasure is kept as erased
   * @throws AppError `unavailable`
   */
  async function recordSuppression(
    tenantId: string,
    { mailSentAt, ...suppression }: SuppressionRecord & { mailSentAt?: string },
  ): Promise<void> {
    const { key, record, removedAt } = await placeOf(tenantId, suppression, mailSentAt);
    if (removedAt === undefined || suppression.since > removedAt)
      await changes.putReason(key, record, suppression.since);
  }

  /** Where a suppression is kept, and as what; and when its like was removed, as far as that place does not say it. */
  async function placeOf(
    tenantId: string,
    suppression: SuppressionRecord,
    mailSentAt = suppression.since,
  ): Promise<{ key: Key; record: SuppressionRecord; removedAt?: string | undefined }> {
    const keys = await keysOf(tenantId, suppression.address);
    const erasure = await changes.readItem(keys.erasure);
    // What is projected late must not bring an erased address back; what happens later is a new beginning.
    if (erasure && mailSentAt <= String(erasure["erasedAt"]))
      return { key: keys.erased, record: withoutEvidence(suppression) };
    const plain = { key: keys.plain, record: suppression };
    if (!erasure || !isProjected(suppression)) return plain;
    return { ...plain, removedAt: removedAtIn(await changes.readItem(keys.erased), suppression) };
  }

  /**
   * Whether recording it would change nothing: it is known, or better evidence for its reason is, or it was removed since.
   * @throws AppError `unavailable`
   */
  async function holdsSuppression(tenantId: string, suppression: SuppressionRecord): Promise<boolean> {
    const { key, record, removedAt = "" } = await placeOf(tenantId, suppression);
    const item = (await changes.readItem(key)) ?? {};
    const removals = [removedAt, removedAtIn(item, suppression) ?? ""];
    if (isProjected(suppression) && removals.some((at) => suppression.since <= at)) return true;
    const known = item[attributeOf(record)] as { rank: string; evidence?: { eventId: string } } | undefined;
    if (known === undefined) return false;
    const isRestated = record.evidence !== undefined && known.evidence?.eventId === record.evidence.eventId;
    return isRestated ? known.rank === rankOf(record) : known.rank <= rankOf(record);
  }

  /**
   * Those of the addresses that are suppressed, by address as it was given: normalize addresses first.
   * One step, of one read unit for each address or two, unless a cache knows them.
   * @param options.consistent also what was written a moment ago
   * @throws AppError `unavailable`
   */
  async function findSuppressions(
    tenantId: string,
    addresses: readonly string[],
    { consistent = false } = {},
  ): Promise<Map<string, Suppression>> {
    const digest = await getDigest(tenantId);
    const keyed = [...new Set(addresses)].map((address) => ({
      address,
      keys: [suppressionKey(tenantId, address), erasedSuppressionKey(tenantId, digest("address", address))],
    }));
    const wanted = keyed.flatMap(({ keys }) => keys);
    const cached = consistent ? undefined : cache?.find([partition(tenantId), erasedPartition(tenantId)], wanted);
    const items = cached ?? (await batchGet({ client, tableName }, wanted, { waiting, consistent }));
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
   * Takes reasons away, also those of an erased address. Evidence from before does not bring them back.
   * @returns what was removed; nothing where nothing meant stood against the address
   * @throws AppError `unavailable`
   */
  async function removeSuppression(
    tenantId: string,
    address: string,
    { isMeant, nowMs }: { isMeant: IsMeant; nowMs: number },
  ): Promise<SuppressionRecord[]> {
    const keys = await keysOf(tenantId, address);
    const removed: SuppressionRecord[] = [];
    for (const Key of [keys.plain, keys.erased])
      removed.push(...(await changes.removeReasons(Key, { address, isMeant, nowMs })));
    return removed;
  }

  /**
   * Keeps what is known against an address, and what was removed, under its digest alone: mail to it is still refused.
   * Idempotent.
   * @throws AppError `unavailable`
   */
  async function eraseSuppression(tenantId: string, address: string): Promise<void> {
    const keys = await keysOf(tenantId, address);
    await untilWon(async () => {
      const item = await changes.readItem(keys.plain);
      if (!item) return;
      for (const record of recordsOf(item, address))
        await changes.putReason(keys.erased, withoutEvidence(record), undefined);
      const removals = removalsOf(item);
      if (Object.keys(removals).length > 0) await changes.keepRemovals(keys.erased, removals);
      await changes.deleteItem(keys.plain, item);
    }, waiting);
  }

  /** A page of the tenant's; erased addresses are not in it. @throws AppError `unavailable` */
  const listSuppressions = (tenantId: string, options: SuppressionListOptions): Promise<SuppressionList> =>
    listPartition({ client, tableName }, partition(tenantId), options);

  return {
    recordSuppression,
    holdsSuppression,
    findSuppressions,
    removeSuppression,
    eraseSuppression,
    listSuppressions,
  };
}
