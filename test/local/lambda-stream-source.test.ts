// What event source mappings rely on in a table's stream: held by the laptop's DynamoDB, and by the fake of their tests.
import { afterEach, describe, expect, test } from "vitest";
import { createDynamoDb } from "../../local/dynamodb/dynamodb.ts";
import type { StreamRecord } from "../../local/dynamodb/stream-record.ts";
import type { StreamSource } from "../../local/lambda/event-source.ts";
import { openState } from "../../local/state.ts";
import { createFakeStream } from "../support/local-functions.ts";

interface OpenSource {
  source: StreamSource;
  streamArn: string;
  /** Writes an item with this key. */
  write: (key: string) => Promise<void>;
  close: () => Promise<void>;
}

const scope = { accountId: "111111111111", region: "us-east-1" };

const openReal = async (): Promise<OpenSource> => {
  const dynamoDb = createDynamoDb({ state: openState(), clock: () => Date.UTC(2026, 10, 23) });
  const created = await dynamoDb.providers["AWS::DynamoDB::Table"]?.create(
    {
      TableName: "Ledger",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    },
    {
      ...scope,
      stackName: "Test",
      logicalId: "Ledger",
      generatedName: "Test-Ledger",
      resource: { Type: "AWS::DynamoDB::Table" },
      assetPath: (name) => name,
    },
  );
  return {
    source: dynamoDb,
    streamArn: String(created?.attributes["StreamArn"]),
    write: async (key) => {
      await dynamoDb.execute("PutItem", { TableName: "Ledger", Item: { pk: { S: key } } }, scope);
    },
    close: dynamoDb.stop,
  };
};

const openFake = (): Promise<OpenSource> => {
  const source = createFakeStream();
  const streamArn = "arn:aws:dynamodb:us-east-1:111111111111:table/Ledger/stream/2026-11-23T00:00:00.000";
  let count = 0;
  return Promise.resolve({
    source,
    streamArn,
    write: (key) => {
      count += 1;
      source.write({
        eventID: String(count),
        eventName: "INSERT",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "us-east-1",
        eventSourceARN: streamArn,
        dynamodb: {
          ApproximateCreationDateTime: Date.UTC(2026, 10, 23) / 1000,
          Keys: { pk: { S: key } },
          SequenceNumber: `1${String(count).padStart(20, "0")}`,
          SizeBytes: 3,
          StreamViewType: "NEW_AND_OLD_IMAGES",
        },
      });
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
};

describe.each([
  ["the laptop's DynamoDB", openReal],
  ["the fake", openFake],
])("the stream of %s", (_, open) => {
  let opened: OpenSource;
  afterEach(() => opened.close());

  const keysOf = (records: StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys["pk"]?.["S"]);

  test("delivers what is written, in order", async () => {
    opened = await open();
    const seen: StreamRecord[] = [];
    opened.source.subscribe(opened.streamArn, (records) => seen.push(...records), { consumer: "projector" });

    await opened.write("a");
    await opened.write("b");

    await expect.poll(() => keysOf(seen)).toEqual(["a", "b"]);
    const numbers = seen.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers[0]?.localeCompare(numbers[1] ?? "")).toBe(-1);
  });

  test("keeps for the next subscription what was not acknowledged, also what came meanwhile", async () => {
    opened = await open();
    const first: StreamRecord[] = [];
    const next: StreamRecord[] = [];
    const subscription = opened.source.subscribe(opened.streamArn, (records) => first.push(...records), {
      consumer: "projector",
    });
    await opened.write("a");
    await opened.write("b");
    await expect.poll(() => first).toHaveLength(2);

    subscription.acknowledge(first[0]?.dynamodb.SequenceNumber ?? "");
    subscription.stop();
    await opened.write("c");
    opened.source.subscribe(opened.streamArn, (records) => next.push(...records), { consumer: "projector" });

    await expect.poll(() => keysOf(next)).toEqual(["b", "c"]);
    expect(keysOf(first)).toEqual(["a", "b"]);
  });

  test("keeps nothing for a consumer that has gone for good", async () => {
    opened = await open();
    const next: StreamRecord[] = [];
    const subscription = opened.source.subscribe(opened.streamArn, () => {}, { consumer: "projector" });
    await opened.write("a");

    subscription.forget();
    opened.source.subscribe(opened.streamArn, (records) => next.push(...records), { consumer: "projector" });
    await opened.write("b");

    await expect.poll(() => keysOf(next)).toEqual(["b"]);
  });
});
