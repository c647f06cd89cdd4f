// AWS::DynamoDB::Table and GlobalTable on the laptop.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CreatedResource, ResourceContext } from "../../local/cloudformation/provider.ts";
import { createDynamoDb, type DynamoDb } from "../../local/dynamodb/dynamodb.ts";
import { openState } from "../../local/state.ts";

const scope = { accountId: "111111111111", region: "us-east-1" };

const context: ResourceContext = {
  ...scope,
  stackName: "Data",
  logicalId: "Ledger",
  generatedName: "Data-Ledger-1ABC",
  resource: { Type: "AWS::DynamoDB::GlobalTable" },
  assetPath: () => "",
};

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];

const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: "S" }));

const index = { IndexName: "gsi1", KeySchema: key("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "KEYS_ONLY" } };

/** As the CDK's TableV2 synthesizes it. */
const globalTable = {
  AttributeDefinitions: strings("pk", "sk", "gsi1pk", "gsi1sk"),
  KeySchema: key("pk", "sk"),
  BillingMode: "PAY_PER_REQUEST",
  GlobalSecondaryIndexes: [index],
  Replicas: [
    {
      Region: "us-east-1",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  ],
  SSESpecification: { SSEEnabled: false },
  StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
  TimeToLiveSpecification: { AttributeName: "expiresAtSeconds", Enabled: true },
  WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 10 },
};

const { GlobalSecondaryIndexes: _, ...withoutIndex } = globalTable;

let service: DynamoDb;

const provide = async (properties: object, type = "AWS::DynamoDB::GlobalTable"): Promise<CreatedResource> => {
  const provider = service.providers[type];
  if (!provider) throw new Error(`No provider of ${type}`);
  return provider.create(properties, context);
};

beforeEach(() => {
  service = createDynamoDb({ state: openState(), clock: () => Date.parse("2026-11-23T10:00:00Z") });
});

afterEach(() => service.stop());

test("a global table becomes a table with its index, stream and time to live", async () => {
  const created = await provide(globalTable);

  const { Table } = await service.execute("DescribeTable", { TableName: "Data-Ledger-1ABC" }, scope);
  const timeToLive = await service.execute("DescribeTimeToLive", { TableName: "Data-Ledger-1ABC" }, scope);
  const arn = "arn:aws:dynamodb:us-east-1:111111111111:table/Data-Ledger-1ABC";
  expect(created).toEqual({
    ref: "Data-Ledger-1ABC",
    attributes: {
      Arn: arn,
      StreamArn: `${arn}/stream/2026-11-23T10:00:00.000`,
      TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(Table).toMatchObject({
    GlobalSecondaryIndexes: [index],
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
  });
  expect(timeToLive).toMatchObject({
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expiresAtSeconds" },
  });
});

test("a plain table with a name of its own, and throughput, is taken too", async () => {
  const created = await provide(
    {
      TableName: "Directory",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: strings("pk"),
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: "5" },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      Tags: [{ Key: "a", Value: "b" }],
    },
    "AWS::DynamoDB::Table",
  );

  expect(created.ref).toBe("Directory");
  expect(created.attributes).not.toHaveProperty("StreamArn");
});

describe("a table from an earlier run", () => {
  const item = { pk: { S: "a" }, sk: { S: "b" }, gsi1pk: { S: "m" }, gsi1sk: { S: "r" } };
  const put = () => service.execute("PutItem", { TableName: "Data-Ledger-1ABC", Item: item }, scope);
  const queryIndex = () =>
    service.execute(
      "Query",
      {
        TableName: "Data-Ledger-1ABC",
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :m",
        ExpressionAttributeValues: { ":m": { S: "m" } },
      },
      scope,
    );

  test("is adopted with its items, and gives the same attributes", async () => {
    const first = await provide(globalTable);
    await put();

    const second = await provide(globalTable);

    expect(second).toEqual(first);
    expect(await queryIndex()).toMatchObject({ Count: 1 });
  });

  test("gets an index that the template added, with the items that are there, and loses one it dropped", async () => {
    await provide({ ...withoutIndex, AttributeDefinitions: strings("pk", "sk") });
    await put();

    await provide(globalTable);
    const added = await queryIndex();
    await provide(withoutIndex);

    expect(added).toMatchObject({ Count: 1, Items: [item] });
    await expect(queryIndex()).rejects.toMatchObject({ code: "ValidationException" });
  });

  test("gets a stream and another time to live", async () => {
    const { StreamSpecification: _stream, ...withoutStream } = globalTable;
    await provide(withoutStream);

    const created = await provide({
      ...globalTable,
      TimeToLiveSpecification: { AttributeName: "other", Enabled: true },
    });

    expect(created.attributes).toHaveProperty("StreamArn");
    expect(await service.execute("DescribeTimeToLive", { TableName: "Data-Ledger-1ABC" }, scope)).toMatchObject({
      TimeToLiveDescription: { AttributeName: "other" },
    });
  });

  test("with other keys is not replaced in silence", async () => {
    await provide(globalTable);

    const attempt = provide({ ...globalTable, KeySchema: key("pk", "gsi1sk") });

    await expect(attempt).rejects.toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining("--fresh"),
    });
  });
});

test("a property that is not known is refused by name", async () => {
  const attempt = provide({ ...globalTable, KinesisStreamSpecification: {} });

  await expect(attempt).rejects.toMatchObject({
    code: "NotImplemented",
    message: expect.stringContaining("KinesisStreamSpecification"),
  });
});

test("replicas in other regions are refused", async () => {
  const attempt = provide({ ...globalTable, Replicas: [{ Region: "us-east-1" }, { Region: "eu-west-1" }] });

  await expect(attempt).rejects.toMatchObject({ code: "NotImplemented" });
});

test("a deleted resource takes its table with it", async () => {
  const created = await provide(globalTable);

  await service.providers["AWS::DynamoDB::GlobalTable"]?.delete?.(created, context);

  expect(await service.execute("ListTables", {}, scope)).toEqual({ TableNames: [] });
});
