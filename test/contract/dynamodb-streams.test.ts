// The stream of a table with old and new images. AWS: DynamoDB developer guide, "Change data capture for DynamoDB Streams".
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

describeDynamoDb("streams", (engine) => {
  let TableName: string;
  let ends = 0;

  beforeAll(async () => {
    TableName = await engine().createLedgerTable("Streamed");
  });

  const put = (sk: string, item: object, condition: object = {}) =>
    engine().client.send(new PutCommand({ TableName, Item: { pk: "a", sk, ...item }, ...condition }));

  const change = (sk: string, expression: string, values?: object) =>
    engine().client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: "a", sk },
        UpdateExpression: expression,
        ...(values && { ExpressionAttributeValues: { ...values } }),
      }),
    );

  const remove = (sk: string) => engine().client.send(new DeleteCommand({ TableName, Key: { pk: "a", sk } }));

  /** Writes a last item, so that what is before it in the stream is all there is. */
  const takeAll = async () => {
    await put("end", { n: ends++ });
    const records = await engine().takeRecords(TableName, 1);
    return records.slice(0, -1);
  };

  const item = (sk: string, n: number) => ({ pk: { S: "a" }, sk: { S: sk }, n: { N: String(n) } });

  test("an item that comes, changes and goes is told of in that order, with what it was and what it is", async () => {
    await put("life", { n: 1 });
    await put("life", { n: 2 });
    await change("life", "ADD n :one", { ":one": 1 });
    await remove("life");

    const records = await takeAll();

    const images = records.map(({ eventName, dynamodb }) => ({
      eventName,
      before: dynamodb?.OldImage,
      after: dynamodb?.NewImage,
    }));
    expect(images).toEqual([
      { eventName: "INSERT", before: undefined, after: item("life", 1) },
      { eventName: "MODIFY", before: item("life", 1), after: item("life", 2) },
      { eventName: "MODIFY", before: item("life", 2), after: item("life", 3) },
      { eventName: "REMOVE", before: item("life", 3), after: undefined },
    ]);
    expect(records[0]?.dynamodb?.Keys).toEqual({ pk: { S: "a" }, sk: { S: "life" } });
    expect(records.map(({ userIdentity }) => userIdentity ?? undefined)).toEqual(records.map(() => undefined));
  });

  test("sequence numbers grow", async () => {
    for (let n = 0; n < 12; n += 1) await put("growing", { n });

    const records = await takeAll();

    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
    expect(numbers).toHaveLength(12);
    expect(numbers.every((number, index) => index === 0 || number > numbers[index - 1]!)).toBe(true);
  });

  test("a write that changes nothing, and one that was refused, are not told of", async () => {
    await put("same", { n: 1, tags: ["x"], map: { b: 1, a: 2 } });
    await put("same", { map: { a: 2, b: 1 }, tags: ["x"], n: 1 });
    await change("same", "SET n = n");
    await remove("never-there");
    await put("same", { n: 9 }, { ConditionExpression: "attribute_not_exists(pk)" }).catch(() => undefined);

    const records = await takeAll();

    expect(records.map(({ eventName }) => eventName)).toEqual(["INSERT"]);
  });

  test("a transaction is told of as its items, a cancelled one not at all", async () => {
    const items = (n: number) =>
      ["one", "two"].map((sk) => ({ Put: { TableName, Item: { pk: "a", sk: `part-${sk}`, n } } }));
    const impossible = {
      ConditionCheck: { TableName, Key: { pk: "a", sk: "nothing" }, ConditionExpression: "attribute_exists(pk)" },
    };
    await engine().client.send(new TransactWriteCommand({ TransactItems: items(1) }));
    const cancelled = engine().client.send(new TransactWriteCommand({ TransactItems: [...items(2), impossible] }));
    await expect(cancelled).rejects.toMatchObject({ name: "TransactionCanceledException" });

    const records = await takeAll();

    const told = records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.NewImage?.["sk"]?.S}`);
    expect(told.toSorted()).toEqual(["INSERT part-one", "INSERT part-two"]);
  });
});
