// Query, Scan and the index.
import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { describeDynamoDb } from "../support/dynamodb-contract.ts";

const hours = ["08", "09", "10", "11", "12"];

describeDynamoDb("queries", (engine) => {
  let table: string;

  const put = (item: Record<string, unknown>) => engine().client.send(new PutCommand({ TableName: table, Item: item }));

  beforeAll(async () => {
    table = await engine().createLedgerTable();
    for (const hour of hours) await put({ pk: "T#ten_1", sk: `2026-11-23T${hour}`, hour: Number(hour), note: "x" });
    await put({ pk: "T#ten_2", sk: "2026-11-23T09" });
  });

  const query = (options: Partial<QueryCommandInput>, values: object = {}) =>
    engine().client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ...options,
        ExpressionAttributeValues: { ":pk": "T#ten_1", ...values },
      }),
    );

  const hoursOf = (items: Record<string, unknown>[] | undefined) => items?.map(({ hour }) => hour);

  test("items of one partition come in the order of their sort keys, or in reverse", async () => {
    const forward = await query({});
    const backward = await query({ ScanIndexForward: false });

    expect(hoursOf(forward.Items)).toEqual([8, 9, 10, 11, 12]);
    expect(hoursOf(backward.Items)).toEqual([12, 11, 10, 9, 8]);
    expect(forward).toMatchObject({ Count: 5, ScannedCount: 5 });
    expect(forward.LastEvaluatedKey).toBeUndefined();
  });

  test.each([
    ["sk = :a", [9]],
    ["sk < :a", [8]],
    ["sk <= :a", [8, 9]],
    ["sk > :a", [10, 11, 12]],
    ["sk >= :a", [9, 10, 11, 12]],
    ["sk BETWEEN :a AND :b", [9, 10, 11]],
    ["begins_with(sk, :p)", [10, 11, 12]],
  ])("%s gives %j", async (condition, expected) => {
    const all = { ":a": "2026-11-23T09", ":b": "2026-11-23T11", ":p": "2026-11-23T1" };
    const used = Object.fromEntries(Object.entries(all).filter(([name]) => condition.includes(name)));

    const { Items } = await query({ KeyConditionExpression: `pk = :pk AND ${condition}` }, used);

    expect(hoursOf(Items)).toEqual(expected);
  });

  test.each([true, false])("pages of two add up to the whole, forward: %s", async (forward) => {
    const seen: unknown[] = [];
    let start: Record<string, unknown> | undefined;
    let pages = 0;

    do {
      const page = await query({ Limit: 2, ScanIndexForward: forward, ExclusiveStartKey: start });
      seen.push(...(hoursOf(page.Items) ?? []));
      start = page.LastEvaluatedKey;
      pages += 1;
    } while (start);

    expect(seen).toEqual(forward ? [8, 9, 10, 11, 12] : [12, 11, 10, 9, 8]);
    expect(pages).toBe(3);
  });

  test("a page of a range goes on within the range", async () => {
    const range = { KeyConditionExpression: "pk = :pk AND sk BETWEEN :a AND :b", Limit: 2 };
    const values = { ":a": "2026-11-23T09", ":b": "2026-11-23T11" };
    const first = await query(range, values);

    const second = await query({ ...range, ExclusiveStartKey: first.LastEvaluatedKey }, values);

    expect(hoursOf(first.Items)).toEqual([9, 10]);
    expect(hoursOf(second.Items)).toEqual([11]);
  });

  test("a filter works on what the limit let through, and projection on what is left", async () => {
    const page = await query(
      {
        Limit: 3,
        FilterExpression: "#h >= :nine",
        ProjectionExpression: "#h",
        ExpressionAttributeNames: { "#h": "hour" },
      },
      { ":nine": 9 },
    );

    expect(page.Items).toEqual([{ hour: 9 }, { hour: 10 }]);
    expect(page).toMatchObject({ Count: 2, ScannedCount: 3, LastEvaluatedKey: { sk: "2026-11-23T10" } });
  });

  test("a count gives no items", async () => {
    const { Items, Count } = await query({ Select: "COUNT" });

    expect(Items).toBeUndefined();
    expect(Count).toBe(5);
  });

  test("a page ends at one megabyte", async () => {
    for (const part of [1, 2, 3, 4, 5]) await put({ pk: "T#large", sk: `${part}`, text: "x".repeat(300_000) });

    const first = await query({}, { ":pk": "T#large" });
    const rest = await query({ ExclusiveStartKey: first.LastEvaluatedKey }, { ":pk": "T#large" });

    expect(first.Items?.map(({ sk }) => sk)).toEqual(["1", "2", "3", "4"]);
    expect(rest.Items?.map(({ sk }) => sk)).toEqual(["5"]);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test.each([
    ["without its partition key", { KeyConditionExpression: "sk = :pk" }],
    ["that filters by a key", { FilterExpression: "sk = :pk" }],
    ["of a missing index", { IndexName: "gsi9" }],
    ["with a start outside of it", { ExclusiveStartKey: { pk: "T#ten_2", sk: "2026-11-23T09" } }],
    ["of an index, consistently", { IndexName: "gsi1", ConsistentRead: true, KeyConditionExpression: "gsi1pk = :pk" }],
  ])("a query %s is refused", async (_what, options) => {
    await expect(query(options)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("pages of a scan add up to the whole table", async () => {
    const keys = new Set<string>();
    let start: Record<string, unknown> | undefined;

    do {
      const page = await engine().client.send(
        new ScanCommand({
          TableName: table,
          Limit: 4,
          ExclusiveStartKey: start,
          FilterExpression: "attribute_exists(sk)",
        }),
      );
      for (const { pk, sk } of page.Items ?? []) keys.add(`${pk} ${sk}`);
      start = page.LastEvaluatedKey;
    } while (start);

    expect(keys).toContain("T#ten_2 2026-11-23T09");
    expect([...keys].filter((key) => key.startsWith("T#ten_1 "))).toHaveLength(5);
  });

  describe("the index", () => {
    const outcome = (recipient: string, index: object) => ({
      pk: `O#ten_1#${recipient}`,
      sk: "M#0100",
      status: "sent",
      ...index,
    });

    const queryIndex = (hash: string, options: Partial<QueryCommandInput> = {}) =>
      query({ IndexName: "gsi1", KeyConditionExpression: "gsi1pk = :pk", ...options }, { ":pk": hash });

    test("it holds keys only, of the items that have both of its keys", async () => {
      await put(outcome("b@example.com", { gsi1pk: "M#1", gsi1sk: "b@example.com" }));
      await put(outcome("a@example.com", { gsi1pk: "M#1", gsi1sk: "a@example.com" }));
      await put(outcome("c@example.com", { gsi1pk: "M#1" }));

      const { Items } = await queryIndex("M#1");

      expect(Items).toEqual([
        { pk: "O#ten_1#a@example.com", sk: "M#0100", gsi1pk: "M#1", gsi1sk: "a@example.com" },
        { pk: "O#ten_1#b@example.com", sk: "M#0100", gsi1pk: "M#1", gsi1sk: "b@example.com" },
      ]);
    });

    test("it follows updates and deletes", async () => {
      const item = outcome("d@example.com", { gsi1pk: "M#2", gsi1sk: "d" });
      const Key = { pk: item.pk, sk: item.sk };
      await put(item);
      const move = { TableName: table, Key, UpdateExpression: "SET gsi1pk = :m" };

      await engine().client.send(new UpdateCommand({ ...move, ExpressionAttributeValues: { ":m": "M#3" } }));
      const moved = [await queryIndex("M#2"), await queryIndex("M#3")];
      await engine().client.send(new DeleteCommand({ TableName: table, Key }));
      const deleted = await queryIndex("M#3");

      expect(moved.map(({ Count }) => Count)).toEqual([0, 1]);
      expect(deleted.Count).toBe(0);
    });

    test("items with the same index keys all stand in it, and page through", async () => {
      for (const recipient of ["e1", "e2", "e3"]) await put(outcome(recipient, { gsi1pk: "M#4", gsi1sk: "same" }));

      const first = await queryIndex("M#4", { Limit: 2 });
      const second = await queryIndex("M#4", { Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });

      const found = [...(first.Items ?? []), ...(second.Items ?? [])].map(({ pk }) => String(pk)).sort();
      expect(found).toEqual(["O#ten_1#e1", "O#ten_1#e2", "O#ten_1#e3"]);
    });
  });
});
