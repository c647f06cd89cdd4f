// The projector's place in a shard of the stream: how far its changes are counted. Moved in the transaction that counts,
// so nothing counts twice. It also says whether a recount wants the changes noted, so a projector cannot miss that.
import { GetCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Item } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { placeKey, placeListPartition, recountKey } from "./keys.ts";
import type { LedgerTable } from "./table.ts";

export type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A recount that is under way. */
export interface RecountRun {
  runId: string;
  /** Absent: of all tenants. */
  tenantId?: string | undefined;
  /** From then on nobody has to heed it. */
  untilSeconds: number;
}

/** A position in a shard. A change that is counted in several transactions has parts. */
export interface Position {
  sequenceNumber: string;
  /** How many parts of the change at `sequenceNumber` are counted; absent: all. */
  part?: number | undefined;
}

export interface Place {
  /** Absent in a shard that is new. */
  position?: Position | undefined;
  /** The recount whose log the changes of its tenant must go to. */
  recount?: RecountRun | undefined;
  /** The recount that stands in the place itself: not the same as the other where the place was not told. */
  toldRunId?: string | undefined;
  /** When the place was last entered in the list of places; absent in a shard that is new. */
  listedAtSeconds?: number | undefined;
}

/** Actions of the transaction that `moveOf` takes, at most. */
export const maxMoveActions = 3;

const placeKeptSeconds = 30 * 86_400;
/** A shard takes records for some hours, so that the list stays short. */
const listedForSeconds = 2 * 86_400;
const listAgainAfterSeconds = 86_400;
/** So long after it was listed, a place is surely still in the list. */
const surelyListedSeconds = 1.5 * 86_400;

const nowSeconds = ({ clock }: LedgerTable): number => Math.floor(clock() / 1000);

/** Who begins a recount tells the places that are listed. The others must ask. */
const isSurelyListed = (table: LedgerTable, listedAtSeconds = 0): boolean =>
  listedAtSeconds > nowSeconds(table) - surelyListedSeconds;

const parseRun = (item: Item | undefined): RecountRun | undefined => item as RecountRun | undefined;

/** @throws AppError `unavailable` */
export async function findRecount(table: LedgerTable): Promise<RecountRun | undefined> {
  const { Item } = await orUnavailable(
    table.client.send(new GetCommand({ TableName: table.tableName, Key: recountKey, ConsistentRead: true })),
  );
  return parseRun(Item?.["run"] as Item | undefined);
}

/** @throws AppError `unavailable` */
export async function findPlace(table: LedgerTable, shardId: string): Promise<Place> {
  const { Item } = await orUnavailable(
    table.client.send(new GetCommand({ TableName: table.tableName, Key: placeKey(shardId), ConsistentRead: true })),
  );
  const listedAtSeconds = Item?.["listedAtSeconds"] as number | undefined;
  const told = parseRun(Item?.["recount"] as Item | undefined);
  return {
    position: Item && { sequenceNumber: Item["sequenceNumber"] as string, part: Item["part"] as number | undefined },
    recount: isSurelyListed(table, listedAtSeconds) ? told : await findRecount(table),
    toldRunId: told?.runId,
    listedAtSeconds,
  };
}

/** Whether a recount is about the tenant. */
export const concerns = ({ tenantId: counted }: RecountRun, tenantId: string): boolean =>
  counted === undefined || counted === tenantId;

/** Whether the changes of a tenant must be noted. */
export const isNoted = (table: LedgerTable, { recount }: Place, tenantId: string): boolean =>
  recount !== undefined && concerns(recount, tenantId) && recount.untilSeconds > nowSeconds(table);

/** `name = value`, or that there is none. */
const unchanged = (name: string, value: unknown): { text: string; values: Item } => {
  const placeholder = `:${name.replace(".", "_")}`;
  return value === undefined
    ? { text: `attribute_not_exists(${name})`, values: {} }
    : { text: `${name} = ${placeholder}`, values: { [placeholder]: value } };
};

const whileIn = (...conditions: { text: string; values: Item }[]) => {
  const values = Object.assign({}, ...conditions.map((condition) => condition.values)) as Item;
  return {
    ConditionExpression: conditions.map(({ text }) => text).join(" AND "),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
};

/** Only where the place is still as it was read. */
const whilePlaceIs = ({ position, toldRunId }: Place) =>
  whileIn(
    unchanged("sequenceNumber", position?.sequenceNumber),
    unchanged("part", position?.part),
    unchanged("recount.runId", toldRunId),
  );

/**
 * What moves the place, if nobody moved it since: the first of these actions then fails by its condition. So does, in a
 * shard that may not be listed, the last, if a recount began or ended.
 */
export function moveOf(
  table: LedgerTable,
  shardId: string,
  from: Place,
  to: Position,
): { actions: TransactItem[]; place: Place } {
  const now = nowSeconds(table);
  const recount = from.recount && from.recount.untilSeconds > now ? from.recount : undefined;
  const isListed = (from.listedAtSeconds ?? 0) > now - listAgainAfterSeconds;
  const listedAtSeconds = isListed ? from.listedAtSeconds : now;
  const place: Place = { position: to, recount, toldRunId: recount?.runId, listedAtSeconds };
  const TableName = table.tableName;
  const item = { ...placeKey(shardId), ...to, recount, listedAtSeconds, expiresAtSeconds: now + placeKeptSeconds };
  const actions: TransactItem[] = [{ Put: { TableName, Item: item, ...whilePlaceIs(from) } }];
  const entry = { pk: placeListPartition, sk: shardId, expiresAtSeconds: now + listedForSeconds };
  if (!isListed) actions.push({ Put: { TableName, Item: entry } });
  if (!isSurelyListed(table, from.listedAtSeconds))
    actions.push({
      ConditionCheck: { TableName, Key: recountKey, ...whileIn(unchanged("run.runId", from.recount?.runId)) },
    });
  return { actions, place };
}
