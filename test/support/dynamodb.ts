// The laptop's DynamoDB behind a plain HTTP server and the real SDK client, for tests of the store and of DynamoDB itself.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb, type DynamoDb, type DynamoDbDeps } from "../../local/dynamodb/dynamodb.ts";
import { encodeError } from "../../local/front-door/error-encoding.ts";
import { AwsError, type AwsReply, type AwsService } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";

export const region = "us-east-1";
export const accountId = "111111111111";

/** An engine with a client of it. */
export interface TestDynamoDb {
  client: DynamoDBDocumentClient;
  /** Without the document client's translation of values. */
  rawClient: DynamoDBClient;
  endpoint: string;
  /** Makes the table with its index and stream, and gives its name. */
  createLedgerTable: (name?: string) => Promise<string>;
  createDirectoryTable: (name?: string) => Promise<string>;
  stop: () => Promise<void>;
}

export interface LocalDynamoDb extends TestDynamoDb {
  service: DynamoDb;
}

/**
 * DynamoDB takes any number for an expiry, and one in milliseconds never comes: 11 digits of seconds are the year 5138. So
 * every test that writes through here holds whoever wrote it to seconds.
 */
function assertExpiresInSeconds(body: string): void {
  for (const [, expiry = ""] of body.matchAll(/"expiresAtSeconds":\{"N":"([^"]*)"\}/g))
    if (!/^\d{9,11}$/.test(expiry))
      throw new Error(`expiresAtSeconds is ${expiry}: it must be whole seconds since 1970.`);
}

async function answer(service: AwsService, body: Buffer, headers: Record<string, string>): Promise<AwsReply> {
  assertExpiresInSeconds(body.toString());
  try {
    return await service({
      service: "dynamodb",
      region,
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers,
      body,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return encodeError(error, { protocol: "json", requestId: "test", contentType: headers["content-type"] });
  }
}

/** Any service of the laptop cloud that speaks JSON, as one server; credentials are not looked at. */
export async function serve(service: AwsService): Promise<{ endpoint: string; close: () => Promise<void> }> {
  // Without a time limit for idle connections: their end would race with a request of a slow test.
  const server: Server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const respond = async () => {
      const body = await buffer(request);
      const reply = await answer(service, body, request.headers as Record<string, string>);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    };
    respond().catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" as const },
  { AttributeName: range, KeyType: "RANGE" as const },
];

const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const }));

/** CreateTable's input for a table whose only key is `pk`. */
export const hashTable = (name: string) => ({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: strings("pk"),
  KeySchema: key("pk", "sk").slice(0, 1),
});

/** The Ledger of the data model: index gsi1 of keys only, a stream of both images, expiry in seconds. */
export async function createLedgerTable(client: DynamoDBClient, name = "Ledger"): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: strings("pk", "sk", "gsi1pk", "gsi1sk"),
      KeySchema: key("pk", "sk"),
      GlobalSecondaryIndexes: [
        { IndexName: "gsi1", KeySchema: key("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await enableExpiry(client, name);
  return name;
}

export async function createDirectoryTable(client: DynamoDBClient, name = "Directory"): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: strings("pk", "sk"),
      KeySchema: key("pk", "sk"),
    }),
  );
  await enableExpiry(client, name);
  return name;
}

const enableExpiry = (client: DynamoDBClient, name: string) =>
  client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: "expiresAtSeconds", Enabled: true },
    }),
  );

/** The clients retry nothing, so that an injected fault reaches the caller. */
export const clientsOf = (endpoint: string) => {
  const rawClient = new DynamoDBClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return {
    rawClient,
    client: DynamoDBDocumentClient.from(rawClient, { marshallOptions: { removeUndefinedValues: true } }),
  };
};

/** The longest that a timer of Node waits, 24 days. */
const neverMs = 2 ** 31 - 1;

/**
 * In memory unless a state is given. It removes nothing that has expired by itself: most tests have a clock of their own, and
 * what they store is long over by the machine's.
 */
export async function startDynamoDb(options: Partial<DynamoDbDeps> = {}): Promise<LocalDynamoDb> {
  const service = createDynamoDb({
    state: openState(),
    clock: Date.now,
    ttlSweepMs: neverMs,
    defaultAccountId: accountId,
    ...options,
  });
  const { endpoint, close } = await serve(service.handle);
  const { client, rawClient } = clientsOf(endpoint);
  return {
    client,
    rawClient,
    service,
    endpoint,
    createLedgerTable: (name) => createLedgerTable(rawClient, name),
    createDirectoryTable: (name) => createDirectoryTable(rawClient, name),
    stop: async () => {
      client.destroy();
      await close();
      await service.stop();
    },
  };
}
