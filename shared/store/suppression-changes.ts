// Changes to one suppression's item, each of them conditional: who loses a race reads again. Whose item it is, and where an
// erased address's is: suppressions.ts.
import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { maxRetentionDays } from "../domain/retention.ts";
import { isConditionFailed, untilWon } from "./condition.ts";
import type { Item, Key, Table } from "./dynamo-batch.ts";
import { orUnavailable, type Waiting } from "./dynamo-retry.ts";
import {
  attributeOf,
  isProjected,
  rankOf,
  recordsOf,
  removalOf,
  removalsOf,
  type IsMeant,
  type SuppressionRecord,
} from "./suppression-item.ts";

/** No event comes again later than its outcome is kept: what was removed need not be known for longer. */
const removalKeptSeconds = maxRetentionDays * 86_400;

/** The condition that nobody has changed the item since it was read, if it was there. */
const whileUnchanged = (item: Item | undefined) =>
  item?.["version"] === undefined
    ? { condition: "attribute_not_exists(#version)", values: {} }
    : { condition: "#version = :version", values: { ":version": item["version"] } };

/** Never the same again, also for an item that was deleted and made anew. */
const newVersion = (): string => crypto.randomUUID();

export function createSuppressionChanges({ client, tableName }: Table, waiting: Waiting) {
  /** @throws AppError `unavailable`, as all of these */
  const readItem = async (Key: Key): Promise<Item | undefined> =>
    (await orUnavailable(client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true })))).Item;

  /**
   * Keeps the record, unless a better one of its reason is there.
   * @param happenedAt compared with the reason's removal; undefined for what was found standing
   */
  async function putReason(Key: Key, suppression: SuppressionRecord, happenedAt: string | undefined): Promise<void> {
    const { address: _address, reason: _reason, list: _list, ...record } = suppression;
    const attribute = attributeOf(suppression);
    const rank = rankOf(suppression);
    const restated = record.evidence ? " OR #reason.evidence.eventId = :eventId" : "";
    const isBetter = `(attribute_not_exists(#reason) OR #reason.#rank > :rank${restated})`;
    const isRemovable = happenedAt !== undefined && isProjected(suppression);
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET #reason = :record, #version = :version REMOVE #expires",
            ConditionExpression: isRemovable
              ? `${isBetter} AND (attribute_not_exists(#removed) OR #removed < :happenedAt)`
              : isBetter,
            ExpressionAttributeNames: {
              "#reason": attribute,
              "#rank": "rank",
              "#version": "version",
              "#expires": "expiresAtSeconds",
              ...(isRemovable && { "#removed": removalOf(attribute) }),
            },
            ExpressionAttributeValues: {
              ":record": { ...record, rank },
              ":rank": rank,
              ":version": newVersion(),
              ...(record.evidence && { ":eventId": record.evidence.eventId }),
              ...(isRemovable && { ":happenedAt": happenedAt }),
            },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** Takes reasons away. @returns what was removed */
  const removeReasons = (
    Key: Key,
    { address, isMeant, nowMs }: { address: string; isMeant: IsMeant; nowMs: number },
  ): Promise<SuppressionRecord[]> =>
    untilWon(async () => {
      const item = await readItem(Key);
      const records = recordsOf(item ?? {}, address);
      const meant = records.filter(isMeant);
      if (!item || meant.length === 0) return [];
      const removals = meant
        .filter(isProjected)
        .map((record) => [removalOf(attributeOf(record)), new Date(nowMs).toISOString()] as const);
      const isEmptied = meant.length === records.length;
      if (isEmptied && removals.length === 0 && Object.keys(removalsOf(item)).length === 0) await deleteItem(Key, item);
      else
        await changeItem(Key, item, {
          set: {
            ...Object.fromEntries(removals),
            ...(isEmptied && { expiresAtSeconds: Math.floor(nowMs / 1000) + removalKeptSeconds }),
          },
          remove: meant.map(attributeOf),
        });
      return meant;
    }, waiting);

  /** Adds removals to what is known; of each the last counts. A lost race throws. */
  async function keepRemovals(Key: Key, removals: Record<string, string>): Promise<void> {
    const item = await readItem(Key);
    const known = removalsOf(item ?? {});
    const later = Object.entries(removals).filter(([name, at]) => at > (known[name] ?? ""));
    const latest = Math.max(...Object.values(removals).map((at) => Date.parse(at)));
    const isEmpty = recordsOf(item ?? {}, "").length === 0;
    await changeItem(Key, item, {
      set: {
        ...Object.fromEntries(later),
        ...(isEmpty && { expiresAtSeconds: Math.floor(latest / 1000) + removalKeptSeconds }),
      },
      remove: [],
    });
  }

  async function changeItem(
    Key: Key,
    item: Item | undefined,
    { set, remove }: { set: Record<string, unknown>; remove: string[] },
  ): Promise<void> {
    const { condition, values } = whileUnchanged(item);
    const sets = Object.entries(set);
    const removing = remove.length > 0 ? ` REMOVE ${remove.map((_, index) => `#r${index}`).join(", ")}` : "";
    await orUnavailable(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key,
          UpdateExpression: `SET ${["#version = :new", ...sets.map((_, index) => `#s${index} = :s${index}`)].join(", ")}${removing}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: {
            "#version": "version",
            ...Object.fromEntries(sets.map(([name], index) => [`#s${index}`, name])),
            ...Object.fromEntries(remove.map((name, index) => [`#r${index}`, name])),
          },
          ExpressionAttributeValues: {
            ":new": newVersion(),
            ...values,
            ...Object.fromEntries(sets.map(([, value], index) => [`:s${index}`, value])),
          },
        }),
      ),
    );
  }

  /** As it was read; a lost race throws. */
  async function deleteItem(Key: Key, item: Item): Promise<void> {
    const { condition, values } = whileUnchanged(item);
    await orUnavailable(
      client.send(
        new DeleteCommand({
          TableName: tableName,
          Key,
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#version": "version" },
          ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        }),
      ),
    );
  }

  return { readItem, putReason, removeReasons, keepRemovals, deleteItem };
}
