// Two tables with the same customers in them, and in one a hundred times as much besides: more of what the first customer
// sent before, and other customers.
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb, type DynamoDb } from "../../local/dynamodb/dynamodb.ts";
import { openState } from "../../local/state.ts";
import type { Item } from "../../shared/store/dynamo-batch.ts";
import { createDirectClient } from "../../test/support/direct-client.ts";
import { createDirectoryTable, createLedgerTable } from "../../test/support/dynamodb.ts";
import { eventsOfMail, itemsOf, pickCampaign, type YearMail } from "./mails.ts";

export const nowMs = Date.parse("2026-11-23T12:00:00Z");
const dayMs = 86_400_000;
const hourMs = dayMs / 24;

/** Sends much, most of it lately. */
export const busyTenant = "ten_busy";
/** Sends the same few mails every day. */
export const steadyTenant = "ten_steady";

const others = 20;

const mailOf = (tenantId: string, index: number, sentAtMs: number, given: Partial<YearMail> = {}): YearMail => ({
  tenantId,
  messageId: `0100${String(index).padStart(12, "0")}-${tenantId}-4000-8000-000000`,
  recipient: `reader-${index % 1_000}@mail.example.com`,
  sentAtMs,
  campaign: pickCampaign(index),
  last: "click",
  ...given,
});

const half = 1_250;

/** Ten thousand events: a busy customer's of two days and a few of each day before, and a steady customer's of a year. */
function* observedMails(): Generator<YearMail> {
  for (let index = 0; index < half; index += 1) {
    const isRecent = index < 1_000;
    const agoMs = isRecent ? (index / 1_000) * 40 * hourMs : ((index - 999) / 251) * 360 * dayMs;
    yield mailOf(busyTenant, index, nowMs - hourMs - agoMs);
    yield mailOf(steadyTenant, index, nowMs - hourMs - (index / half) * 364 * dayMs, {
      ...(index % 24 === 5 && { last: "complaint" }),
      ...(index % 200 === 7 && { campaign: "rare" }),
    });
  }
}

/** The rest: half of it the busy customer's, of months before. */
function* furtherMails(mails: number): Generator<YearMail> {
  for (let index = 0; index < mails; index += 1) {
    const sentAtMs = nowMs - 30 * dayMs - (index / mails) * 330 * dayMs;
    const tenantId = index % 2 === 0 ? busyTenant : `ten_other_${index % others}`;
    // Nobody who is asked for.
    yield mailOf(tenantId, half + index, sentAtMs, { recipient: `other-${index % 50_000}@mail.example.com` });
  }
}

function* upTo(events: number): Generator<YearMail> {
  yield* observedMails();
  yield* furtherMails(Math.max(0, events / eventsOfMail - 2 * half));
}

export interface FilledTable {
  client: DynamoDBDocumentClient;
  service: DynamoDb;
}

const scope = { accountId: "111111111111", region: "us-east-1" };
const itemsOfBatch = 25;

/** As DynamoDB's JSON has it. */
function attributeOf(value: unknown): object {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: attributesOf(value as Item) };
}

const attributesOf = (item: Item): object =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, attributeOf(value)]),
  );

/** In memory: a million events take some four gigabytes. */
export async function fillTable(events: number): Promise<FilledTable> {
  const service = createDynamoDb({
    state: openState(),
    clock: () => nowMs,
    ttlSweepMs: 2 ** 31 - 1,
    defaultAccountId: scope.accountId,
  });
  const client = createDirectClient(service, { maxAttempts: 3 });
  const tableName = await createLedgerTable(client);
  await createDirectoryTable(client);
  let waiting: Item[] = [];
  const write = async () => {
    const batch = waiting.splice(0, itemsOfBatch).map((item) => ({ PutRequest: { Item: attributesOf(item) } }));
    await service.execute("BatchWriteItem", { RequestItems: { [tableName]: batch } }, scope);
  };
  for (const items of itemsOf(upTo(events))) {
    waiting = waiting.concat(items);
    while (waiting.length >= itemsOfBatch) await write();
  }
  while (waiting.length > 0) await write();
  return { client, service };
}
