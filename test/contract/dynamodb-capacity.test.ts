// Consumed capacity, by the rules and examples of AWS's developer guide ("Read and write operations").
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

/** pk and sk with one character each, and the name `t`: 2 + 1 + 2 + 1 + 1 bytes. */
const overheadBytes = 7;

const total = { ReturnConsumedCapacity: "TOTAL" } as const;

describeDynamoDb("consumed capacity", (engine) => {
  let ledger: string;
  let directory: string;

  beforeAll(async () => {
    ledger = await engine().createLedgerTable();
    directory = await engine().createDirectoryTable();
  });

  const itemOf = (pk: string, sizeBytes: number) => ({ pk, sk: "-", t: "x".repeat(sizeBytes - overheadBytes) });

  const put = async (pk: string, sizeBytes: number) => {
    const { ConsumedCapacity } = await engine().client.send(
      new PutCommand({ TableName: directory, Item: itemOf(pk, sizeBytes), ...total }),
    );
    return ConsumedCapacity?.CapacityUnits;
  };

  const get = async (pk: string, isConsistent: boolean) => {
    const { ConsumedCapacity } = await engine().client.send(
      new GetCommand({ TableName: directory, Key: { pk, sk: "-" }, ConsistentRead: isConsistent, ...total }),
    );
    return ConsumedCapacity?.CapacityUnits;
  };

  test("a write costs one unit for each kilobyte begun", async () => {
    expect(await put("a", 1024)).toBe(1);
    expect(await put("b", 1025)).toBe(2);
  });

  test("a replaced or deleted item costs by the larger of before and after", async () => {
    await put("c", 3 * 1024);

    const replaced = await put("c", 100);
    await put("c", 3 * 1024);
    const removal = await engine().client.send(
      new DeleteCommand({ TableName: directory, Key: { pk: "c", sk: "-" }, ...total }),
    );

    expect(replaced).toBe(3);
    expect(removal.ConsumedCapacity?.CapacityUnits).toBe(3);
  });

  test("an update costs by the whole item, not by what it changes", async () => {
    await put("d", 2 * 1024);

    const { ConsumedCapacity } = await engine().client.send(
      new UpdateCommand({
        TableName: directory,
        Key: { pk: "d", sk: "-" },
        UpdateExpression: "SET n = :one",
        ExpressionAttributeValues: { ":one": 1 },
        ...total,
      }),
    );

    expect(ConsumedCapacity?.CapacityUnits).toBe(3);
  });

  test("a consistent read costs one unit for each 4 KB begun, an eventually consistent one half", async () => {
    await put("e", 4096);
    await put("f", 4097);

    expect(await get("e", true)).toBe(1);
    expect(await get("e", false)).toBe(0.5);
    expect(await get("f", true)).toBe(2);
    expect(await get("f", false)).toBe(1);
    expect(await get("nothing", false)).toBe(0.5);
  });

  test("items of 1.5 KB and 6.5 KB in one batch cost as 4 KB and 8 KB", async () => {
    await put("g", 1536);
    await put("h", 6656);

    const { ConsumedCapacity } = await engine().client.send(
      new BatchGetCommand({
        RequestItems: {
          [directory]: { Keys: ["g", "h"].map((pk) => ({ pk, sk: "-" })), ConsistentRead: true },
        },
        ...total,
      }),
    );

    expect(ConsumedCapacity).toMatchObject([{ TableName: directory, CapacityUnits: 3 }]);
  });

  test("a query costs by the sum of all it scanned, filtered or not: 1,500 items of 64 bytes are 96 KB", async () => {
    // 64 bytes: 2 + 2 of the partition key, 2 + 5 of the sort key, 1 + 52 of the text.
    const item = (index: number) => ({ pk: "ib", sk: String(index).padStart(5, "0"), t: "x".repeat(52) });
    const indexes = Array.from({ length: 1500 }, (_, index) => index);
    for (let start = 0; start < 1500; start += 25)
      await engine().client.send(
        new BatchWriteCommand({
          RequestItems: {
            [directory]: indexes.slice(start, start + 25).map((index) => ({ PutRequest: { Item: item(index) } })),
          },
        }),
      );

    const { ConsumedCapacity, Count } = await engine().client.send(
      new QueryCommand({
        TableName: directory,
        KeyConditionExpression: "pk = :pk",
        FilterExpression: "t = :none",
        ExpressionAttributeValues: { ":pk": "ib", ":none": "-" },
        ConsistentRead: true,
        ...total,
      }),
    );

    expect(Count).toBe(0);
    expect(ConsumedCapacity?.CapacityUnits).toBe(24);
  });

  test("transactions cost twice", async () => {
    const write = await engine().client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: directory, Item: itemOf("j", 1500) } },
          { Put: { TableName: directory, Item: itemOf("k", 500) } },
        ],
        ...total,
      }),
    );
    const read = await engine().client.send(
      new TransactGetCommand({
        TransactItems: ["j", "k"].map((pk) => ({ Get: { TableName: directory, Key: { pk, sk: "-" } } })),
        ...total,
      }),
    );

    expect(write.ConsumedCapacity).toMatchObject([{ TableName: directory, CapacityUnits: 6 }]);
    expect(read.ConsumedCapacity).toMatchObject([{ TableName: directory, CapacityUnits: 4 }]);
  });

  test("an index costs a write where its entry is new, changed or gone, two where its key changes, else none", async () => {
    const write = async (index: object, other: object) => {
      const { ConsumedCapacity } = await engine().client.send(
        new PutCommand({
          TableName: ledger,
          Item: { pk: "l", sk: "-", ...index, ...other },
          ReturnConsumedCapacity: "INDEXES",
        }),
      );
      return [
        ConsumedCapacity?.CapacityUnits,
        ConsumedCapacity?.Table?.CapacityUnits,
        ConsumedCapacity?.GlobalSecondaryIndexes?.["gsi1"]?.CapacityUnits,
      ];
    };
    const entry = { gsi1pk: "m1", gsi1sk: "r" };

    const without = await write({}, {});
    const added = await write(entry, {});
    const untouched = await write(entry, { other: 1 });
    const moved = await write({ ...entry, gsi1pk: "m2" }, {});
    const removed = await write({}, {});

    expect(without).toEqual([1, 1, undefined]);
    expect(added).toEqual([2, 1, 1]);
    expect(untouched).toEqual([1, 1, undefined]);
    expect(moved).toEqual([3, 1, 2]);
    expect(removed).toEqual([2, 1, 1]);
  });

  test("a query of the index costs on the index", async () => {
    await engine().client.send(
      new PutCommand({ TableName: ledger, Item: { pk: "q", sk: "-", gsi1pk: "m3", gsi1sk: "r", t: "x".repeat(9000) } }),
    );

    const { ConsumedCapacity } = await engine().client.send(
      new QueryCommand({
        TableName: ledger,
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :pk",
        ExpressionAttributeValues: { ":pk": "m3" },
        ReturnConsumedCapacity: "INDEXES",
      }),
    );

    expect(ConsumedCapacity).toMatchObject({
      CapacityUnits: 0.5,
      Table: { CapacityUnits: 0 },
      GlobalSecondaryIndexes: { gsi1: { CapacityUnits: 0.5 } },
    });
  });

  test("nothing is reported unasked", async () => {
    const { ConsumedCapacity } = await engine().client.send(
      new PutCommand({ TableName: directory, Item: itemOf("n", 100) }),
    );

    expect(ConsumedCapacity).toBeUndefined();
  });
});
