// Events that prove that SES has taken a message of a bulk settle who was in doubt. So do they before the worker itself has
// told: both say the same.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { blockOf, type RecipientState, type StateChange } from "../../domain/bulk-progress.ts";
import type { SettledMessage } from "../attempts.ts";
import type { Table } from "../dynamo-batch.ts";
import { orUnavailable, type Waiting } from "../dynamo-retry.ts";
import { bulkKey, parseBulk } from "./bulk-item.ts";
import { createBulkStates } from "./bulk-states.ts";
import { createBulks } from "./bulks.ts";

export type BulkSettlement = ReturnType<typeof createBulkSettlement>;

const isSettled = (state: RecipientState | undefined): boolean => state?.status === "sent";

export function createBulkSettlement(table: Table & { waiting?: Waiting; clock: () => number }) {
  const { client, tableName, clock } = table;
  const states = createBulkStates(table);
  const bulks = createBulks(table);

  /** Of a message to one recipient the number says who; of a message to all of a group, whom SES names. */
  async function placesOf(tenantId: string, { mailId, messageNumber, recipients }: SettledMessage): Promise<number[]> {
    const { block, place } = blockOf(messageNumber);
    if (recipients.length <= 1) return [place];
    const known = (await bulks.getRecipients(tenantId, mailId, block)) as { recipient: string }[];
    return known.flatMap(({ recipient }, index) => (recipients.includes(recipient) ? [index] : []));
  }

  async function settleBlock(tenantId: string, bulkId: string, block: number, messages: readonly SettledMessage[]) {
    const known = await states.readBlocks(tenantId, bulkId, [block]);
    const open = messages.filter(
      ({ messageNumber }) => !isSettled(known.get(block)?.states[blockOf(messageNumber).place]),
    );
    if (open.length === 0) return;
    const { Item } = await orUnavailable(
      client.send(new GetCommand({ TableName: tableName, Key: bulkKey(tenantId, bulkId) })),
    );
    const bulk = parseBulk(Item, clock());
    if (!bulk) return;
    const changes: StateChange[] = [];
    for (const message of open)
      for (const place of await placesOf(tenantId, message))
        changes.push({ place, state: { status: "sent", messageId: message.messageId } });
    await states.recordStates(tenantId, bulk, [{ block, changes }], known);
  }

  /**
   * Idempotent. One read for each 50 recipients, and a write only for who is in doubt; bulks that are not there are passed
   * over.
   * @throws AppError `unavailable`
   */
  async function settleMessages(tenantId: string, messages: readonly SettledMessage[]): Promise<void> {
    const byBlock = Map.groupBy(messages, ({ mailId, messageNumber }) => `${mailId} ${blockOf(messageNumber).block}`);
    await Promise.all(
      [...byBlock.values()].map((ofBlock) => {
        const { mailId, messageNumber } = ofBlock[0]!;
        return settleBlock(tenantId, mailId, blockOf(messageNumber).block, ofBlock);
      }),
    );
  }

  return { settleMessages };
}
