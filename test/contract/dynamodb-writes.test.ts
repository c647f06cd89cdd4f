// Single writes: conditions, returned values, update expressions, refused items.
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

const key = { pk: "O#ten_1#anna@example.com", sk: "M#0100" };

describeDynamoDb("single writes", (engine) => {
  let table: string;

  beforeAll(async () => {
    table = await engine().createLedgerTable();
  });

  const put = (item: object, options: object = {}) =>
    engine().client.send(new PutCommand({ TableName: table, Item: { ...key, ...item }, ...options }));

  const update = (options: Partial<UpdateCommandInput>) =>
    engine().client.send(new UpdateCommand({ TableName: table, Key: key, ...options }));

  const get = async (wanted: object = key) => {
    const { Item } = await engine().client.send(
      new GetCommand({ TableName: table, Key: { ...key, ...wanted }, ConsistentRead: true }),
    );
    return Item;
  };

  test("an item comes back with every type of value as it was put", async () => {
    const item = {
      text: "",
      number: 12.5,
      yes: true,
      nothing: null,
      list: [1, "two", { three: [3] }],
      map: { "a.b": { c: "ü" } },
      strings: new Set(["a", "b"]),
      numbers: new Set([1, 2]),
      bytes: new Uint8Array([0, 255]),
    };

    await put(item);

    expect(await get()).toEqual({ ...key, ...item });
  });

  test("a put on condition that there is none is refused the second time, and the first item stays", async () => {
    const isNew = { ConditionExpression: "attribute_not_exists(pk)" };
    await put({ sk: "M#new", status: "sent" }, isNew);

    const second = put({ sk: "M#new", status: "bounced" }, isNew);

    const error: unknown = await second.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item).toBeUndefined();
    expect(await get({ sk: "M#new" })).toMatchObject({ status: "sent" });
  });

  test("a failed condition shows the item where that was asked for", async () => {
    await put({ version: 3 });
    const stale = {
      ConditionExpression: "version = :two",
      ExpressionAttributeValues: { ":two": 2 },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };

    const attempts = await Promise.allSettled([
      put({ version: 9 }, stale),
      update({ ...stale, UpdateExpression: "SET version = :two" }),
      engine().client.send(new DeleteCommand({ TableName: table, Key: key, ...stale })),
    ]);

    for (const attempt of attempts)
      expect(attempt).toMatchObject({
        status: "rejected",
        reason: { name: "ConditionalCheckFailedException", Item: { version: { N: "3" } } },
      });
  });

  test("updates of one item at the same time all count", async () => {
    await put({ opens: 0 });

    await Promise.all(
      Array.from({ length: 20 }, () =>
        update({ UpdateExpression: "ADD opens :one", ExpressionAttributeValues: { ":one": 1 } }),
      ),
    );

    expect(await get()).toMatchObject({ opens: 20 });
  });

  describe("conditions hold by value", () => {
    const item = {
      count: 10,
      name: "Zürich",
      tags: new Set(["a", "b"]),
      map: { x: 1, y: [2] },
      list: ["p", { q: 1 }],
      empty: "",
      no: false,
    };

    test.each([
      ["#a = :v", "map", { y: [2], x: 1 }, true],
      ["#a = :v", "map", { y: [3], x: 1 }, false],
      ["#a <> :v", "missing", 1, true],
      ["#a = :v", "tags", new Set(["b", "a"]), true],
      ["#a = :v", "count", "10", false],
      ["#a > :v", "count", 9, true],
      ["#a > :v", "count", "9", false],
      ["size(#a) = :v", "name", 6, true],
      ["size(#a) = :v", "empty", 0, true],
      ["attribute_type(#a, :v)", "no", "BOOL", true],
      ["contains(#a, :v)", "list", { q: 1 }, true],
      ["contains(#a, :v)", "tags", "c", false],
      ["contains(#a, :v)", "name", "üri", true],
      ["begins_with(#a, :v)", "name", "Zü", true],
      ["#a BETWEEN :v AND :v", "count", 10, true],
      ["#a IN (:v)", "empty", "", true],
      ["NOT (#a = :v)", "count", 10, false],
      ["attribute_exists(#a) AND #a < :v OR #a = :v", "count", 10, true],
    ])("%s with %s and %j is %s", async (condition, name, value, expected) => {
      await put({ ...item, sk: "M#condition" });

      const attempt = put(
        { ...item, sk: "M#condition" },
        {
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#a": name },
          ExpressionAttributeValues: { ":v": value },
        },
      );
      const holds = await attempt.then(
        () => true,
        (error: Error) => {
          if (error.name !== "ConditionalCheckFailedException") throw error;
          return false;
        },
      );

      expect(holds).toBe(expected);
    });
  });

  test("each ReturnValues gives the attributes it names", async () => {
    const options = { UpdateExpression: "SET b = :two REMOVE c", ExpressionAttributeValues: { ":two": 2 } };
    const given: Record<string, unknown> = {};

    for (const returned of ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] as const) {
      await put({ a: 1, b: 1, c: 1 });
      given[returned] = (await update({ ...options, ReturnValues: returned })).Attributes;
    }

    expect(given).toEqual({
      NONE: undefined,
      ALL_OLD: { ...key, a: 1, b: 1, c: 1 },
      UPDATED_OLD: { b: 1, c: 1 },
      ALL_NEW: { ...key, a: 1, b: 2 },
      UPDATED_NEW: { b: 2 },
    });
  });

  test("an update makes the item where there is none", async () => {
    await update({
      Key: { ...key, sk: "M#made" },
      UpdateExpression:
        "SET firstAt = if_not_exists(firstAt, :t), links = list_append(if_not_exists(links, :none), :link)",
      ExpressionAttributeValues: { ":t": "09:00", ":none": [], ":link": ["https://shop.example/"] },
    });

    expect(await get({ sk: "M#made" })).toEqual({
      ...key,
      sk: "M#made",
      firstAt: "09:00",
      links: ["https://shop.example/"],
    });
  });

  test("list elements are removed by their places before the update", async () => {
    await put({ list: ["a", "b", "c", "d"] });

    await update({ UpdateExpression: "REMOVE #l[0], #l[1]", ExpressionAttributeNames: { "#l": "list" } });

    expect(await get()).toMatchObject({ list: ["c", "d"] });
  });

  test("a deleted item is gone, and deleting it again is no error", async () => {
    await put({ gone: true });
    const remove = () =>
      engine().client.send(new DeleteCommand({ TableName: table, Key: key, ReturnValues: "ALL_OLD" }));

    const first = await remove();
    const second = await remove();

    expect(first.Attributes).toEqual({ ...key, gone: true });
    expect(second.Attributes).toBeUndefined();
    expect(await get()).toBeUndefined();
  });

  test.each([
    ["without its sort key", { pk: { S: "a" } }],
    ["with a key of another type", { pk: { N: "1" }, sk: { S: "b" } }],
    ["with an empty key", { pk: { S: "" }, sk: { S: "b" } }],
    ["with an index key of another type", { pk: { S: "a" }, sk: { S: "b" }, gsi1pk: { N: "1" } }],
    ["with an empty index key", { pk: { S: "a" }, sk: { S: "b" }, gsi1pk: { S: "" } }],
    ["of more than 400 KB", { pk: { S: "a" }, sk: { S: "b" }, text: { S: "ü".repeat(205_000) } }],
    ["with a number too precise", { pk: { S: "a" }, sk: { S: "b" }, n: { N: "1".repeat(39) } }],
    ["with an empty set", { pk: { S: "a" }, sk: { S: "b" }, set: { SS: [] } }],
  ])("an item %s is refused", async (_what, item) => {
    const attempt = engine().rawClient.send(new PutItemCommand({ TableName: table, Item: item }));

    await expect(attempt).rejects.toMatchObject({ name: "ValidationException" });
  });

  test.each([
    ["that names a key", { UpdateExpression: "SET sk = :v", ExpressionAttributeValues: { ":v": "x" } }],
    ["with a reserved word", { UpdateExpression: "SET status = :v", ExpressionAttributeValues: { ":v": "x" } }],
    ["with an unused value", { UpdateExpression: "REMOVE a", ExpressionAttributeValues: { ":v": "x" } }],
    ["that adds to a text", { UpdateExpression: "ADD text_ :v", ExpressionAttributeValues: { ":v": 1 } }],
  ])("an update %s is refused", async (_what, options) => {
    await put({ text_: "a" });

    await expect(update(options)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a table that does not exist is said to be missing", async () => {
    const attempt = engine().client.send(new GetCommand({ TableName: "Nowhere", Key: key }));

    await expect(attempt).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
