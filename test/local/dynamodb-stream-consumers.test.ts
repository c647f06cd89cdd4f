// Named consumers of the laptop's streams: what is kept for them, and delivered after a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createDynamoDb,
  type DynamoDb,
  type StreamRecord,
  type SubscribeOptions,
} from "../../local/dynamodb/dynamodb.ts";
import { openState } from "../../local/state.ts";
import { hashTable } from "../support/dynamodb.ts";

const scope = { accountId: "111111111111", region: "us-east-1" };
const tableArn = "arn:aws:dynamodb:us-east-1:111111111111:table/Ledger";
const nowMs = Date.parse("2026-11-23T10:00:00.500Z");

let folder: string;
let service: DynamoDb;
let clockMs: number;

const open = () => createDynamoDb({ state: openState(folder), clock: () => clockMs });

const put = (pk: string, n: number) =>
  service.execute("PutItem", { TableName: "Ledger", Item: { pk: { S: pk }, n: { N: String(n) } } }, scope);

const listen = (options?: SubscribeOptions) => {
  const records: StreamRecord[] = [];
  const subscription = service.subscribe(tableArn, (more) => records.push(...more), options);
  return { records, subscription };
};

const keysOf = (records: StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys["pk"]?.S);

beforeEach(async () => {
  clockMs = nowMs;
  folder = await mkdtemp(join(tmpdir(), "sesami-streams-"));
  service = open();
  await service.execute(
    "CreateTable",
    { ...hashTable("Ledger"), StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } },
    scope,
  );
});

afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

describe("a named consumer", () => {
  const restart = async () => {
    await service.stop();
    service = open();
    await service.execute("ListTables", {}, scope);
  };

  test("gets after a restart what it had not acknowledged, in order, before anything newer", async () => {
    const { records, subscription } = listen({ consumer: "projector" });
    for (const pk of ["a", "b", "c"]) await put(pk, 1);
    subscription.acknowledge(records[0]?.dynamodb.SequenceNumber ?? "");

    await restart();
    await put("while-down", 1);
    const later = listen({ consumer: "projector" });
    await put("after", 1);

    await expect.poll(() => later.records).toHaveLength(4);
    expect(keysOf(later.records)).toEqual(["b", "c", "while-down", "after"]);
    expect(later.records[0]).toEqual(records[1]);
  });

  test("does not get again what it acknowledged", async () => {
    const { records, subscription } = listen({ consumer: "projector" });
    await put("a", 1);
    subscription.acknowledge(records[0]?.dynamodb.SequenceNumber ?? "");

    await restart();
    const later = listen({ consumer: "projector" });
    await put("b", 1);

    await expect.poll(() => later.records).not.toHaveLength(0);
    expect(keysOf(later.records)).toEqual(["b"]);
  });

  test("may begin at a place of its own", async () => {
    const { records } = listen({ consumer: "projector" });
    for (const pk of ["a", "b"]) await put(pk, 1);

    const again = listen({ from: records[0]?.dynamodb.SequenceNumber ?? "" });

    await expect.poll(() => keysOf(again.records)).toEqual(["b"]);
  });

  test("keeps the others' records when it is forgotten", async () => {
    const first = listen({ consumer: "first" });
    listen({ consumer: "second" });
    await put("a", 1);

    first.subscription.forget();
    await restart();
    const second = listen({ consumer: "second" });
    const anew = listen({ consumer: "first" });
    await put("b", 1);

    await expect.poll(() => keysOf(second.records)).toEqual(["a", "b"]);
    await expect.poll(() => keysOf(anew.records)).toEqual(["b"]);
  });

  test("finds no record that is older than a day", async () => {
    listen({ consumer: "projector" });
    await put("old", 1);
    clockMs += 25 * 60 * 60 * 1000;
    await put("new", 1);

    await service.sweepExpired();
    await restart();
    const later = listen({ consumer: "projector" });

    await expect.poll(() => keysOf(later.records)).toEqual(["new"]);
  });
});
