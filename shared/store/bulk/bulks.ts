// Bulks in the Directory table: made, found, listed. The items: bulk-item.ts; paused, ended, put off: bulk-moves.ts; the lines:
// line.ts; what became of the recipients: bulk-states.ts.
import { GetCommand, QueryCommand, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { noCounts, recipientsPerBlock } from "../../domain/bulk-progress.ts";
import { isTransactionConflict } from "../condition.ts";
import { batchGet, batchWrite, type Item, type Table, type Write } from "../dynamo-batch.ts";
import { orUnavailable, realWaiting, waitBeforeTry, type Waiting } from "../dynamo-retry.ts";
import { claimWrite, findClaim, findClaimInTheWay, type IdempotencyClaim } from "../idempotency.ts";
import {
  bulkExpiry,
  bulkKey,
  contentKey,
  contentKeys,
  listKey,
  listPartition,
  parseBulk,
  recipientsKey,
  type NewBulk,
  type StoredBulk,
} from "./bulk-item.ts";
import { createBulkMoves } from "./bulk-moves.ts";
import { dueItem } from "./due-list.ts";
import { entryItem } from "./line.ts";

/** Bytes of one part of the content: an item takes 400 KB with its keys. */
const partBytes = 380_000;
const maxTries = 5;

export type Bulks = ReturnType<typeof createBulks>;
type TransactWrite = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Where the next page of a list begins: plain JSON. */
export interface BulkPosition {
  after: string;
}

export function createBulks({ client, tableName, waiting = realWaiting }: Table & { waiting?: Waiting }) {
  const table: Table = { client, tableName };

  /**
   * Writes all of a bulk; with its own item last it is there, in its line or on the list of what is due, and the key is
   * claimed, or none of it.
   * Answers the claim that was there before, if any.
   * @param content anything that JSON can say; `recipients` likewise, one for each recipient; `beside` is written or not with it
   * @throws AppError `unavailable`
   */
  async function createBulk(
    tenantId: string,
    bulk: Omit<NewBulk, "contentParts" | "total">,
    {
      content,
      recipients,
      claim,
      beside = [],
    }: {
      content: unknown;
      recipients: readonly unknown[];
      claim?: IdempotencyClaim | undefined;
      beside?: readonly Item[];
    },
  ): Promise<StoredBulk | { claimed: IdempotencyClaim }> {
    const known = claim && (await findClaim(table, tenantId, claim.key, claim.claimedAtMs));
    if (known) return { claimed: known };
    const parts = partsOf(content);
    const stored: StoredBulk = {
      ...bulk,
      state: bulk.scheduledAtMs === undefined ? "active" : "scheduled",
      total: recipients.length,
      contentParts: parts.length,
      counts: { ...noCounts },
      doneBlocks: 0,
      fence: 0,
    };
    const expiresAtSeconds = bulkExpiry(stored);
    const pieces: Write[] = [
      ...parts.map((bytes, part) => ({
        put: { ...contentKey(tenantId, bulk.bulkId, part), bytes, expiresAtSeconds },
      })),
      ...blocksOf(recipients).map((json, block) => ({
        put: { ...recipientsKey(tenantId, bulk.bulkId, block), json, expiresAtSeconds },
      })),
    ];
    await batchWrite(table, pieces, waiting);
    const put = (Item: Item): TransactWrite => ({ Put: { TableName: tableName, Item } });
    const TransactItems: TransactWrite[] = [
      ...(claim ? [claimWrite(tableName, tenantId, claim)] : []),
      put({ ...bulkKey(tenantId, bulk.bulkId), ...stored, expiresAtSeconds }),
      put({ ...listKey(tenantId, bulk), bulkId: bulk.bulkId, expiresAtSeconds }),
      put(stored.state === "active" ? entryItem(tenantId, stored) : dueItem(tenantId, stored)),
      ...beside.map(put),
    ];
    for (let tries = 1; ; tries++)
      try {
        await client.send(new TransactWriteCommand({ TransactItems }));
        return stored;
      } catch (error) {
        const inTheWay = claim && findClaimInTheWay(error, 0, claim.key);
        if (inTheWay && inTheWay.resultId !== claim?.resultId) {
          await batchWrite(table, pieces.map(toRemoval), waiting);
          return { claimed: inTheWay };
        }
        if (inTheWay) return stored;
        if (!isTransactionConflict(error) || tries === maxTries) return orUnavailable(Promise.reject(error));
        await waitBeforeTry(waiting, tries);
      }
  }

  /** A consistent read. Undefined for another tenant's, and for one that has expired. */
  async function findBulk(tenantId: string, bulkId: string, nowMs: number): Promise<StoredBulk | undefined> {
    const { Item } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key: bulkKey(tenantId, bulkId), ConsistentRead: true })),
    );
    return parseBulk(Item, nowMs);
  }

  /** Newest first. */
  async function listBulks(
    tenantId: string,
    { position, limit, nowMs }: { position?: BulkPosition | undefined; limit: number; nowMs: number },
  ): Promise<{ items: StoredBulk[]; position?: BulkPosition }> {
    const { Items = [], LastEvaluatedKey } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": listPartition(tenantId) },
          ScanIndexForward: false,
          Limit: limit,
          ...(position ? { ExclusiveStartKey: { pk: listPartition(tenantId), sk: position.after } } : {}),
        }),
      ),
    );
    const ids = Items.map(({ bulkId }) => String(bulkId));
    const found = await batchGet(
      table,
      ids.map((id) => bulkKey(tenantId, id)),
      { waiting },
    );
    const byId = new Map(found.map((item) => [String(item["bulkId"]), parseBulk(item, nowMs)]));
    return {
      items: ids.flatMap((id) => byId.get(id) ?? []),
      ...(LastEvaluatedKey ? { position: { after: String(LastEvaluatedKey["sk"]) } } : {}),
    };
  }

  /** What `createBulk` was given. It is there until the bulk ends. */
  async function getContent(tenantId: string, bulk: StoredBulk): Promise<unknown> {
    const keys = contentKeys(tenantId, bulk);
    const items = new Map((await batchGet(table, keys, { waiting })).map((item) => [String(item["sk"]), item]));
    const parts = keys.map(({ sk }) => items.get(sk)?.["bytes"]);
    if (!parts.every((part) => part instanceof Uint8Array))
      throw new Error(`The content of ${bulk.bulkId} is not all there.`);
    return JSON.parse(new TextDecoder().decode(joined(parts)));
  }

  /** The recipients of one block, as `createBulk` was given them. */
  async function getRecipients(tenantId: string, bulkId: string, block: number): Promise<unknown[]> {
    const [recipients = []] = await listRecipients(tenantId, bulkId, [block]);
    return recipients;
  }

  /** Of several blocks, in their order. */
  async function listRecipients(tenantId: string, bulkId: string, blocks: readonly number[]): Promise<unknown[][]> {
    const keys = blocks.map((block) => recipientsKey(tenantId, bulkId, block));
    const items = new Map((await batchGet(table, keys, { waiting })).map((item) => [String(item["pk"]), item]));
    return keys.map(({ pk }) => JSON.parse((items.get(pk)?.["json"] as string | undefined) ?? "[]") as unknown[]);
  }

  /** The claim that a request with this key made before, if it holds still. */
  const findKeyClaim = (tenantId: string, key: string, nowMs: number): Promise<IdempotencyClaim | undefined> =>
    orUnavailable(findClaim(table, tenantId, key, nowMs));

  return {
    createBulk,
    findBulk,
    findKeyClaim,
    listBulks,
    getContent,
    getRecipients,
    listRecipients,
    ...createBulkMoves({ client, tableName, waiting }),
  };
}

const toRemoval = (write: Write): Write =>
  "put" in write ? { remove: { pk: String(write.put["pk"]), sk: String(write.put["sk"]) } } : write;

function partsOf(content: unknown): Uint8Array[] {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, part) =>
    bytes.subarray(part * partBytes, (part + 1) * partBytes),
  );
}

const blocksOf = (recipients: readonly unknown[]): string[] =>
  Array.from({ length: Math.ceil(recipients.length / recipientsPerBlock) }, (_, block) =>
    JSON.stringify(recipients.slice(block * recipientsPerBlock, (block + 1) * recipientsPerBlock)),
  );

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
