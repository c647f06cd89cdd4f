// Transactions of the laptop's DynamoDB, beyond what the contract suite asks of every engine.
import { afterEach, expect, test } from "vitest";
import { createDynamoDb, type DynamoDb, type DynamoDbDeps } from "../../local/dynamodb/dynamodb.ts";
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

afterEach(async () => {
  for (const service of open.splice(0)) await service.stop();
});

test("a token whose transaction is still under way is refused, and nothing is applied twice", async () => {
  const service = await start();
  const request = {
    ClientRequestToken: "one",
    TransactItems: [
      {
        Update: {
          TableName: "Table",
          Key: { pk: { S: "a" } },
          UpdateExpression: "ADD amount :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      },
    ],
  };
  const transact = () => service.execute("TransactWriteItems", request, operator);

  const attempts = await Promise.allSettled([transact(), transact()]);

  expect(attempts).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "TransactionInProgressException" } },
  ]);
  expect(await get(service, "a")).toMatchObject({ amount: { N: "1" } });
});

test("an update that does not fit its item is the reason of a cancelled transaction, as AWS documents it", async () => {
  const service = await start();
  await put(service, "a");

  const attempt = service.execute(
    "TransactWriteItems",
    {
      TransactItems: ["other", "a"].map((pk) => ({
        Update: {
          TableName: "Table",
          Key: { pk: { S: pk } },
          UpdateExpression: "SET amount = amount_ + :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
          ConditionExpression: pk === "a" ? "attribute_exists(pk)" : "attribute_not_exists(pk)",
        },
      })),
    },
    operator,
  );

  // Documented for TransactionCanceledException, code ValidationError.
  const Message = "The provided expression refers to an attribute that does not exist in the item";
  await expect(attempt).rejects.toMatchObject({
    code: "TransactionCanceledException",
    extra: {
      CancellationReasons: [
        { Code: "ValidationError", Message },
        { Code: "ValidationError", Message },
      ],
    },
  });
});

test("transactions report which kind of capacity they consumed", async () => {
  const service = await start();
  const element = { TableName: "Table" };

  const write = await service.execute(
    "TransactWriteItems",
    { TransactItems: [{ Put: { ...element, Item: { pk: { S: "a" } } } }], ReturnConsumedCapacity: "TOTAL" },
    operator,
  );
  const read = await service.execute(
    "TransactGetItems",
    { TransactItems: [{ Get: { ...element, Key: { pk: { S: "a" } } } }], ReturnConsumedCapacity: "TOTAL" },
    operator,
  );

  expect(write["ConsumedCapacity"]).toEqual([{ TableName: "Table", CapacityUnits: 2, WriteCapacityUnits: 2 }]);
  expect(read["ConsumedCapacity"]).toEqual([{ TableName: "Table", CapacityUnits: 2, ReadCapacityUnits: 2 }]);
});

test("a token is free again after ten minutes", async () => {
  let clockMs = 1795428000000;
  const service = await start({ clock: () => clockMs });
  const transact = (pk: string) =>
    service.execute(
      "TransactWriteItems",
      { ClientRequestToken: "one", TransactItems: [{ Put: { TableName: "Table", Item: { pk: { S: pk } } } }] },
      operator,
    );
  await transact("a");

  clockMs += 10 * 60 * 1000 - 1;
  const early = transact("b");
  await expect(early).rejects.toMatchObject({ code: "IdempotentParameterMismatchException" });
  clockMs += 1;
  await transact("b");

  expect(await get(service, "b")).toBeDefined();
});

test("no reader ever sees a transaction half done", async () => {
  const service = await start();
  const accounts = ["left", "right"];
  const transfer = (amount: number) =>
    service.execute(
      "TransactWriteItems",
      {
        TransactItems: accounts.map((pk, index) => ({
          Update: {
            TableName: "Table",
            Key: { pk: { S: pk } },
            UpdateExpression: "ADD amount :n",
            ExpressionAttributeValues: { ":n": { N: String(index === 0 ? amount : -amount) } },
          },
        })),
      },
      operator,
    );
  const sum = async () => {
    const { Responses } = await service.execute(
      "TransactGetItems",
      { TransactItems: accounts.map((pk) => ({ Get: { TableName: "Table", Key: { pk: { S: pk } } } })) },
      operator,
    );
    return (Responses as { Item?: { amount: { N: string } } }[]).reduce(
      (total, { Item }) => total + Number(Item?.amount.N ?? 0),
      0,
    );
  };

  const [, sums] = await Promise.all([
    Promise.all(Array.from({ length: 50 }, (_, index) => transfer(index + 1))),
    Promise.all(Array.from({ length: 50 }, sum)),
  ]);

  expect(new Set(sums)).toEqual(new Set([0]));
  // 1 + 2 + … + 50.
  expect(await get(service, "left")).toMatchObject({ amount: { N: "1275" } });
});
