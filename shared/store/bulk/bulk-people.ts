// One person among the recipients of a tenant's bulks: found, to be handed over, and put out, to be forgotten.
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { blockOf, type RecipientState } from "../../domain/bulk-progress.ts";
import { erasedText } from "../../domain/pseudonym.ts";
import { untilWon } from "../condition.ts";
import { batchGet, type Key, type Table } from "../dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "../dynamo-retry.ts";
import { bulkExpiry, parseBlock, recipientsKey, statesKey, type StoredBulk } from "./bulk-item.ts";
import {
  createBulkWalk,
  parseRecipients,
  type BlockRecipient,
  type FoundBlock,
  type Portion,
  type WalkedBulks,
} from "./bulk-walk.ts";
import { isOfBulk, parseAttemptId } from "../../domain/message-tags.ts";

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

/** What names a message of a bulk: its attempt's id. */
export type AttemptIds = readonly string[];

export type BulkPeople = ReturnType<typeof createBulkPeople>;

const isoOf = (ms: number): string => new Date(ms).toISOString();

export function createBulkPeople({
  client,
  tableName,
  clock,
  waiting = realWaiting,
}: Table & { clock: () => number; waiting?: Waiting }) {
  const table: Table = { client, tableName };
  const walk = createBulkWalk({ client, tableName, clock, waiting });

  async function recordsOf(
    tenantId: string,
    address: string,
    { bulk, block, recipients }: FoundBlock,
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

/** The places of the others stay as they are. */
const nobody = ({ data: _data, ...rest }: BlockRecipient): BlockRecipient => ({
  ...rest,
  recipient: erasedText,
  address: { wrong: "The recipient was erased." },
});

/** Each once. */
const blocksOf = (attempts: AttemptIds): { bulkId: string; block: number }[] => {
  const named = attempts.flatMap((id) => {
    const attempt = parseAttemptId(id);
    return attempt && isOfBulk(attempt)
      ? [{ bulkId: attempt.mailId, block: blockOf(attempt.messageNumber).block }]
      : [];
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
