// Connections in the Directory table: a tenant's AWS accounts, and who owns which account.
// A claim is free; only proof makes an owner. What proof takes: lambdas/connections. The items: connection-items.ts.
import {
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import type { Reconciliation } from "../contract/api/connections.ts";
import { AppError } from "../contract/error.ts";
import { failedConditions, isConditionFailed, untilWon } from "./condition.ts";
import { claim, release } from "./connection-claims.ts";
import {
  changeWrites,
  connectionKey,
  createWrites,
  deleteWrites,
  ownerKey,
  ownersPartition,
  snsLookupKey,
  withoutKey,
  type AccountOwner,
  type Connection,
  type NewConnection,
  type ProvenAccount,
} from "./connection-items.ts";

export type { AccountOwner, Connection, NewConnection, ProvenAccount } from "./connection-items.ts";

export type Connections = ReturnType<typeof createConnections>;

export function createConnections(table: { client: DynamoDBDocumentClient; tableName: string }) {
  const { client, tableName } = table;

  /** Undefined for another tenant's connection too. */
  async function findConnection(tenantId: string, connectionId: string): Promise<Connection | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: connectionKey(tenantId, connectionId), ConsistentRead: true }),
    );
    return Item && (withoutKey(Item) as Connection);
  }

  /** @throws AppError `not_found`, for another tenant's connection too */
  async function getConnection(tenantId: string, connectionId: string): Promise<Connection> {
    const connection = await findConnection(tenantId, connectionId);
    if (!connection) throw new AppError("not_found", `There is no connection ${connectionId}.`);
    return connection;
  }

  /** The connection whose SNS door this key opens, in whatever state it is. */
  async function findConnectionBySnsKey(snsKey: string): Promise<Connection | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: snsLookupKey(snsKey), ConsistentRead: true }),
    );
    return Item && findConnection(Item["tenantId"] as string, Item["connectionId"] as string);
  }

  /** Oldest first. */
  async function listConnections(tenantId: string): Promise<Connection[]> {
    const items = await queryAll(`TENANT#${tenantId}`, "CONNECTION#");
    return (items.map(withoutKey) as Connection[]).toSorted(
      (a, b) => a.createdAt.localeCompare(b.createdAt) || a.connectionId.localeCompare(b.connectionId),
    );
  }

  /** The oldest connection that works; when each is broken the oldest that once worked. Never a pending one. */
  async function findDefaultConnection(tenantId: string): Promise<Connection | undefined> {
    const proven = (await listConnections(tenantId)).filter(({ state }) => state !== "pending");
    return proven.find(({ state }) => state !== "broken") ?? proven[0];
  }

  async function createConnection(tenantId: string, connection: NewConnection): Promise<Connection> {
    const item: Connection = { ...connection, tenantId, state: "pending" };
    await client.send(new TransactWriteCommand({ TransactItems: createWrites(tableName, item) }));
    return item;
  }

  /** The owner of an account in a region: a consistent read, for an event of a fresh owner must not be discarded. */
  async function findConnectionByAccount(accountId: string, region: string): Promise<AccountOwner | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: ownerKey(accountId, region), ConsistentRead: true }),
    );
    return Item && { tenantId: Item["tenantId"], connectionId: Item["connectionId"], state: Item["state"] };
  }

  /** All owners, by account then region: a consistent read, for the bus policy is written from it. */
  async function listProvenAccounts(): Promise<ProvenAccount[]> {
    return (await queryAll(ownersPartition)).map(withoutKey) as ProvenAccount[];
  }

  /**
   * Makes the connection the owner of its account and region; a broken one is whole again. Idempotent.
   * @throws AppError `conflict` when another connection owns them, `not_found`
   */
  const markProven = (tenantId: string, connectionId: string, atIso: string): Promise<Connection> =>
    change(tenantId, connectionId, (connection) => {
      if (connection.state === "proven" || connection.state === "verified") return connection;
      const { brokenAt: _brokenAt, ...rest } = connection;
      return { ...rest, state: connection.verifiedAt ? "verified" : "proven", provenAt: connection.provenAt ?? atIso };
    });

  /** Records that a first event arrived. Does nothing unless the connection is proven and not yet verified. */
  const markVerified = (tenantId: string, connectionId: string, atIso: string): Promise<Connection> =>
    change(tenantId, connectionId, (connection) =>
      connection.state === "proven" ? { ...connection, state: "verified", verifiedAt: atIso } : connection,
    );

  /** Records that a check failed. A connection that was never proven stays pending. */
  const markBroken = (tenantId: string, connectionId: string, atIso: string): Promise<Connection> =>
    change(tenantId, connectionId, (connection) =>
      connection.state === "pending" || connection.state === "broken"
        ? connection
        : { ...connection, state: "broken", brokenAt: atIso },
    );

  /** Disconnects: the account is free for another tenant at once. Answers what was deleted. */
  const deleteConnection = (tenantId: string, connectionId: string): Promise<Connection> =>
    untilWon(async () => {
      const connection = await getConnection(tenantId, connectionId);
      await client.send(new TransactWriteCommand({ TransactItems: deleteWrites(tableName, connection) }));
      return connection;
    });

  /** Whether a test mail may be sent now: at most one in each interval, however many checks run at once. */
  const claimTestMail = (
    tenantId: string,
    connectionId: string,
    interval: { nowMs: number; intervalMs: number },
  ): Promise<boolean> => claim(table, { name: "testMailAtMs", tenantId, connectionId }, interval);

  /** Takes a claim back: the mail was not sent after all. */
  const releaseTestMail = (tenantId: string, connectionId: string, claimedAtMs: number): Promise<void> =>
    release(table, { name: "testMailAtMs", tenantId, connectionId }, claimedAtMs);

  /** Whether the connection's regular check is due, and this caller's to make. */
  const claimCheck = (
    tenantId: string,
    connectionId: string,
    interval: { nowMs: number; intervalMs: number },
  ): Promise<boolean> => claim(table, { name: "checkAtMs", tenantId, connectionId }, interval);

  /** What was last found of its mail; nothing happens when the connection is gone. */
  async function recordReconciliation(
    tenantId: string,
    connectionId: string,
    reconciliation: Reconciliation,
  ): Promise<void> {
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: connectionKey(tenantId, connectionId),
          UpdateExpression: "SET reconciliation = :reconciliation",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":reconciliation": reconciliation },
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  /** Reads, changes, writes connection and owner together, if the state is still the one that was read. */
  const change = (
    tenantId: string,
    connectionId: string,
    next: (connection: Connection) => Connection,
  ): Promise<Connection> =>
    untilWon(async () => {
      const connection = await getConnection(tenantId, connectionId);
      const changed = next(connection);
      if (changed === connection) return connection;
      try {
        const TransactItems = changeWrites(tableName, connection, changed);
        await client.send(new TransactWriteCommand({ TransactItems }));
      } catch (error) {
        throw failedConditions(error).includes(1) ? await ownedByAnother(changed, error) : error;
      }
      return changed;
    });

  async function ownedByAnother({ tenantId, accountId, region }: Connection, cause: unknown) {
    const owner = await findConnectionByAccount(accountId, region);
    const who = owner?.tenantId === tenantId ? `your connection ${owner.connectionId}` : "another SESami customer";
    return new AppError(
      "conflict",
      `The AWS account ${accountId} in ${region} is already connected by ${who}. Disconnect it there first.`,
      { cause },
    );
  }

  async function queryAll(pk: string, skPrefix = ""): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: skPrefix ? "pk = :pk AND begins_with(sk, :sk)" : "pk = :pk",
          ExpressionAttributeValues: { ":pk": pk, ...(skPrefix ? { ":sk": skPrefix } : {}) },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  return {
    createConnection,
    findConnection,
    getConnection,
    findConnectionBySnsKey,
    listConnections,
    findDefaultConnection,
    findConnectionByAccount,
    listProvenAccounts,
    markProven,
    markVerified,
    markBroken,
    deleteConnection,
    claimTestMail,
    releaseTestMail,
    claimCheck,
    recordReconciliation,
  };
}
