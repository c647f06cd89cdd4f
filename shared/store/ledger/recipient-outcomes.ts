// What became of every message to an address, page by page, the last message ids first.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Outcome } from "../../domain/outcome.ts";
import type { Item, Key } from "../dynamo-batch.ts";
import { orUnavailable } from "../dynamo-retry.ts";
import { getExpiryTest } from "./expiry.ts";
import { outcomeKey, outcomePartition, parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

export interface OutcomePage {
  /** Each with the events inside it alone. */
  outcomes: Outcome[];
  /** Where the next page begins; absent on the last. */
  position?: OutcomePosition;
}

/** Plain JSON: the sort key of the last outcome that was shown. */
export interface OutcomePosition {
  before: string;
}

/**
 * SES's message ids rise with time within a region, so its newest come first.
 * @param recipient normalized (shared/domain/address.ts)
 * @throws AppError `unavailable`
 */
export async function getRecipientOutcomes(
  table: LedgerTable,
  tenantId: string,
  recipient: string,
  { position, limit }: { position?: OutcomePosition | undefined; limit: number },
): Promise<OutcomePage> {
  const isExpired = await getExpiryTest(table, tenantId);
  const outcomes: Outcome[] = [];
  let before = position?.before;
  while (outcomes.length <= limit) {
    const page = await readBefore(table, outcomePartition(tenantId, recipient), before, limit + 1 - outcomes.length);
    outcomes.push(...page.items.filter((item) => !isExpired(item)).map((item) => parseOutcomeItem(item).outcome));
    before = page.before;
    if (before === undefined) break;
  }
  const shown = outcomes.slice(0, limit);
  const last = shown.at(-1);
  return {
    outcomes: shown,
    ...(outcomes.length > limit && last
      ? { position: { before: outcomeKey(tenantId, recipient, last.messageId).sk } }
      : {}),
  };
}

/**
 * Outcomes before a sort key, and the key to go on before. An outcome's further events sort behind it: where one is met
 * first, it and its like are passed over, however many they are.
 */
async function readBefore(
  table: LedgerTable,
  partition: string,
  before: string | undefined,
  limit: number,
): Promise<{ items: Item[]; before?: string }> {
  const { Items = [], LastEvaluatedKey } = await orUnavailable(
    table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: before === undefined ? "pk = :pk" : "pk = :pk AND sk < :before",
        ExpressionAttributeValues: { ":pk": partition, ...(before === undefined ? {} : { ":before": before }) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    ),
  );
  const addresses = Items.map((item) => parseOutcomeKey(item as unknown as Key));
  const overflow = addresses.findIndex((address) => address?.overflowEventId !== undefined);
  const { messageId } = addresses[overflow] ?? {};
  if (messageId !== undefined) return { items: Items.slice(0, overflow), before: `M#${messageId}#` };
  return { items: Items, ...(LastEvaluatedKey ? { before: String(LastEvaluatedKey["sk"]) } : {}) };
}
