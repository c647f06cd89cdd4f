// TransactWriteItems and TransactGetItems. Tokens differ from run to run, as an engine that runs on remembers them.
import { randomUUID } from "node:crypto";
import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

type Elements = TransactWriteCommandInput["TransactItems"];

describeDynamoDb("transactions", (engine) => {
  let ledger: string;
  let directory: string;

  beforeAll(async () => {
    ledger = await engine().createLedgerTable();
    directory = await engine().createDirectoryTable();
  });

  const transact = (elements: Elements, options: object = {}) =>
    engine().client.send(new TransactWriteCommand({ TransactItems: elements, ...options }));

  const keyOf = (pk: string, sk = "-") => ({ pk, sk });

  const put = (pk: string, item: object = {}) =>
    engine().client.send(new PutCommand({ TableName: ledger, Item: { ...keyOf(pk), ...item } }));

  const get = async (pk: string, table = ledger) => {
    const { Item } = await engine().client.send(
      new GetCommand({ TableName: table, Key: keyOf(pk), ConsistentRead: true }),
    );
    return Item;
  };

  const add = (pk: string, amount: number) => ({
    Update: {
      TableName: ledger,
      Key: keyOf(pk),
      UpdateExpression: "ADD amount :n",
      ExpressionAttributeValues: { ":n": amount },
    },
  });

  const isAbsent = "attribute_not_exists(pk)";

  test("puts, updates, deletes and checks of several tables are applied together", async () => {
    await put("t1-old");
    await put("t1-checked", { version: 1 });

    await transact([
      { Put: { TableName: directory, Item: { ...keyOf("t1-new"), name: "x" }, ConditionExpression: isAbsent } },
      add("t1-count", 5),
      { Delete: { TableName: ledger, Key: keyOf("t1-old") } },
      {
        ConditionCheck: {
          TableName: ledger,
          Key: keyOf("t1-checked"),
          ConditionExpression: "version = :one",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
    ]);

    expect(await get("t1-new", directory)).toMatchObject({ name: "x" });
    expect(await get("t1-count")).toMatchObject({ amount: 5 });
    expect(await get("t1-old")).toBeUndefined();
    expect(await get("t1-checked")).toMatchObject({ version: 1 });
  });

  test("one failed condition undoes all, and the reasons come in the order of the request", async () => {
    await put("t2-there", { owner: "a" });

    const attempt = transact([
      add("t2-count", 1),
      {
        Put: {
          TableName: ledger,
          Item: keyOf("t2-there"),
          ConditionExpression: isAbsent,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
      { Put: { TableName: ledger, Item: keyOf("t2-other") } },
      { ConditionCheck: { TableName: ledger, Key: keyOf("t2-none"), ConditionExpression: "attribute_exists(pk)" } },
    ]);

    await expect(attempt).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons " +
        "[None, ConditionalCheckFailed, None, ConditionalCheckFailed]",
      CancellationReasons: [
        { Code: "None" },
        {
          Code: "ConditionalCheckFailed",
          Message: "The conditional request failed",
          Item: { pk: { S: "t2-there" }, owner: { S: "a" } },
        },
        { Code: "None" },
        { Code: "ConditionalCheckFailed" },
      ],
    });
    expect(await get("t2-count")).toBeUndefined();
    expect(await get("t2-other")).toBeUndefined();
    expect(await get("t2-there")).toMatchObject({ owner: "a" });
  });

  test("an update that does not fit its item undoes all", async () => {
    await put("t3-text", { amount: "ten" });

    const attempt = transact([add("t3-count", 1), add("t3-text", 1)]);

    await expect(attempt).rejects.toThrow();
    expect(await get("t3-count")).toBeUndefined();
  });

  test("the same token applies the same request once", async () => {
    const request = [add("t4-count", 1)];
    const token = { ClientRequestToken: randomUUID() };

    await transact(request, token);
    await transact(request, token);
    const other = transact([add("t4-count", 2)], token);

    await expect(other).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
    expect(await get("t4-count")).toMatchObject({ amount: 1 });
  });

  test("a cancelled transaction may be tried again under its token", async () => {
    const request = [
      {
        Update: {
          TableName: ledger,
          Key: keyOf("t5"),
          UpdateExpression: "SET done = :yes",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":yes": true },
        },
      },
    ];
    const token = { ClientRequestToken: randomUUID() };
    const first = transact(request, token);
    await expect(first).rejects.toMatchObject({ name: "TransactionCanceledException" });

    await put("t5");
    await transact(request, token);

    expect(await get("t5")).toMatchObject({ done: true });
  });

  test("a hundred items are taken, one more is refused", async () => {
    const elements = Array.from({ length: 101 }, (_, index) => add(`t6-${index}`, 1));

    await transact(elements.slice(1));
    const attempt = transact(elements);

    await expect(attempt).rejects.toMatchObject({ name: "ValidationException" });
    expect(await get("t6-100")).toMatchObject({ amount: 1 });
    expect(await get("t6-0")).toBeUndefined();
  });

  test.each([
    ["two operations on one item", () => [add("t7", 1), { Delete: { TableName: ledger, Key: keyOf("t7") } }]],
    ["a check without a condition", () => [{ ConditionCheck: { TableName: ledger, Key: keyOf("t7") } }]],
    ["two operations in one element", () => [{ ...add("t7", 1), Delete: { TableName: ledger, Key: keyOf("t8") } }]],
    ["a bad expression", () => [{ Delete: { TableName: ledger, Key: keyOf("t7"), ConditionExpression: "a ==" } }]],
    ["nothing", () => []],
  ])("%s is refused as a whole", async (_what, elements) => {
    const attempt = transact(elements() as Elements);

    await expect(attempt).rejects.toMatchObject({ name: "ValidationException" });
    expect(await get("t7")).toBeUndefined();
  });

  test("a transaction on a missing table is refused", async () => {
    const attempt = transact([{ Put: { TableName: "Nowhere", Item: keyOf("t9") } }]);

    await expect(attempt).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("reads of a transaction come in order, absent items empty", async () => {
    await put("t10-a", { amount: 1 });
    await put("t10-c", { amount: 3, other: 0 });

    const { Responses } = await engine().client.send(
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName: ledger, Key: keyOf("t10-c"), ProjectionExpression: "amount" } },
          { Get: { TableName: ledger, Key: keyOf("t10-b") } },
          { Get: { TableName: ledger, Key: keyOf("t10-a") } },
        ],
      }),
    );

    expect(Responses).toEqual([{ Item: { amount: 3 } }, {}, { Item: { ...keyOf("t10-a"), amount: 1 } }]);
  });
});
