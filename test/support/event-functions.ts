// The categorizer and the projector put together as their handlers do it, over tables of a test or a benchmark.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAccountOwners } from "../../lambdas/categorizer/account-owners.ts";
import { categorizeBatch } from "../../lambdas/categorizer/categorize-batch.ts";
import { projectStream, type WindowedStreamEvent } from "../../lambdas/projector/project-stream.ts";
import type { Metric } from "../../shared/contract/metrics.ts";
import { createAttempts } from "../../shared/store/attempts.ts";
import { createConnections } from "../../shared/store/connections.ts";
import type { Waiting } from "../../shared/store/dynamo-retry.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { rememberKeeping } from "../../shared/store/keeping.ts";
import { createLedger } from "../../shared/store/ledger/ledger.ts";
import { createSettings } from "../../shared/store/settings.ts";
import { createSuppressions } from "../../shared/store/suppressions.ts";
import { createDirectoryTable, createLedgerTable } from "./dynamodb.ts";
import { getDigest } from "./keyed-digest.ts";

const tables = { ledger: "Ledger", directory: "Directory" };

/** For the laptop's stream subscriptions. */
export const ledgerTableArn = `arn:aws:dynamodb:us-east-1:111111111111:table/${tables.ledger}`;

/** An SES account and region that a tenant has connected. */
export interface ConnectedAccount {
  tenantId: string;
  accountId: string;
  region: string;
}

export interface EventFunctionsDeps {
  /** Milliseconds since 1970. */
  clock: () => number;
  waiting: Waiting;
  setAside?: (body: string) => void;
  count?: (metric: Metric) => void;
  onConflict?: () => void;
}

export interface EventFunctions {
  categorizer: (client: DynamoDBDocumentClient) => (event: SQSEvent) => Promise<SQSBatchResponse>;
  projector: (client: DynamoDBDocumentClient) => (event: WindowedStreamEvent) => Promise<unknown>;
}

/** The stores that read, and those that write as the functions do. */
export function createEventStores(client: DynamoDBDocumentClient, { clock, waiting, onConflict }: EventFunctionsDeps) {
  const directory = { client, tableName: tables.directory };
  return {
    connections: createConnections(directory),
    attempts: createAttempts(directory),
    suppressions: createSuppressions({ ...directory, getDigest, waiting }),
    ledger: createLedger({
      client,
      tableName: tables.ledger,
      clock,
      waiting,
      getKeeping: rememberKeeping(createSettings(directory).getSettings, clock),
      findErasureTimes: createErasures({ ...directory, getDigest }).findErasureTimes,
      ...(onConflict && { onConflict }),
    }),
  };
}

/** Makes functions of a client, as their modules do when they are loaded. */
export function createEventFunctions(deps: EventFunctionsDeps): EventFunctions {
  const { clock, setAside = () => undefined, count = () => undefined } = deps;
  const told = {
    deadLetters: { setAside: async (body: string) => setAside(body) },
    count,
    log: { error: () => undefined },
  };
  return {
    categorizer: (client) => {
      const { ledger, connections, attempts } = createEventStores(client, deps);
      const { findTenant, noteEvent } = createAccountOwners({ connections, clock });
      return categorizeBatch({ ...told, ledger, findTenant, attempts, onRecorded: noteEvent });
    },
    projector: (client) => projectStream({ ...told, ...createEventStores(client, deps), clock }),
  };
}

/** Both tables, and a proven connection for each account. */
export async function setUpEventTables(
  client: DynamoDBDocumentClient,
  accounts: readonly ConnectedAccount[],
): Promise<void> {
  await createLedgerTable(client, tables.ledger);
  await createDirectoryTable(client, tables.directory);
  const connections = createConnections({ client, tableName: tables.directory });
  for (const [index, { tenantId, accountId, region }] of accounts.entries()) {
    const connectionId = `con_${index}`;
    await connections.createConnection(tenantId, {
      connectionId,
      accountId,
      region,
      roleArn: `arn:aws:iam::${accountId}:role/sesami-connection-${region}`,
      externalId: `external-id-${index}`,
      configurationSet: "sesami",
      createdAt: "2026-11-01T07:00:00.000Z",
    });
    await connections.markProven(tenantId, connectionId, "2026-11-01T07:01:00.000Z");
  }
}

/** What Lambda hands over of a queue. */
export const toSqsEvent = (bodies: readonly { messageId: string; body: string; received?: number }[]): SQSEvent => ({
  Records: bodies.map(({ messageId, body, received = 1 }) => ({
    messageId,
    receiptHandle: `${messageId}-${received}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(received),
      SentTimestamp: "0",
      SenderId: "events",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111111111111:events",
    awsRegion: "us-east-1",
  })),
});
