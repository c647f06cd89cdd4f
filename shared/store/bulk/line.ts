// The lines of bulks in the Directory table: one for each connection, worked off by one worker at a time.
//
//   in line   LINE#<tenantId>#<connectionId> / Q#<rank>#<due at>#<bulkId>   mails before bulks, then the earlier
//   lease     LINE#<tenantId>#<connectionId> / LEASE                        who works, till when; till when the line rests
//   lines     LINES / <tenantId>#<connectionId>                             those that may not be empty, and since when
//
// The lease keeps two workers from sending at once; that nobody is mailed twice does not rest on it (bulk-states.ts).
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isConditionFailed } from "../condition.ts";
import type { Item, Key, Table } from "../dynamo-batch.ts";
import { queryPages } from "../dynamo-query.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { bulkExpiry, dueAtMs, type NewBulk } from "./bulk-item.ts";

/** A connection's line. */
export interface Line {
  tenantId: string;
  connectionId: string;
}

export interface ListedLine extends Line {
  listedAtMs: number;
}

export interface LineEntry {
  bulkId: string;
  /** Sorts as they are sent. */
  place: string;
}

export interface Lease {
  /** Higher than of every holder before. */
  fence: number;
  /** The holder has until then, ms since epoch; 0 when it was given back. */
  untilMs: number;
  rest?: Rest;
}

/** Why a line does not send now, and when it goes on. */
export interface Rest {
  untilMs: number;
  /** Of shared/contract/api/mail-result.ts: `quota_exceeded` and its like. */
  code: string;
}

export type Lines = ReturnType<typeof createLines>;

const partition = ({ tenantId, connectionId }: Line): string => `LINE#${tenantId}#${connectionId}`;
const leaseKey = (line: Line): Key => ({ pk: partition(line), sk: "LEASE" });
const registryKey = ({ tenantId, connectionId }: Line): Key => ({ pk: "LINES", sk: `${tenantId}#${connectionId}` });
const entryPrefix = "Q#";

type PlacedBulk = Pick<NewBulk, "bulkId" | "kind" | "createdAtMs" | "scheduledAtMs" | "connectionId">;

export const entryKey = (tenantId: string, bulk: PlacedBulk): Key => ({
  pk: partition({ tenantId, connectionId: bulk.connectionId }),
  sk: `${entryPrefix}${bulk.kind === "mail" ? 0 : 1}#${new Date(dueAtMs(bulk)).toISOString()}#${bulk.bulkId}`,
});

/** What puts a bulk into its line: to be written with the bulk itself, once the line is listed (`listLine`). */
export const entryItem = (tenantId: string, bulk: PlacedBulk): Item => ({
  ...entryKey(tenantId, bulk),
  bulkId: bulk.bulkId,
  expiresAtSeconds: bulkExpiry(bulk),
});

export function createLines({ client, tableName }: Table) {
  /** Undefined while another holds it. */
  async function takeLease(line: Line, nowMs: number, holdMs: number): Promise<Lease | undefined> {
    try {
      const { Attributes } = await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: leaseKey(line),
            UpdateExpression: "SET fence = if_not_exists(fence, :none) + :one, untilMs = :until",
            ConditionExpression: "attribute_not_exists(untilMs) OR untilMs <= :now",
            ExpressionAttributeValues: { ":none": 0, ":one": 1, ":until": nowMs + holdMs, ":now": nowMs },
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      return parseLease(Attributes ?? {});
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  /** False when another has taken it since. */
  async function changeLease(line: Line, fence: number, expression: string, values: Item): Promise<boolean> {
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: leaseKey(line),
            UpdateExpression: expression,
            ConditionExpression: "fence = :fence",
            ExpressionAttributeValues: { ...values, ":fence": fence },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  const renewLease = (line: Line, fence: number, untilMs: number): Promise<boolean> =>
    changeLease(line, fence, "SET untilMs = :until", { ":until": untilMs });

  /** Gives it back; with a rest the line sends nothing until that is over. */
  const releaseLease = (line: Line, fence: number, rest?: Rest): Promise<boolean> =>
    rest
      ? changeLease(line, fence, "SET untilMs = :free, rest = :rest", { ":free": 0, ":rest": rest })
      : changeLease(line, fence, "SET untilMs = :free REMOVE rest", { ":free": 0 });

  /** A consistent read. */
  async function findLease(line: Line): Promise<Lease | undefined> {
    const { Item } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key: leaseKey(line), ConsistentRead: true })),
    );
    return Item && parseLease(Item);
  }

  /** The bulks whose turn it is, the first ones first: a consistent read. */
  async function listNext(line: Line, limit: number): Promise<LineEntry[]> {
    const { Items = [] } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: { ":pk": partition(line), ":prefix": entryPrefix },
          ConsistentRead: true,
          Limit: limit,
        }),
      ),
    );
    return Items.map(({ bulkId, sk }) => ({ bulkId: String(bulkId), place: String(sk) }));
  }

  /** Takes out what is not there any more. */
  async function leave(line: Line, { place }: LineEntry): Promise<void> {
    await orUnavailable(
      client.send(new DeleteCommand({ TableName: tableName, Key: { pk: partition(line), sk: place } })),
    );
  }

  /** Before a bulk enters it: a line with a bulk in it is always on the list, so no bulk is forgotten. */
  async function listLine(line: Line, nowMs: number): Promise<void> {
    await orUnavailable(
      client.send(new PutCommand({ TableName: tableName, Item: { ...registryKey(line), listedAtMs: nowMs } })),
    );
  }

  /** Strikes an empty line off the list, unless somebody has listed it since. */
  async function unlistLine(line: ListedLine): Promise<void> {
    try {
      await orUnavailable(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: registryKey(line),
            ConditionExpression: "listedAtMs = :listed",
            ExpressionAttributeValues: { ":listed": line.listedAtMs },
          }),
        ),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** All lines that may have something to send, of all tenants. */
  async function* listLines(): AsyncGenerator<ListedLine, void> {
    const query = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "LINES" } };
    for await (const page of queryPages({ client, tableName }, query))
      for (const { sk, listedAtMs } of page) {
        const [tenantId = "", connectionId = ""] = String(sk).split("#");
        yield { tenantId, connectionId, listedAtMs: Number(listedAtMs) };
      }
  }

  return { takeLease, renewLease, releaseLease, findLease, listNext, leave, listLine, unlistLine, listLines };
}

const parseLease = ({ fence, untilMs, rest }: Item): Lease => ({
  fence: Number(fence),
  untilMs: Number(untilMs),
  ...(rest ? { rest: rest as Rest } : {}),
});
