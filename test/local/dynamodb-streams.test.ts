// Streams of the laptop's DynamoDB, as Lambda's DynamoDB events carry them.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDynamoDb, type DynamoDb, type StreamRecord } from "../../local/dynamodb/dynamodb.ts";
import type { StreamViewType } from "../../local/dynamodb/stream-record.ts";
import { openState } from "../../local/state.ts";
import { hashTable } from "../support/dynamodb.ts";

const scope = { accountId: "111111111111", region: "us-east-1" };
const tableArn = "arn:aws:dynamodb:us-east-1:111111111111:table/Ledger";
const nowMs = Date.parse("2026-11-23T10:00:00.500Z");

let service: DynamoDb;

const createTable = (view: StreamViewType = "NEW_AND_OLD_IMAGES") =>
  service.execute(
    "CreateTable",
    { ...hashTable("Ledger"), StreamSpecification: { StreamEnabled: true, StreamViewType: view } },
    scope,
  );

const put = (pk: string, n: number) =>
  service.execute("PutItem", { TableName: "Ledger", Item: { pk: { S: pk }, n: { N: String(n) } } }, scope);

const remove = (pk: string) => service.execute("DeleteItem", { TableName: "Ledger", Key: { pk: { S: pk } } }, scope);

const listen = () => {
  const records: StreamRecord[] = [];
  const subscription = service.subscribe(tableArn, (more) => records.push(...more));
  return { records, subscription };
};

const keysOf = (records: StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys["pk"]?.S);

beforeEach(() => {
  service = createDynamoDb({ state: openState(), clock: () => nowMs });
});

afterEach(() => service.stop());

describe("a record", () => {
  test("has the shape of Lambda's events, with both images", async () => {
    await createTable();
    const { records } = listen();

    await put("a", 1);
    await put("a", 2);
    await remove("a");

    const record = (eventName: string, dynamodb: object) => ({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: `${tableArn}/stream/2026-11-23T10:00:00.500`,
      dynamodb: {
        ApproximateCreationDateTime: 1795428000,
        Keys: { pk: { S: "a" } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        StreamViewType: "NEW_AND_OLD_IMAGES",
        ...dynamodb,
      },
    });
    const one = { pk: { S: "a" }, n: { N: "1" } };
    const two = { pk: { S: "a" }, n: { N: "2" } };
    // Keys: 2 + 1 bytes; an image: 3 of the key and 1 + 2 of the number.
    expect(records).toEqual([
      record("INSERT", { NewImage: one, SizeBytes: 9 }),
      record("MODIFY", { OldImage: one, NewImage: two, SizeBytes: 15 }),
      record("REMOVE", { OldImage: two, SizeBytes: 9 }),
    ]);
  });

  test.each([
    ["KEYS_ONLY", []],
    ["NEW_IMAGE", ["NewImage"]],
    ["OLD_IMAGE", ["OldImage"]],
    ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
  ] as const)("of view %s has the images %j", async (view, images) => {
    await createTable(view);
    await put("a", 1);
    const { records } = listen();

    await put("a", 2);

    const names = Object.keys(records[0]?.dynamodb ?? {}).filter((name) => name.endsWith("Image"));
    expect(names).toEqual(images);
  });

  test("is not made by a write that changes nothing", async () => {
    await createTable();
    await put("a", 1);
    const { records } = listen();

    await put("a", 1);
    await remove("none");
    await service.execute(
      "UpdateItem",
      {
        TableName: "Ledger",
        Key: { pk: { S: "a" } },
        UpdateExpression: "SET n = :one",
        ExpressionAttributeValues: { ":one": { N: "1.0" } },
      },
      scope,
    );

    expect(records).toEqual([]);
  });

  test("is not made by a write that fails", async () => {
    await createTable();
    const { records } = listen();

    const attempt = service.execute(
      "TransactWriteItems",
      {
        TransactItems: [
          { Put: { TableName: "Ledger", Item: { pk: { S: "a" } } } },
          {
            ConditionCheck: {
              TableName: "Ledger",
              Key: { pk: { S: "b" } },
              ConditionExpression: "attribute_exists(pk)",
            },
          },
        ],
      },
      scope,
    );

    await expect(attempt).rejects.toMatchObject({ code: "TransactionCanceledException" });
    expect(records).toEqual([]);
  });
});

describe("order", () => {
  test("is the order of commits, with growing sequence numbers", async () => {
    await createTable();
    const { records } = listen();

    await Promise.all(Array.from({ length: 50 }, (_, index) => put(`p${index}`, index)));

    const sequenceNumbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(keysOf(records)).toEqual(Array.from({ length: 50 }, (_, index) => `p${index}`));
    expect(sequenceNumbers).toEqual([...new Set(sequenceNumbers)].sort());
  });

  test("the records of a transaction come together, once all of it can be read", async () => {
    await createTable();
    const batches: StreamRecord[][] = [];
    const seen: Promise<unknown>[] = [];
    const get = (pk: string) => service.execute("GetItem", { TableName: "Ledger", Key: { pk: { S: pk } } }, scope);
    service.subscribe(tableArn, (records) => {
      batches.push(records);
      seen.push(get("b"));
    });

    await service.execute(
      "TransactWriteItems",
      { TransactItems: ["a", "b"].map((pk) => ({ Put: { TableName: "Ledger", Item: { pk: { S: pk } } } })) },
      scope,
    );

    expect(batches.map(keysOf)).toEqual([["a", "b"]]);
    expect(await Promise.all(seen)).toEqual([{ Item: { pk: { S: "b" } } }]);
  });
});

describe("a subscription", () => {
  test("ends when it is stopped", async () => {
    await createTable();
    const { records, subscription } = listen();
    await put("a", 1);

    subscription.stop();
    await put("b", 1);

    expect(keysOf(records)).toEqual(["a"]);
  });

  test("to a table without a stream is refused", async () => {
    await createTable();
    await service.execute("UpdateTable", { TableName: "Ledger", StreamSpecification: { StreamEnabled: false } }, scope);

    expect(() => listen()).toThrow(expect.objectContaining({ code: "ResourceNotFoundException" }));
  });
});
