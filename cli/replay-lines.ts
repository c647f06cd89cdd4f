// The lines that a replay prints: their shape is what scripts rely on.
import type { CategorizedDelivery } from "../lambdas/categorizer/categorize.ts";
import { compareText } from "../shared/domain/canonical.ts";
import { messageRecipient, type Outcome } from "../shared/domain/outcome.ts";
import type { RecordedEvent } from "../shared/store/ledger/ledger.ts";
import type { Suppression } from "../shared/store/suppressions.ts";

interface EventEntry {
  type: string;
  /** null when the attribution is ambiguous. */
  recipient: string | null;
  attribution: string;
  occurredAt: string;
  messageId: string;
  eventId: string;
}

export interface DeliveryLine {
  file: string;
  result: "stored" | "duplicate" | "ignored" | "invalid";
  /** Why it is ignored or invalid. */
  reason?: string;
  events: EventEntry[];
}

export interface OutcomeLine {
  outcome: Omit<
    Outcome,
    | "recipient"
    | "opens"
    | "clicks"
    | "opensByPersons"
    | "clicksByPersons"
    | "links"
    | "events"
    | "overflowCount"
    | "ranks"
  > & {
    recipient: string | null;
    attribution: string;
    opens: number;
    firstOpenAt?: string | undefined;
    lastOpenAt?: string | undefined;
    clicks: number;
    firstClickAt?: string | undefined;
    lastClickAt?: string | undefined;
    opensByPersons: number;
    clicksByPersons: number;
    /** Clicks per URL. */
    links: Record<string, number>;
    /** The ids of its events, by time. */
    events: string[];
  };
}

export interface SuppressionLine {
  suppression: { address: string; reason: string; since: string; possible?: true };
}

export type ReplayLine = DeliveryLine | OutcomeLine | SuppressionLine;

const toEntry = ({ event, eventId }: RecordedEvent): EventEntry => {
  const { type, recipient, attribution, occurredAt, messageId } = event;
  return { type, recipient, attribution, occurredAt, messageId, eventId };
};

/** @throws the error of a delivery that could not be stored */
export function deliveryLine(file: string, delivery: CategorizedDelivery): DeliveryLine {
  switch (delivery.result) {
    case "stored":
    case "duplicate":
      return { file, result: delivery.result, events: delivery.events.map(toEntry) };
    case "ignored":
    case "invalid":
      return { file, result: delivery.result, reason: delivery.reason, events: [] };
    case "failed":
      throw delivery.errors[0];
    default:
      throw new Error(`A replay knows its tenant and forgets nothing, yet an event is ${delivery.result}.`);
  }
}

export const invalidFileLine = (file: string, problem: string): DeliveryLine => ({
  file,
  result: "invalid",
  reason: `the file ${problem}`,
  events: [],
});

/** By name: two runs that know the same print the same, whatever came first. */
const sorted = <Value>(map: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => compareText(a, b)));

export function outcomeLine(outcome: Outcome): OutcomeLine {
  const { messageId, recipient, status, opens, clicks, opensByPersons, clicksByPersons, links, events, ...others } =
    outcome;
  const { overflowCount: _, ranks: __, ...rest } = others;
  const isAmbiguous = recipient === messageRecipient(messageId);
  return {
    outcome: {
      messageId,
      recipient: isAmbiguous ? null : recipient,
      attribution: isAmbiguous ? "ambiguous" : "exact",
      status,
      opens: opens.total,
      firstOpenAt: opens.firstAt,
      lastOpenAt: opens.lastAt,
      clicks: clicks.total,
      firstClickAt: clicks.firstAt,
      lastClickAt: clicks.lastAt,
      opensByPersons: opensByPersons.total,
      clicksByPersons: clicksByPersons.total,
      links: sorted(Object.fromEntries(Object.entries(links).map(([url, { total }]) => [url, total]))),
      ...rest,
      tags: sorted(rest.tags),
      events: events.map(({ eventId }) => eventId),
    },
  };
}

export const suppressionLine = ({ address, reason, since, possible }: Suppression): SuppressionLine => ({
  suppression: { address, reason, since, ...(possible && { possible }) },
});
