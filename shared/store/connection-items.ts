// The items that connections are kept as, and the writes that change a connection and its owner item together.
//
//   connection   TENANT#<tenantId> / CONNECTION#<connectionId>
//   owner        ACCOUNTS / <accountId>#<region>     one partition, so that all owners are one consistent query; the
//                                                    bus policy (10,240 bytes) caps them at some hundreds anyway
//   SNS lookup   SNS#<sha256 of the SNS key> / SNS   made and deleted with its connection
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ConnectionState, Reconciliation } from "../contract/api/connections.ts";

export interface NewConnection {
  connectionId: string;
  accountId: string;
  region: string;
  roleArn: string;
  externalId: string;
  configurationSet: string;
  /** Opens the SNS door for this connection's account: a secret. Absent, that door stays shut. */
  snsKey?: string;
  /** ISO 8601 UTC. */
  createdAt: string;
}

export interface Connection extends NewConnection {
  tenantId: string;
  state: ConnectionState;
  provenAt?: string;
  verifiedAt?: string;
  brokenAt?: string;
  /** Of the last hourly comparison. */
  reconciliation?: Reconciliation;
}

/** Who owns an account and region: exists from proof to disconnection, whatever a later check says. */
export interface AccountOwner {
  tenantId: string;
  connectionId: string;
  state: Exclude<ConnectionState, "pending">;
}

export interface ProvenAccount extends AccountOwner {
  accountId: string;
  region: string;
}

type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

export const ownersPartition = "ACCOUNTS";

export const connectionKey = (tenantId: string, connectionId: string) => ({
  pk: `TENANT#${tenantId}`,
  sk: `CONNECTION#${connectionId}`,
});

export const ownerKey = (accountId: string, region: string) => ({ pk: ownersPartition, sk: `${accountId}#${region}` });

/** Found by hash: what the table's index gives away by its timing is not the key. */
export const snsLookupKey = (snsKey: string) => ({ pk: `SNS#${bytesToHex(sha256(utf8ToBytes(snsKey)))}`, sk: "SNS" });

export const withoutKey = ({ pk: _pk, sk: _sk, ...rest }: Record<string, unknown>): unknown => rest;

/** Holds while the connection is in the state it was read in. */
const unchanged = ({ state }: Connection) => ({
  ConditionExpression: "#state = :state",
  ExpressionAttributeNames: { "#state": "state" },
  ExpressionAttributeValues: { ":state": state },
});

/** The connection's new state and times, and the same state at its owner item: in this order, as one transaction. */
export function changeWrites(tableName: string, before: Connection, after: Connection): Write[] {
  const { tenantId, connectionId, accountId, region, state } = after;
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = unchanged(before);
  const times = Object.entries({ provenAt: after.provenAt, verifiedAt: after.verifiedAt, brokenAt: after.brokenAt });
  const set = times.filter(([, at]) => at !== undefined);
  const removed = times.filter(([, at]) => at === undefined).map(([name]) => name);
  return [
    {
      Update: {
        TableName: tableName,
        Key: connectionKey(tenantId, connectionId),
        UpdateExpression: [
          `SET ${["#state = :next", ...set.map(([name]) => `${name} = :${name}`)].join(", ")}`,
          ...(removed.length > 0 ? [`REMOVE ${removed.join(", ")}`] : []),
        ].join(" "),
        ConditionExpression,
        ExpressionAttributeNames,
        ExpressionAttributeValues: {
          ...ExpressionAttributeValues,
          ":next": state,
          ...Object.fromEntries(set.map(([name, at]) => [`:${name}`, at])),
        },
      },
    },
    {
      Update: {
        TableName: tableName,
        Key: ownerKey(accountId, region),
        UpdateExpression:
          "SET accountId = :accountId, #region = :region, tenantId = :tenantId, connectionId = :connectionId, #state = :next",
        ConditionExpression: "attribute_not_exists(pk) OR connectionId = :connectionId",
        ExpressionAttributeNames: { "#region": "region", "#state": "state" },
        ExpressionAttributeValues: {
          ":accountId": accountId,
          ":region": region,
          ":tenantId": tenantId,
          ":connectionId": connectionId,
          ":next": state,
        },
      },
    },
  ];
}

/** A connection that is new, and what finds it by its SNS key. */
export function createWrites(tableName: string, connection: Connection): Write[] {
  const { tenantId, connectionId, snsKey } = connection;
  const put = (Item: Record<string, unknown>): Write => ({
    Put: { TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
  });
  return [
    put({ ...connectionKey(tenantId, connectionId), ...connection }),
    ...(snsKey === undefined ? [] : [put({ ...snsLookupKey(snsKey), tenantId, connectionId })]),
  ];
}

/** The connection, its owner item, which must be its own (a pending one has none), and its SNS lookup. */
export const deleteWrites = (tableName: string, connection: Connection): Write[] => [
  {
    Delete: {
      TableName: tableName,
      Key: connectionKey(connection.tenantId, connection.connectionId),
      ...unchanged(connection),
    },
  },
  ...(connection.state === "pending"
    ? []
    : [
        {
          Delete: {
            TableName: tableName,
            Key: ownerKey(connection.accountId, connection.region),
            ConditionExpression: "connectionId = :connectionId",
            ExpressionAttributeValues: { ":connectionId": connection.connectionId },
          },
        },
      ]),
  ...(connection.snsKey === undefined
    ? []
    : [{ Delete: { TableName: tableName, Key: snsLookupKey(connection.snsKey) } }]),
];
