// The Ledger table: what became of every message, and the lists and counters made from it. The store's one door to it.
import { dayCounts, halfHourCounts, splitCounts, type DayRange } from "./counters.ts";
import { dailyCounts } from "./day-counters.ts";
import { eraseRecipient, type RecipientErasure } from "./erase-recipient.ts";
import { exportRecipient } from "./export-recipient.ts";
import { findSent, type MessageToOne } from "./find-sent.ts";
import { findOutcomes, type OutcomeName } from "./find-outcomes.ts";
import { listEvents, type EventQuery } from "./list-events.ts";
import { createProjection } from "./projection.ts";
import { getMessageOutcomes } from "./read-outcomes.ts";
import { getRecipientOutcomes, type OutcomePosition } from "./recipient-outcomes.ts";
import { recordEvents } from "./record-events.ts";
import { rewriteExpiries, type ExpiryRewrite } from "./rewrite-expiries.ts";
import type { SesEvent } from "../../domain/event.ts";
import { ledgerTableOf } from "./table.ts";

export type { EventList, EventPosition, EventQuery } from "./list-events.ts";
export type { ListedEvent } from "./list-row.ts";
export type { Counts, CountsAt, DayRange, DimensionCounts, SplitCounts } from "./counters.ts";
export type { DayCounts } from "./day-counters.ts";
export type { ExportedPage } from "./export-recipient.ts";
export type { OutcomePage, OutcomePosition } from "./recipient-outcomes.ts";
export type { RecordedEvent } from "./record-events.ts";

export type Ledger = ReturnType<typeof createLedger>;

/** Its options, and what they are by default: table.ts. */
export function createLedger(options: Parameters<typeof ledgerTableOf>[0]) {
  const table = ledgerTableOf(options);
  return {
    recordEvents: (tenantId: string, events: readonly SesEvent[]) => recordEvents(table, tenantId, events),
    findSent: (tenantId: string, messages: readonly MessageToOne[]) => findSent(table, tenantId, messages),
    getMessageOutcomes: (tenantId: string, messageId: string) => getMessageOutcomes(table, tenantId, messageId),
    findOutcomes: (tenantId: string, names: readonly OutcomeName[]) => findOutcomes(table, tenantId, names),
    getRecipientOutcomes: (
      tenantId: string,
      recipient: string,
      page: { position?: OutcomePosition | undefined; limit: number },
    ) => getRecipientOutcomes(table, tenantId, recipient, page),
    listEvents: (tenantId: string, query: EventQuery) => listEvents(table, tenantId, query),
    dailyCounts: (tenantId: string, fromDay: string, toDay: string) => dailyCounts(table, tenantId, fromDay, toDay),
    halfHourCounts: (tenantId: string, range: { fromMs: number; toMs: number }) =>
      halfHourCounts(table, tenantId, range),
    dayCounts: (tenantId: string, range: DayRange) => dayCounts(table, tenantId, range),
    splitCounts: (tenantId: string, name: string, range: DayRange) => splitCounts(table, tenantId, name, range),
    rewriteExpiries: (tenantId: string, rewrite: ExpiryRewrite) => rewriteExpiries(table, tenantId, rewrite),
    eraseRecipient: (tenantId: string, erasure: RecipientErasure) => eraseRecipient(table, tenantId, erasure),
    exportRecipient: (tenantId: string, address: string, page: { after?: string | undefined }) =>
      exportRecipient(table, tenantId, address, page),
    applyProjection: createProjection(table),
  };
}
