// One person among the recipients of a tenant's bulks: found, to be handed over, and put out, to be forgotten. No key leads
// from an address to them, so the blocks of every bulk are gone through, in portions; bulks are there for some weeks only.
import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { blockOf, countOfBlocks, type RecipientState } from "../../domain/bulk-progress.ts";
import { erasedText } from "../../domain/pseudonym.ts";
import { parseAttemptId } from "../attempts.ts";
import { untilWon } from "../condition.ts";
import { batchGet, type Item, type Key, type Table } from "../dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "../dynamo-retry.ts";
import {
  bulkExpiry,
  bulkKey,
  listPartition,
  parseBlock,
  parseBulk,
  recipientsKey,
  statesKey,
  type BulkKind,
  type StoredBulk,
} from "./bulk-item.ts";

/** Of a recipient, as bulks are made of them (lambdas/mail/line/bulk-content.ts), what matters here. */
interface BlockRecipient {
  recipient: string;
  address?: unknown;
  data?: Record<string, unknown>;
}

/** What a bulk keeps of one of its recipients. */
export interface BulkRecord {
  bulkId: string;
  from: string;
  /** Before it is filled in. */
  subject: string;
  /** ISO 8601 UTC. */
  createdAt: string;
  scheduledAt?: string;
  expiresAt: string;
  /** What was given to fill in the content for this recipient. */
  data?: Record<string, unknown>;
  /** `waiting`: nothing was done yet. */
  result: Omit<RecipientState, "fence"> | { status: "waiting" };
}

/** Where to go on, plain text; absent at the end. */
export interface WalkedBulks {
  after?: string | undefined;
}

/** What a call goes through, about: of the largest recipients that bulks take, some megabytes. */
interface Portion {
  after?: string | undefined;
  maxBlocks: number;
}

/** What names a message of a bulk: its attempt's id. */
export type AttemptIds = readonly string[];

export type BulkPeople = ReturnType<typeof createBulkPeople>;

const bulksOfPage = 10;
const blocksOfRead = 100;

const kinds: readonly BulkKind[] = ["bulk", "mail"];

