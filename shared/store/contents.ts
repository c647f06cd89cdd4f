// The content of sent mail, in a table of its own that has no backups (docs/decisions): what is deleted here is gone.
// One content for a mail, however many messages it became.
//
//   part           C#<tenantId>#<mailId> / PART#00          a piece of the sealed content
//   by message     M#<tenantId> / <messageId>               which mail it belongs to
//   by recipient   R#<tenantId>#<recipient> / <messageId>   the same, for erasure
import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ContentKeeping } from "./content-keeping.ts";
import { openContent, sealContent } from "./content-sealing.ts";
import { batchWrite, type Item, type Key } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "./dynamo-retry.ts";

/** What people read, as it was given to SES: before SES puts its pixel and its links into it. */
export interface MailContent {
  subject: string;
  html?: string | undefined;
  text?: string | undefined;
}

export interface KeptMail {
  mailId: string;
  content: MailContent;
  /** Ms since epoch. */
  sentAtMs: number;
  messages: readonly { messageId: string; recipient: string }[];
}

export interface FoundContent {
  content: MailContent;
  /** Ms since epoch. */
  expiresAtMs: number;
}

export type Contents = ReturnType<typeof createContents>;

/** Of one item's data: below DynamoDB's 400 KB with its keys. */
const partBytes = 380_000;
const dayMs = 86_400_000;
const encoder = new TextEncoder();
/** Messages whose contents are erased together. */
const erasedAtOnce = 25;

interface QueryOptions {
  start?: Record<string, unknown> | undefined;
  limit?: number;
  /** With the mail that a pointer leads to. */
  keysOnly?: boolean;
}

const partitionOf = (tenantId: string, mailId: string): string => `C#${tenantId}#${mailId}`;
const messageKey = (tenantId: string, messageId: string): Key => ({ pk: `M#${tenantId}`, sk: messageId });
const recipientPartition = (tenantId: string, recipient: string): string => `R#${tenantId}#${recipient}`;

