// Everything that is stored of an address, as it is stored. List rows are left out: they repeat the events.
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import type { Item, Key } from "../dynamo-batch.ts";
import { parseOutcomeKey } from "./keys.ts";
import { parseOutcomeItem, parseOverflowItem, type MessageHead } from "./outcome-item.ts";
import { readRecipientPage } from "./read-outcomes.ts";
import type { LedgerTable } from "./table.ts";

/** ISO 8601 UTC, by the retention that it was last written with. */
interface Expiring {
  expiresAt: string;
}

export interface ExportedPage {
  outcomes: (Outcome & Expiring)[];
  /** Those that are kept outside their outcome (`overflowCount`). */
  events: (MessageHead & Expiring & { event: OutcomeEvent })[];
  /** Where the next page begins; absent on the last. */
  after?: string;
}

/**
 * A page, in the order of the message ids; at most a megabyte of items, so an answer fits what a function may answer.
 * @throws AppError `unavailable`
 */
export async function exportRecipient(
  table: LedgerTable,
  tenantId: string,
  address: string,
  { after }: { after?: string | undefined },
): Promise<ExportedPage> {
  const page = await readRecipientPage(table, tenantId, address, { after });
  return {
    outcomes: page.items.filter(isOutcome).map((item) => {
      const { outcome, expiresAtSeconds } = parseOutcomeItem(item);
      return Object.assign({ expiresAt: isoOf(expiresAtSeconds) }, outcome);
    }),
    events: page.items
      .filter((item) => !isOutcome(item))
      .map((item) => {
        const { head, event, expiresAtSeconds } = parseOverflowItem(item);
        return Object.assign({ expiresAt: isoOf(expiresAtSeconds), event }, head);
      }),
    ...(page.after === undefined ? {} : { after: page.after }),
  };
}

const isOutcome = (item: Item): boolean => parseOutcomeKey(item as unknown as Key)?.overflowEventId === undefined;

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();