/** `<kind>#<createdAt>#<bulkId>#<block>` */
function parsePlace(after: string): { kind: BulkKind; place: string; block: number } {
  const [kind, createdAt, bulkId, block] = after.split("#");
  return { kind: kind as BulkKind, place: `${createdAt}#${bulkId}`, block: Number(block) };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

interface Block {
  bulk: StoredBulk;
  block: number;
}

export function createBulkPeople({
  client,
  tableName,
  clock,
  waiting = realWaiting,
}: Table & { clock: () => number; waiting?: Waiting }) {
  const table: Table = { client, tableName };

  /** The tenant's bulks of a kind, oldest first, from a place in their list on. */
  async function* bulksFrom(
    tenantId: string,
    kind: BulkKind,
    from: string,
  ): AsyncGenerator<{ place: string; bulk: StoredBulk }> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await orUnavailable(
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk AND sk >= :from",
            ExpressionAttributeValues: { ":pk": listPartition(tenantId, kind), ":from": from },
            Limit: bulksOfPage,
            ExclusiveStartKey,
          }),
        ),
      );
      const listed = (page.Items ?? []).map(({ sk, bulkId }) => ({ place: String(sk), bulkId: String(bulkId) }));
      const bulks = await findBulks(
        tenantId,
        listed.map(({ bulkId }) => bulkId),
      );
      for (const { place, bulkId } of listed) {
        const bulk = bulks.get(bulkId);
        if (bulk) yield { place, bulk };
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  async function findBulks(tenantId: string, bulkIds: readonly string[]): Promise<Map<string, StoredBulk>> {
    const keys = [...new Set(bulkIds)].map((bulkId) => bulkKey(tenantId, bulkId));
    const found = keys.length === 0 ? [] : await batchGet(table, keys, { waiting, consistent: true });
    const bulks = found.flatMap((item) => parseBulk(item, clock()) ?? []);
    return new Map(bulks.map((bulk) => [bulk.bulkId, bulk]));
  }

  /** Those of the blocks that name the address. */
  async function blocksWith(tenantId: string, address: string, blocks: readonly Block[]) {
    const keys = blocks.map(({ bulk, block }) => recipientsKey(tenantId, bulk.bulkId, block));
    const items = await batchGet(table, keys, { waiting, consistent: true });
    const byKey = new Map(items.map((item) => [String(item["pk"]), String(item["json"])]));
    return blocks.flatMap((at, index) => {
      const { pk } = keys[index]!;
      const recipients = parseRecipients(byKey.get(pk));
      return recipients.some(({ recipient }) => recipient === address) ? [{ ...at, recipients }] : [];
    });
  }

  /** Goes through bulks, a portion of their blocks at a time, and calls `visit` with those that name the address. */
  async function walk(
    tenantId: string,
    address: string,
    { after, maxBlocks }: Portion,
    visit: (found: Block & { recipients: BlockRecipient[] }) => Promise<void>,
  ): Promise<WalkedBulks> {
    const from = after === undefined ? undefined : parsePlace(after);
    let left = maxBlocks;
    for (const kind of kinds.slice(from ? kinds.indexOf(from.kind) : 0)) {
      const begin = from?.kind === kind ? from : { place: "#", block: 0 };
      for await (const { place, bulk } of bulksFrom(tenantId, kind, begin.place))
        for (let block = place === begin.place ? begin.block : 0; block < countOfBlocks(bulk.total);) {
          if (left <= 0) return { after: `${kind}#${place}#${block}` };
          const size = Math.min(left, blocksOfRead, countOfBlocks(bulk.total) - block);
          const blocks = Array.from({ length: size }, (_, index) => ({ bulk, block: block + index }));
          for (const found of await blocksWith(tenantId, address, blocks)) await visit(found);
          block += size;
          left -= size;
        }
    }
    return {};
  }

  async function recordsOf(
    tenantId: string,
    address: string,
    { bulk, block, recipients }: Block & { recipients: BlockRecipient[] },
  ): Promise<BulkRecord[]> {
    const [item] = await batchGet(table, [statesKey(tenantId, bulk.bulkId, block)], { waiting });
    const { states } = parseBlock(item);
    return recipients.flatMap(({ recipient, data }, place) =>
      recipient === address ? [toRecord(bulk, data, states[place])] : [],
    );
  }

  /**
   * What bulks keep of the address.
   * @param address normalized (shared/domain/address.ts)
   * @throws AppError `unavailable`
   */
  async function findInBulks(
    tenantId: string,
    address: string,
    portion: Portion,
  ): Promise<WalkedBulks & { records: BulkRecord[] }> {
    const records: BulkRecord[] = [];
    const walked = await walk(tenantId, address, portion, async (found) => {
      records.push(...(await recordsOf(tenantId, address, found)));
    });
    return { records, ...walked };
  }

  /**
   * Puts the address and all that was given for it out of the bulks. Whoever was not mailed yet is not any more: no mail can
   * be sent to nobody. Idempotent.
   * @param onBulk called before each, for what else is known by it
   * @throws AppError `unavailable`; what was put out until then stays so
   */
  const eraseFromBulks = (
    tenantId: string,
    address: string,
    portion: Portion,
    onBulk: (bulkId: string) => Promise<void>,
  ): Promise<WalkedBulks> =>
    walk(tenantId, address, portion, async ({ bulk, block }) => {
      await onBulk(bulk.bulkId);
      await eraseFromBlock(tenantId, address, bulk.bulkId, block);
    });

  /**
   * The same of the bulks that messages of these attempts were sent by, without a walk.
   */
  async function eraseFromBulksOf(tenantId: string, address: string, attempts: AttemptIds): Promise<void> {
    for (const { bulkId, block } of blocksOf(attempts)) await eraseFromBlock(tenantId, address, bulkId, block);
  }

  const eraseFromBlock = (tenantId: string, address: string, bulkId: string, block: number): Promise<void> =>
    untilWon(async () => {
      const key: Key = recipientsKey(tenantId, bulkId, block);
      const [item] = await batchGet(table, [key], { waiting, consistent: true });
      const recipients = parseRecipients(item && String(item["json"]));
      if (!recipients.some(({ recipient }) => recipient === address)) return;
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: key,
            UpdateExpression: "SET #json = :erased",
            ConditionExpression: "#json = :read",
            ExpressionAttributeNames: { "#json": "json" },
            ExpressionAttributeValues: {
              ":erased": JSON.stringify(recipients.map((each) => (each.recipient === address ? nobody(each) : each))),
              ":read": item?.["json"],
            },
          }),
        ),
      );
    }, waiting);

  return { findInBulks, eraseFromBulks, eraseFromBulksOf };
}

const parseRecipients = (json: string | undefined): BlockRecipient[] =>
  json === undefined ? [] : (JSON.parse(json) as BlockRecipient[]);

/** The places of the others stay as they are. */
const nobody = ({ data: _data, ...rest }: BlockRecipient): BlockRecipient => ({
  ...rest,
  recipient: erasedText,
  address: { wrong: "The recipient was erased." },
});

/** Each once. */
const blocksOf = (attempts: AttemptIds): { bulkId: string; block: number }[] => {
  const named = attempts.flatMap((id) => {
    const { mailId = "", messageNumber = 0 } = parseAttemptId(id) ?? {};
    return mailId.startsWith("blk_") ? [{ bulkId: mailId, block: blockOf(messageNumber).block }] : [];
  });
  return [...new Map(named.map((each) => [`${each.bulkId} ${each.block}`, each])).values()];
};

function toRecord(bulk: StoredBulk, data: BlockRecipient["data"], state: RecipientState | undefined): BulkRecord {
  const { bulkId, from, subject, createdAtMs, scheduledAtMs } = bulk;
  const { fence: _fence, ...result } = { fence: 0, ...(state ?? ({ status: "waiting" } as const)) };
  return {
    bulkId,
    from,
    subject,
    createdAt: isoOf(createdAtMs),
    ...(scheduledAtMs === undefined ? {} : { scheduledAt: isoOf(scheduledAtMs) }),
    expiresAt: isoOf(bulkExpiry(bulk) * 1000),
    ...(data === undefined ? {} : { data }),
    result,
  };
}
