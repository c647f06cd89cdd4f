// Time to live of the laptop's DynamoDB.
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDynamoDb, type DynamoDb, type StreamRecord } from "../../local/dynamodb/dynamodb.ts";
import { openState } from "../../local/state.ts";
import { hashTable } from "../support/dynamodb.ts";

const scope = { accountId: "111111111111", region: "us-east-1" };
const nowSeconds = 1795428000;

let clockMs: number;
let service: DynamoDb;

const timeToLive = (Enabled: boolean, AttributeName = "expiresAtSeconds") =>
  service.execute(
    "UpdateTimeToLive",
    { TableName: "Directory", TimeToLiveSpecification: { AttributeName, Enabled } },
    scope,
  );

const put = (pk: string, expiry: object) =>
  service.execute("PutItem", { TableName: "Directory", Item: { pk: { S: pk }, expiresAtSeconds: expiry } }, scope);

const names = async () => {
  const { Items } = await service.execute("Scan", { TableName: "Directory" }, scope);
  return (Items as { pk: { S: string } }[]).map(({ pk }) => pk.S).sort();
};

beforeEach(async () => {
  clockMs = nowSeconds * 1000;
  service = createDynamoDb({ state: openState(), clock: () => clockMs });
  await service.execute(
    "CreateTable",
    { ...hashTable("Directory"), StreamSpecification: { StreamEnabled: true, StreamViewType: "OLD_IMAGE" } },
    scope,
  );
});

afterEach(() => service.stop());

test("an item is removed once its second has passed, and not before", async () => {
  await timeToLive(true);
  await put("a", { N: String(nowSeconds + 10) });

  const early = await service.sweepExpired();
  clockMs += 11_000;
  const due = await service.sweepExpired();

  expect([early, due]).toEqual([0, 1]);
  expect(await names()).toEqual([]);
});

test("only numbers count, as seconds, and not those of more than five years ago", async () => {
  await timeToLive(true);
  await put("seconds", { N: String(nowSeconds - 1) });
  await put("milliseconds", { N: String(nowSeconds * 1000 - 1) });
  await put("text", { S: String(nowSeconds - 1) });
  await put("long-ago", { N: String(nowSeconds - 5 * 365 * 24 * 60 * 60 - 1) });

  await service.sweepExpired();

  expect(await names()).toEqual(["long-ago", "milliseconds", "text"]);
});

test("an item put after a sweep, or given an earlier time, is found by the next one", async () => {
  await timeToLive(true);
  await put("a", { N: String(nowSeconds + 1000) });
  await service.sweepExpired();

  await put("a", { N: String(nowSeconds - 5) });
  await put("b", { N: String(nowSeconds - 5) });
  await service.sweepExpired();

  expect(await names()).toEqual([]);
});

test("nothing expires while time to live is disabled", async () => {
  await timeToLive(true);
  await put("a", { N: String(nowSeconds - 5) });
  await timeToLive(false);

  await service.sweepExpired();

  expect(await names()).toEqual(["a"]);
});

test("another attribute may take over, for items that are there already", async () => {
  await timeToLive(true, "other");
  await put("a", { N: String(nowSeconds - 5) });
  await service.sweepExpired();
  await timeToLive(false, "other");
  await timeToLive(true);

  await service.sweepExpired();

  expect(await names()).toEqual([]);
});

test("the stream says that the service removed it", async () => {
  await timeToLive(true);
  await put("expired", { N: String(nowSeconds - 5) });
  await put("deleted", { N: String(nowSeconds + 5) });
  const records: StreamRecord[] = [];
  service.subscribe("arn:aws:dynamodb:us-east-1:111111111111:table/Directory", (more) => records.push(...more));

  await service.sweepExpired();
  await service.execute("DeleteItem", { TableName: "Directory", Key: { pk: { S: "deleted" } } }, scope);

  expect(records).toMatchObject([
    {
      eventName: "REMOVE",
      dynamodb: { Keys: { pk: { S: "expired" } }, OldImage: { expiresAtSeconds: { N: String(nowSeconds - 5) } } },
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    },
    { eventName: "REMOVE", dynamodb: { Keys: { pk: { S: "deleted" } } } },
  ]);
  expect(records[1]?.userIdentity).toBeUndefined();
});

test("enabling what is enabled is refused", async () => {
  await timeToLive(true);

  await expect(timeToLive(true)).rejects.toMatchObject({ code: "ValidationException" });
});
