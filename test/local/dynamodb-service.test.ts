// What the laptop's DynamoDB adds around the operations: accounts, the wire, state, totals.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createDynamoDb, type DynamoDb, type DynamoDbDeps } from "../../local/dynamodb/dynamodb.ts";
import type { AwsCall } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";
import { hashTable } from "../support/dynamodb.ts";

const operator = { accountId: "111111111111", region: "us-east-1" };
const customer = { accountId: "222222222222", region: "us-east-1" };

const open: DynamoDb[] = [];

const start = async (options: Partial<DynamoDbDeps> = {}, scopes = [operator]) => {
  const service = createDynamoDb({ state: openState(), clock: () => 1795428000000, ...options });
  open.push(service);
  for (const scope of scopes) await service.execute("CreateTable", hashTable("Table"), scope);
  return service;
};

const put = (service: DynamoDb, pk: string, scope = operator) =>
  service.execute("PutItem", { TableName: "Table", Item: { pk: { S: pk } } }, scope);

const get = async (service: DynamoDb, pk: string, scope = operator) => {
  const { Item } = await service.execute("GetItem", { TableName: "Table", Key: { pk: { S: pk } } }, scope);
  return Item;
};

afterEach(async () => {
  for (const service of open.splice(0)) await service.stop();
});

describe("accounts", () => {
  test("a table of one account and region is not that of another", async () => {
    const elsewhere = { ...operator, region: "eu-west-1" };
    const service = await start({}, [operator, customer, elsewhere]);

    await put(service, "a");

    expect(await get(service, "a")).toBeDefined();
    expect(await get(service, "a", customer)).toBeUndefined();
    expect(await get(service, "a", elsewhere)).toBeUndefined();
    expect(await service.execute("DescribeTable", { TableName: "Table" }, customer)).toMatchObject({
      Table: { TableArn: "arn:aws:dynamodb:us-east-1:222222222222:table/Table" },
    });
  });

  test("a table of another account is missing", async () => {
    const service = await start();

    await expect(put(service, "a", customer)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    expect(await service.execute("ListTables", {}, customer)).toEqual({ TableNames: [] });
  });
});

describe("the wire", () => {
  const call = (operation: string, body: string, caller?: AwsCall["caller"]): AwsCall => ({
    service: "dynamodb",
    region: "us-east-1",
    ...(caller && { caller }),
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    headers: { "x-amz-target": `DynamoDB_20120810.${operation}` },
    body: Buffer.from(body),
  });
  const caller = { accountId: "222222222222", arn: "arn:aws:iam::222222222222:root", accessKeyId: "AKIA" };

  test("the caller's account decides whose table is meant", async () => {
    const service = await start({ defaultAccountId: "111111111111" });

    const own = await service.handle(call("ListTables", "{}"));
    const others = await service.handle(call("ListTables", "{}", caller));

    expect([own.body, others.body]).toEqual(['{"TableNames":["Table"]}', '{"TableNames":[]}']);
    expect(own.headers["content-type"]).toBe("application/x-amz-json-1.0");
  });

  test.each([
    ["an operation that it lacks", "ExecuteStatement", "{}", "NotImplemented"],
    ["what is not JSON", "GetItem", "{", "SerializationException"],
    ["a value of the wrong type", "GetItem", '{"TableName":1}', "SerializationException"],
  ])("%s is refused by name", async (_what, operation, body, code) => {
    const service = await start();

    await expect(service.handle(call(operation, body, caller))).rejects.toMatchObject({ code });
  });

  test("a call from nobody is refused where no default is given", async () => {
    const service = await start();

    await expect(service.handle(call("ListTables", "{}"))).rejects.toMatchObject({
      code: "MissingAuthenticationToken",
    });
  });
});

describe("state", () => {
  test("tables and items in a folder are there after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sesami-dynamodb-"));
    try {
      const first = await start({ state: openState(folder) });
      await put(first, "a");
      await first.stop();

      const second = createDynamoDb({ state: openState(folder), clock: () => 0 });
      open[0] = second;

      expect(await get(second, "a")).toEqual({ pk: { S: "a" } });
    } finally {
      for (const service of open.splice(0)) await service.stop();
      await rm(folder, { recursive: true });
    }
  });

  test("updates at the same time all count on disk, where a commit takes its time", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sesami-dynamodb-"));
    try {
      const service = await start({ state: openState(folder) });
      const add = () =>
        service.execute(
          "UpdateItem",
          {
            TableName: "Table",
            Key: { pk: { S: "a" } },
            UpdateExpression: "ADD opens :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
          operator,
        );

      await Promise.all(Array.from({ length: 100 }, add));

      expect(await get(service, "a")).toMatchObject({ opens: { N: "100" } });
    } finally {
      for (const service of open.splice(0)) await service.stop();
      await rm(folder, { recursive: true });
    }
  });

  test("a folder that is in use already is refused in words", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sesami-dynamodb-"));
    try {
      await start({ state: openState(folder) });
      const second = createDynamoDb({ state: openState(folder), clock: () => 0 });
      open.push(second);

      await expect(put(second, "a")).rejects.toThrow("Another process uses the state");
    } finally {
      for (const service of open.splice(0)) await service.stop();
      await rm(folder, { recursive: true });
    }
  });

  test("a table that is deleted and made again is empty", async () => {
    const service = await start();
    await put(service, "a");

    await service.execute("DeleteTable", { TableName: "Table" }, operator);
    await service.execute("CreateTable", hashTable("Table"), operator);

    expect(await get(service, "a")).toBeUndefined();
    await expect(service.execute("CreateTable", hashTable("Table"), operator)).rejects.toMatchObject({
      code: "ResourceInUseException",
    });
  });
});

test("totals count calls and units, of failed conditions too, until they are reset", async () => {
  const service = await start();
  service.resetConsumed();

  await put(service, "a");
  await get(service, "a");
  const refused = service.execute(
    "PutItem",
    { TableName: "Table", Item: { pk: { S: "a" } }, ConditionExpression: "attribute_not_exists(pk)" },
    operator,
  );
  await expect(refused).rejects.toMatchObject({ code: "ConditionalCheckFailedException" });
  const counted = service.consumed();
  service.resetConsumed();

  expect(counted).toEqual({ readUnits: 0.5, writeUnits: 2, calls: { PutItem: 2, GetItem: 1 } });
  expect(service.consumed()).toEqual({ readUnits: 0, writeUnits: 0, calls: {} });
});
