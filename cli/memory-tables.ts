// The laptop's DynamoDB in memory, with both tables. The stores and the AWS SDK are the real ones; no port is opened.
import { CreateTableCommand, DynamoDBClient, type KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb, type StreamRecord } from "../local/dynamodb/dynamodb.ts";
import { encodeError } from "../local/front-door/error-encoding.ts";
import { AwsError, type AwsReply } from "../local/protocol.ts";
import { openState } from "../local/state.ts";

export interface MemoryTables {
  client: DynamoDBDocumentClient;
  ledgerTable: string;
  directoryTable: string;
  /** The records of the Ledger's stream since the last call, in order. */
  takeRecords: () => StreamRecord[];
  stop: () => Promise<void>;
}

const accountId = "111111111111";
const region = "us-east-1";

/** What the SDK hands to the network, as far as it is read here. */
interface SdkRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const key = (partition: string, sort: string): KeySchemaElement[] => [
  { AttributeName: partition, KeyType: "HASH" },
  { AttributeName: sort, KeyType: "RANGE" },
];

const texts = (...names: string[]) => names.map((name) => ({ AttributeName: name, AttributeType: "S" as const }));

/** The same bytes: the SDK's are of a kind of its own that warns when it is taken for text. */
const bytesOf = (body: string | Uint8Array): Buffer =>
  typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

/** Opens empty tables; what is stored is gone with `stop`. */
export async function openMemoryTables(): Promise<MemoryTables> {
  const dynamoDb = createDynamoDb({ state: openState(), clock: Date.now, defaultAccountId: accountId });

  const answer = async ({ method, path, headers, body = "" }: SdkRequest): Promise<AwsReply> => {
    const call = { service: "dynamodb", region, method, path, query: new URLSearchParams(), headers };
    try {
      return await dynamoDb.handle({ ...call, body: bytesOf(body) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return encodeError(error, { protocol: "json", requestId: "replay", contentType: headers["content-type"] });
    }
  };
  const client = new DynamoDBClient({
    region,
    credentials: { accessKeyId: "replay", secretAccessKey: "replay" },
    requestHandler: {
      handle: async (request: SdkRequest) => {
        const { status, headers, body } = await answer(request);
        return { response: { statusCode: status, headers, body: Buffer.from(body) } };
      },
    },
  });

  const { TableDescription: ledger } = await client.send(
    new CreateTableCommand({
      TableName: "Ledger",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: texts("pk", "sk", "gsi1pk", "gsi1sk"),
      KeySchema: key("pk", "sk"),
      GlobalSecondaryIndexes: [
        { IndexName: "gsi1", KeySchema: key("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: "Directory",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: texts("pk", "sk"),
      KeySchema: key("pk", "sk"),
    }),
  );
  const records: StreamRecord[] = [];
  dynamoDb.subscribe(ledger?.LatestStreamArn ?? "", (arrived) => records.push(...arrived));

  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    ledgerTable: "Ledger",
    directoryTable: "Directory",
    takeRecords: () => records.splice(0),
    stop: async () => {
      client.destroy();
      await dynamoDb.stop();
    },
  };
}