export function createContents({
  client,
  tableName,
  waiting = realWaiting,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
  waiting?: Waiting;
}) {
  const table = { client, tableName };

  async function query(pk: string, { start, limit, keysOnly = false }: QueryOptions = {}) {
    const { Items = [], LastEvaluatedKey } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pk },
          ConsistentRead: true,
          ...(keysOnly ? { ProjectionExpression: "pk, sk, mailId" } : {}),
          ...(limit === undefined ? {} : { Limit: limit }),
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      ),
    );
    return { items: Items as Item[], next: LastEvaluatedKey };
  }

  async function queryAll(pk: string, options: Pick<QueryOptions, "keysOnly"> = {}): Promise<Item[]> {
    const first = await query(pk, options);
    const items = first.items;
    for (let start = first.next; start;) {
      const page = await query(pk, { ...options, start });
      items.push(...page.items);
      start = page.next;
    }
    return items;
  }

  /** Idempotent: the same mail again takes the place of the first. @throws AppError `unavailable` */
  async function recordContent(tenantId: string, { days, key }: ContentKeeping, mail: KeptMail): Promise<void> {
    const { mailId, content, sentAtMs, messages } = mail;
    if (messages.length === 0) return;
    const partition = partitionOf(tenantId, mailId);
    // Whatever else the caller has of the mail, such as attachments, is not kept.
    const { subject, html, text } = content;
    const sealed = await sealContent(key, partition, { subject, html, text });
    const expiresAtSeconds = Math.ceil((sentAtMs + days * dayMs) / 1000);
    const parts = Array.from({ length: Math.ceil(sealed.length / partBytes) }, (_, index) => ({
      pk: partition,
      sk: `PART#${String(index).padStart(2, "0")}`,
      data: sealed.subarray(index * partBytes, (index + 1) * partBytes),
      expiresAtSeconds,
    }));
    const pointers = messages.flatMap(({ messageId, recipient }) => {
      const rest = { mailId, sentAtMs, expiresAtSeconds };
      return [
        { ...messageKey(tenantId, messageId), ...rest },
        { pk: recipientPartition(tenantId, recipient), sk: messageId, ...rest },
      ];
    });
    // A pointer that is there leads to all parts.
    await batchWrite(
      table,
      parts.map((put) => ({ put })),
      waiting,
    );
    // A message to several recipients has its first pointer once.
    const byKey = new Map(pointers.map((put) => [`${put.pk} ${put.sk}`, put]));
    await batchWrite(
      table,
      [...byKey.values()].map((put) => ({ put })),
      waiting,
    );
  }

  /**
   * Undefined where none is kept: it never was, it has expired by what the tenant keeps now, was erased, or its key is gone.
   * @throws AppError `unavailable`
   */
  async function findContent(
    tenantId: string,
    { days, key }: ContentKeeping,
    messageId: string,
    nowMs: number,
  ): Promise<FoundContent | undefined> {
    const { Item: pointer } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key: messageKey(tenantId, messageId), ConsistentRead: true })),
    );
    if (!pointer) return undefined;
    const expiresAtMs = Math.min(
      (pointer["sentAtMs"] as number) + days * dayMs,
      (pointer["expiresAtSeconds"] as number) * 1000,
    );
    if (expiresAtMs <= nowMs) return undefined;
    const partition = partitionOf(tenantId, pointer["mailId"] as string);
    const parts = (await queryAll(partition)).map(({ data }) => data as Uint8Array);
    if (parts.length === 0) return undefined;
    const sealed = new Uint8Array(await new Blob(parts.map((part) => new Uint8Array(part))).arrayBuffer());
    const content = (await openContent(key, partition, sealed)) as MailContent | undefined;
    return content && { content, expiresAtMs };
  }

  /**
   * Deletes the content of every mail that went to the address: for its other recipients, too. What is done stays done when
   * it breaks off.
   * @param maxMessages no more than about so many; default: all
   * @throws AppError `unavailable`
   */
  async function eraseContents(tenantId: string, recipient: string, { maxMessages = Infinity } = {}): Promise<void> {
    for (let erased = 0; erased < maxMessages;) {
      const pointers = await query(recipientPartition(tenantId, recipient), { limit: erasedAtOnce, keysOnly: true });
      if (pointers.items.length === 0) return;
      const mailIds = new Set(pointers.items.map((pointer) => pointer["mailId"] as string));
      await Promise.all([...mailIds].map((mailId) => removeAll(partitionOf(tenantId, mailId))));
      // Last: as long as they are there, whoever goes on finds what is left.
      const removed = pointers.items.flatMap((pointer) => [
        { remove: messageKey(tenantId, pointer["sk"] as string) },
        { remove: keyOf(pointer) },
      ]);
      await batchWrite(table, removed, waiting);
      erased += pointers.items.length;
    }
  }

  /**
   * What is kept of mail to the address, message by message, and where to go on. Mail whose content was erased is left out.
   * @param maxBytes of content, but for a single one that is larger
   * @throws AppError `unavailable`
   */
  async function listContents(
    tenantId: string,
    keeping: ContentKeeping,
    recipient: string,
    { after, maxBytes, nowMs }: { after?: string | undefined; maxBytes: number; nowMs: number },
  ): Promise<{ contents: (FoundContent & { messageId: string })[]; after?: string }> {
    const contents: (FoundContent & { messageId: string })[] = [];
    const pk = recipientPartition(tenantId, recipient);
    let sizeBytes = 0;
    for (let start = after === undefined ? undefined : { pk, sk: after }; ;) {
      const page = await query(pk, { start, limit: erasedAtOnce, keysOnly: true });
      for (const { sk } of page.items) {
        const messageId = String(sk);
        const found = await findContent(tenantId, keeping, messageId, nowMs);
        if (!found) continue;
        sizeBytes += encoder.encode(JSON.stringify(found.content)).length;
        const last = contents.at(-1);
        if (last && sizeBytes > maxBytes) return { contents, after: last.messageId };
        contents.push({ messageId, ...found });
      }
      if (!page.next) return { contents };
      start = { pk, sk: String(page.next["sk"]) };
    }
  }

  async function removeAll(pk: string): Promise<void> {
    const parts = await queryAll(pk, { keysOnly: true });
    await batchWrite(
      table,
      parts.map((item) => ({ remove: keyOf(item) })),
      waiting,
    );
  }

  return { recordContent, findContent, listContents, eraseContents };
}

const keyOf = ({ pk, sk }: Item): Key => ({ pk: pk as string, sk: sk as string });
