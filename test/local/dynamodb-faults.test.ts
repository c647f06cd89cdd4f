// Faults that tests inject into the laptop's DynamoDB.
import { afterEach, describe, expect, test } from "vitest";
import {
  createDynamoDb,
  transactionCanceled,
  type DynamoDb,
  type DynamoDbDeps,
} from "../../local/dynamodb/dynamodb.ts";
import { AwsError } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";
import { hashTable } from "../support/dynamodb.ts";

const operator = { accountId: "111111111111", region: "us-east-1" };

const open: DynamoDb[] = [];

const start = async (options: Partial<DynamoDbDeps> = {}) => {
  const service = createDynamoDb({ state: openState(), clock: () => 1795428000000, ...options });
  open.push(service);
  await service.execute("CreateTable", hashTable("Table"), operator);
  return service;
};

const put = (service: DynamoDb, pk: string) =>
  service.execute("PutItem", { TableName: "Table", Item: { pk: { S: pk } } }, operator);

const get = async (service: DynamoDb, pk: string) => {
  const { Item } = await service.execute("GetItem", { TableName: "Table", Key: { pk: { S: pk } } }, operator);
  return Item;
};

const throttled = () => new AwsError("ProvisionedThroughputExceededException", "Slow down.");

afterEach(async () => {
  for (const service of open.splice(0)) await service.stop();
});

describe("faults", () => {
  test("a fault before an operation keeps it from happening", async () => {
    const service = await start({
      faults: (operation) => {
        if (operation === "PutItem") throw throttled();
      },
    });

    await expect(put(service, "a")).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
    expect(await get(service, "a")).toBeUndefined();
  });

  test("a fault after an operation hides that it has happened", async () => {
    const service = await start({
      faults: (operation) => {
        if (operation === "PutItem:done") throw new AwsError("InternalServerError", "No answer.", { status: 500 });
      },
    });

    await expect(put(service, "a")).rejects.toMatchObject({ code: "InternalServerError" });
    expect(await get(service, "a")).toBeDefined();
  });

  test("a transaction can be made to conflict", async () => {
    const service = await start({
      faults: (operation) => {
        if (operation === "TransactWriteItems") throw transactionCanceled([{ Code: "TransactionConflict" }]);
      },
    });

    const attempt = service.execute(
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName: "Table", Item: { pk: { S: "a" } } } }] },
      operator,
    );

    await expect(attempt).rejects.toMatchObject({
      code: "TransactionCanceledException",
      extra: { CancellationReasons: [{ Code: "TransactionConflict" }] },
    });
  });

  test("throttled elements of a batch come back unprocessed, and a batch of nothing else fails", async () => {
    let calls = 0;
    const service = await start({
      faults: (operation) => {
        if (!operation.endsWith(":element")) return;
        calls += 1;
        if (calls % 2 === 0) throw throttled();
      },
    });
    const requests = ["a", "b", "c"].map((pk) => ({ PutRequest: { Item: { pk: { S: pk } } } }));
    const keys = ["a", "c"].map((pk) => ({ pk: { S: pk } }));

    const written = await service.execute("BatchWriteItem", { RequestItems: { Table: requests } }, operator);
    const none = service.execute("BatchGetItem", { RequestItems: { Table: { Keys: keys.slice(0, 1) } } }, operator);
    await expect(none).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
    const read = await service.execute(
      "BatchGetItem",
      { RequestItems: { Table: { Keys: keys, ConsistentRead: true } } },
      operator,
    );

    expect(written).toEqual({ UnprocessedItems: { Table: [requests[1]] } });
    expect(read).toEqual({
      Responses: { Table: [{ pk: { S: "a" } }] },
      UnprocessedKeys: { Table: { Keys: [keys[1]], ConsistentRead: true } },
    });
  });
});
