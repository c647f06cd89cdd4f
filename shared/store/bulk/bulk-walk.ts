// A walk through the recipients of a tenant's bulks, and of mail that goes out by lines. No key leads from an address to them,
// so all their blocks are gone through, in portions; they are there for some weeks only.
import { countOfBlocks } from "../../domain/bulk-progress.ts";
import { batchGet, type Table } from "../dynamo-batch.ts";
import { queryPages } from "../dynamo-query.ts";
import type { Waiting } from "../dynamo-retry.ts";
import { bulkKey, listPartition, parseBulk, recipientsKey, type BulkKind, type StoredBulk } from "./bulk-item.ts";

/** Of a recipient, as bulks are made of them (lambdas/mail/line/bulk-content.ts), what matters here. */
export interface BlockRecipient {
  recipient: string;
  address?: unknown;
  data?: Record<string, unknown>;
}

/** Where to go on, plain text; absent at the end. */
export interface WalkedBulks {
  after?: string | undefined;
}

/** What a call goes through, about: of the largest recipients that bulks take, some megabytes. */
export interface Portion {
  after?: string | undefined;
  maxBlocks: number;
}

export interface Block {
  bulk: StoredBulk;
  block: number;
}

/** A block that names the address. */
export interface FoundBlock extends Block {
  recipients: BlockRecipient[];
}

const bulksOfPage = 10;
const blocksOfRead = 100;

const kinds: readonly BulkKind[] = ["bulk", "mail"];

/** `<kind>#<createdAt>#<bulkId>#<block>` */
function parsePlace(after: string): { kind: BulkKind; place: string; block: number } {
  const [kind, createdAt, bulkId, block] = after.split("#");
  return { kind: kind as BulkKind, place: `${createdAt}#${bulkId}`, block: Number(block) };
}

export function createBulkWalk({
  client,
  tableName,
  clock,
  waiting,
}: Table & { clock: () => number; waiting: Waiting }) {
  const table: Table = { client, tableName };

  /** The tenant's bulks of a kind, oldest first, from a place in their list on. */
  async function* bulksFrom(
    tenantId: string,
    kind: BulkKind,
    from: string,
  ): AsyncGenerator<{ place: string; bulk: StoredBulk }> {
    const query = {
      KeyConditionExpression: "pk = :pk AND sk >= :from",
      ExpressionAttributeValues: { ":pk": listPartition(tenantId, kind), ":from": from },
      Limit: bulksOfPage,
    };
    for await (const page of queryPages(table, query)) {
      const listed = page.map(({ sk, bulkId }) => ({ place: String(sk), bulkId: String(bulkId) }));
      const bulks = await findBulks(
        tenantId,
        listed.map(({ bulkId }) => bulkId),
      );
      for (const { place, bulkId } of listed) {
        const bulk = bulks.get(bulkId);
        if (bulk) yield { place, bulk };
      }
    }
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
    visit: (found: FoundBlock) => Promise<void>,
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

  return walk;
}

export const parseRecipients = (json: string | undefined): BlockRecipient[] =>
  json === undefined ? [] : (JSON.parse(json) as BlockRecipient[]);
