// Which configuration sets and tags of a tenant have counters of their own: the first ones that were seen, up to a
// number; the rest share one. A key once let in stays, and none comes in when the number is reached: so what is counted
// under a key, or under the rest, is taken back from the same place.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { isConditionFailed } from "../condition.ts";
import { orUnavailable, unavailable, waitBeforeTry } from "../dynamo-retry.ts";
import type { DimensionId } from "./counter-names.ts";
import { dimensionKeysKey } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

/** Configuration sets and tag values of one tenant together. */
export const maxDimensionKeys = 200;

/** `cs`, or `tag:<name>`; and which of its values. */
export interface Dimension {
  name: string;
  value: string;
}

export interface DimensionKeys {
  /** As shared/domain/contribution.ts writes dimensions, in the order they came in, and the place of each in it. */
  keys: ReadonlyMap<string, number>;
  /** The names of these, and the place of the first of each. */
  names: ReadonlyMap<string, number>;
  isFull: boolean;
}

/** `cs:main` or `tag:campaign=autumn` in its parts. */
export const parseDimensionKey = (key: string): Dimension => {
  const end = key.startsWith("tag:") ? key.indexOf("=") : key.indexOf(":");
  return { name: key.slice(0, end), value: key.slice(end + 1) };
};

export function dimensionKeysOf(keys: readonly string[]): DimensionKeys {
  const names = new Map<string, number>();
  for (const [place, key] of keys.entries()) {
    const { name } = parseDimensionKey(key);
    if (!names.has(name)) names.set(name, place);
  }
  return { keys: new Map(keys.map((key, place) => [key, place])), names, isFull: keys.length >= maxDimensionKeys };
}

/** The values of a name that have no counters of their own are counted together. */
const restId = (place: number): DimensionId => `r${place}`;
/** And so is everything of a name that nothing was let in of. */
const otherId: DimensionId = "x";

/** Where a key is counted. Keys must have been admitted: before that it is not decided. */
export function dimensionOf({ keys, names }: DimensionKeys, key: string): { id: DimensionId; place: number } {
  const own = keys.get(key);
  if (own !== undefined) return { id: String(own), place: own };
  const first = names.get(parseDimensionKey(key).name);
  return first === undefined ? { id: otherId, place: 0 } : { id: restId(first), place: first };
}

/** What is counted apart of a name, with its value; without one what is counted together. */
export function dimensionsNamed(keys: DimensionKeys, name: string): Map<DimensionId, string | undefined> {
  const first = keys.names.get(name);
  if (first === undefined) return new Map(keys.isFull ? [[otherId, undefined]] : []);
  const named = new Map<DimensionId, string | undefined>([[restId(first), undefined]]);
  for (const [key, place] of keys.keys) {
    const dimension = parseDimensionKey(key);
    if (dimension.name === name) named.set(String(place), dimension.value);
  }
  return named;
}

async function readKeys(table: LedgerTable, tenantId: string): Promise<{ keys: string[]; version?: number }> {
  const { Item } = await orUnavailable(
    table.client.send(
      new GetCommand({ TableName: table.tableName, Key: dimensionKeysKey(tenantId), ConsistentRead: true }),
    ),
  );
  return Item ? { keys: Item["keys"] as string[], version: Item["version"] as number } : { keys: [] };
}

/** @throws AppError `unavailable` */
export const readDimensionKeys = async (table: LedgerTable, tenantId: string): Promise<DimensionKeys> =>
  dimensionKeysOf((await readKeys(table, tenantId)).keys);

const maxTries = 10;
/** Remembered in a process; with 200 keys of ordinary length a tenant takes some 10 KB. */
const maxTenants = 1000;

/**
 * Lets keys in, as far as there is room. What is remembered between calls never becomes wrong, only incomplete.
 * @throws AppError `unavailable`
 */
export function createDimensionAdmission(table: LedgerTable) {
  const known = new Map<string, DimensionKeys>();

  const isDecided = ({ keys, isFull }: DimensionKeys, wanted: readonly string[]): boolean =>
    isFull || wanted.every((key) => keys.has(key));

  async function tryToAdmit(tenantId: string, wanted: readonly string[]): Promise<DimensionKeys | undefined> {
    const { keys, version } = await readKeys(table, tenantId);
    const before = dimensionKeysOf(keys);
    if (isDecided(before, wanted)) return before;
    const after = [...new Set([...keys, ...wanted])].slice(0, maxDimensionKeys);
    try {
      await orUnavailable(
        table.client.send(
          new PutCommand({
            TableName: table.tableName,
            Item: { ...dimensionKeysKey(tenantId), keys: after, version: (version ?? 0) + 1 },
            ...(version === undefined
              ? { ConditionExpression: "attribute_not_exists(pk)" }
              : { ConditionExpression: "version = :read", ExpressionAttributeValues: { ":read": version } }),
          }),
        ),
      );
      return dimensionKeysOf(after);
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  return async function admit(tenantId: string, wanted: readonly string[]): Promise<DimensionKeys> {
    const remembered = known.get(tenantId);
    if (remembered && isDecided(remembered, wanted)) return remembered;
    for (let tries = 1; tries <= maxTries; tries++) {
      const admitted = await tryToAdmit(tenantId, wanted);
      if (admitted) {
        if (known.size >= maxTenants) known.clear();
        known.set(tenantId, admitted);
        return admitted;
      }
      await waitBeforeTry(table.waiting, tries);
    }
    throw unavailable(new Error(`Others let in keys ${maxTries} times in a row.`));
  };
}

export type AdmitDimensions = ReturnType<typeof createDimensionAdmission>;
