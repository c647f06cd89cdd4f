// The Ledger table: what became of every message, and the lists and counters made from it. The store's one door to it.
import { realWaiting } from "../dynamo-retry.ts";
import type { Table } from "../dynamo-batch.ts";
import { dailyCounts } from "./day-counters.ts";
import { listEvents, type EventQuery } from "./list-events.ts";
import { applyProjection } from "./projection.ts";
import { getMessageOutcomes, getRecipientOutcomes, type OutcomePosition } from "./read-outcomes.ts";
import { recordEvents } from "./record-events.ts";
import type { SesEvent } from "../../domain/event.ts";
import type { LedgerTable } from "./table.ts";

export type { EventList, EventPosition, EventQuery } from "./list-events.ts";
export type { ListedEvent } from "./list-row.ts";
export type { DayCounts } from "./day-counters.ts";
export type { OutcomePage, OutcomePosition } from "./read-outcomes.ts";
export type { RecordedEvent } from "./record-events.ts";

export type Ledger = ReturnType<typeof createLedger>;

const defaultRetentionDays = 400;

/** @param options.retentionDays default 400; @param options.clock default the system's */
export function createLedger(options: Table & Partial<LedgerTable>) {
  const table: LedgerTable = {
    waiting: realWaiting,
    clock: Date.now,
    retentionDays: defaultRetentionDays,
    ...options,
  };
  return {
    recordEvents: (tenantId: string, events: readonly SesEvent[]) => recordEvents(table, tenantId, events),
    getMessageOutcomes: (tenantId: string, messageId: string) => getMessageOutcomes(table, tenantId, messageId),
    getRecipientOutcomes: (
      tenantId: string,
      recipient: string,
      page: { position?: OutcomePosition | undefined; limit: number },
    ) => getRecipientOutcomes(table, tenantId, recipient, page),
    listEvents: (tenantId: string, query: EventQuery) => listEvents(table, tenantId, query),
    dailyCounts: (tenantId: string, fromDay: string, toDay: string) => dailyCounts(table, tenantId, fromDay, toDay),
    applyProjection: (batch: Parameters<typeof applyProjection>[1]) => applyProjection(table, batch),
  };
}
