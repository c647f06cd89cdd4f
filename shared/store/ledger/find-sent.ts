// Of which messages the Send event has come.
import { batchGet } from "../dynamo-batch.ts";
import { outcomeKey } from "./keys.ts";
import { parseOutcomeItem } from "./outcome-item.ts";
import type { LedgerTable } from "./table.ts";

/** One message to one recipient, by its outcome's spelling. */
export interface MessageToOne {
  messageId: string;
  recipient: string;
}

/**
 * The ids of those messages whose outcome has its Send event. One read of each outcome; messages must differ.
 * @throws AppError `unavailable`
 */
export async function findSent(
  table: LedgerTable,
  tenantId: string,
  messages: readonly MessageToOne[],
): Promise<Set<string>> {
  const keys = messages.map(({ recipient, messageId }) => outcomeKey(tenantId, recipient, messageId));
  const outcomes = (await batchGet(table, keys, { waiting: table.waiting })).map(
    (item) => parseOutcomeItem(item).outcome,
  );
  return new Set(
    outcomes
      // Further events are items of their own: with so many, the Send event is surely not the one that is missing.
      .filter(({ events, overflowCount }) => overflowCount > 0 || events.some(({ type }) => type === "send"))
      .map(({ messageId }) => messageId),
  );
}
