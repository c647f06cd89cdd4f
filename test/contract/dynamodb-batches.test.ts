// BatchWriteItem and BatchGetItem, and the tables that they work on.
import { DescribeTableCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

describeDynamoDb("batches and tables", (engine) => {
  let ledger: string;
  let directory: string;

  beforeAll(async () => {
    ledger = await engine().createLedgerTable();
    directory = await engine().createDirectoryTable();
  });

  const keyOf = (pk: string) => ({ pk, sk: "-" });
  const putOf = (pk: string, item: object = {}) => ({ PutRequest: { Item: { ...keyOf(pk), ...item } } });
  const deleteOf = (pk: string) => ({ DeleteRequest: { Key: keyOf(pk) } });

  const write = (requests: ConstructorParameters<typeof BatchWriteCommand>[0]["RequestItems"]) =>
    engine().client.send(new BatchWriteCommand({ RequestItems: requests }));

  const read = async (table: string, ...names: string[]) => {
    const { Responses } = await engine().client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: names.map(keyOf), ConsistentRead: true } } }),
    );
    return Responses?.[table]?.map(({ pk }) => String(pk)).sort();
  };

  test("puts and deletes of several tables are done", async () => {
    await write({ [ledger]: [putOf("b1-old"), putOf("b1-kept")] });

    const { UnprocessedItems } = await write({
      [ledger]: [putOf("b1-new"), deleteOf("b1-old")],
      [directory]: [putOf("b1-dir")],
    });

    expect(UnprocessedItems).toEqual({});
    expect(await read(ledger, "b1-old", "b1-kept", "b1-new")).toEqual(["b1-kept", "b1-new"]);
    expect(await read(directory, "b1-dir")).toEqual(["b1-dir"]);
  });

  test.each([
    ["the same item twice", () => ({ [ledger]: [putOf("b2"), deleteOf("b2")] })],
    ["26 items", () => ({ [ledger]: Array.from({ length: 26 }, (_, index) => putOf(`b2-${index}`)) })],
    ["an item without its key", () => ({ [ledger]: [putOf("b2"), { PutRequest: { Item: { pk: "b2" } } }] })],
  ])("a batch write of %s is refused as a whole", async (_what, requests) => {
    await expect(write(requests())).rejects.toMatchObject({ name: "ValidationException" });
    expect(await read(ledger, "b2", "b2-0")).toEqual([]);
  });

  test("a batch get gives what is there, with the attributes asked for", async () => {
    await write({ [ledger]: [putOf("b3-a", { name: "a", other: 1 }), putOf("b3-b", { name: "b", other: 2 })] });

    const { Responses, UnprocessedKeys } = await engine().client.send(
      new BatchGetCommand({
        RequestItems: {
          [ledger]: {
            Keys: ["b3-a", "b3-b", "b3-none"].map(keyOf),
            ProjectionExpression: "#n",
            ExpressionAttributeNames: { "#n": "name" },
          },
        },
      }),
    );

    expect(Responses?.[ledger]).toEqual(expect.arrayContaining([{ name: "a" }, { name: "b" }]));
    expect(Responses?.[ledger]).toHaveLength(2);
    expect(UnprocessedKeys).toEqual({});
  });

  test("101 keys, or one key twice, are refused", async () => {
    const many = read(ledger, ...Array.from({ length: 101 }, (_, index) => `b4-${index}`));
    await expect(many).rejects.toMatchObject({ name: "ValidationException" });

    await expect(read(ledger, "b4", "b4")).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("what exceeds 16 MB is handed back as unprocessed, and comes at the next call", async () => {
    const names = Array.from({ length: 43 }, (_, index) => `b5-${index}`);
    for (const name of names)
      await engine().client.send(
        new PutCommand({ TableName: directory, Item: { ...keyOf(name), text: "x".repeat(399_000) } }),
      );

    const first = await engine().client.send(
      new BatchGetCommand({ RequestItems: { [directory]: { Keys: names.map(keyOf), ConsistentRead: true } } }),
    );
    const second = await engine().client.send(new BatchGetCommand({ RequestItems: first.UnprocessedKeys }));

    const found = [first, second].flatMap(({ Responses }) => Responses?.[directory]?.map(({ pk }) => String(pk)) ?? []);
    expect(first.Responses?.[directory]?.length).toBeLessThan(43);
    expect(found.sort()).toEqual([...names].sort());
    expect(second.UnprocessedKeys).toEqual({});
  });

  test("a table is described with its index and its stream", async () => {
    const { Table } = await engine().rawClient.send(new DescribeTableCommand({ TableName: ledger }));

    expect(Table).toMatchObject({
      TableName: ledger,
      TableStatus: "ACTIVE",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: "gsi1", IndexStatus: "ACTIVE", Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    expect(Table?.LatestStreamArn).toBe(`${Table?.TableArn}/stream/${Table?.LatestStreamLabel}`);
  });

  test("its time to live is described", async () => {
    const { TimeToLiveDescription } = await engine().rawClient.send(
      new DescribeTimeToLiveCommand({ TableName: ledger }),
    );

    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAtSeconds" });
  });
});
