// What many events together make of a message for one recipient. Pure, and blind to the order they arrive in.
import { canonicalJson, compareText } from "./canonical.ts";
import type { SesEvent } from "./event.ts";
import { eventIdOf, outcomeRecipientOf } from "./identity.ts";
import { mergeMessageFacts } from "./message-facts.ts";
import { type Outcome, type OutcomeEvent, maxInlineEvents } from "./outcome.ts";
import { betterEvent } from "./rank.ts";
import { standingOf } from "./standing.ts";
import { addToLinks, addToTally } from "./tally.ts";

export interface FoldResult {
  outcome: Outcome;
  /** Ids of the events that the outcome did not know, each once. */
  stored: string[];
  /** Events to keep as items of their own, in the same transaction as the outcome. */
  overflow: OutcomeEvent[];
  /** False when the outcome is as it was: nothing needs to be written. */
  changed: boolean;
}

const toOutcomeEvent = (event: SesEvent, eventId: string): OutcomeEvent => {
  const { type, occurredAt, style, detail } = event;
  return { eventId, type, occurredAt, style, detail } as OutcomeEvent;
};

/** Facts that happen once come first, so that no flood of opens moves them out and the status always has its reasons. */
const inlineClass = { deliveryDelay: 1, open: 1, click: 1, subscription: 2 } as Partial<
  Record<SesEvent["type"], number>
>;

const byTime = (a: OutcomeEvent, b: OutcomeEvent): number =>
  compareText(a.occurredAt, b.occurredAt) || compareText(a.eventId, b.eventId);

const byInlinePriority = (a: OutcomeEvent, b: OutcomeEvent): number =>
  (inlineClass[a.type] ?? 0) - (inlineClass[b.type] ?? 0) || byTime(a, b);

const assertSameOutcome = (outcome: Outcome | undefined, events: readonly SesEvent[]): SesEvent => {
  const [first] = events;
  if (!first) throw new RangeError("fold needs at least one event");
  const key = outcome ?? { messageId: first.messageId, recipient: outcomeRecipientOf(first) };
  if (events.some((event) => event.messageId !== key.messageId || outcomeRecipientOf(event) !== key.recipient))
    throw new RangeError("fold takes events of one message and one recipient");
  return first;
};

/**
 * Adds events of one message and one recipient to their outcome. Any order, batching or repetition of the same events ends in
 * the same outcome, past `maxInlineEvents` too: which events stay inside is a function of the events alone.
 *
 * @param overflowed ids, among these events', that are already kept as items of their own. The outcome cannot know them:
 *   while `overflowCount` is above 0, look up the ids that `unknownIdsOf` names.
 * @throws RangeError when there are no events, or they belong to another outcome.
 */
export const fold = (
  outcome: Outcome | undefined,
  events: readonly SesEvent[],
  overflowed: ReadonlySet<string> = new Set(),
): FoldResult => {
  const first = assertSameOutcome(outcome, events);

  const known = new Map(outcome?.events.map((event) => [event.eventId, event]));
  const added: OutcomeEvent[] = [];
  for (const event of events) {
    const eventId = eventIdOf(event);
    if (overflowed.has(eventId)) continue;
    const entry = toOutcomeEvent(event, eventId);
    const twin = known.get(eventId);
    if (!twin) added.push(entry);
    known.set(eventId, twin ? betterEvent(twin, entry) : entry);
  }

  const ordered = [...known.values()].toSorted(byInlinePriority);
  const inline = ordered.slice(0, maxInlineEvents).toSorted(byTime);
  const overflow = ordered.slice(maxInlineEvents);
  const opens = addToTally(
    outcome?.opens,
    added.filter((event) => event.type === "open"),
  );
  const clicks = addToTally(
    outcome?.clicks,
    added.filter((event) => event.type === "click"),
  );

  const next: Outcome = {
    messageId: first.messageId,
    recipient: outcomeRecipientOf(first),
    ...mergeMessageFacts(outcome, events),
    events: inline,
    overflowCount: (outcome?.overflowCount ?? 0) + overflow.length,
    opens,
    clicks,
    links: addToLinks(outcome?.links, added),
    ...standingOf(inline, { opens: opens.total, clicks: clicks.total }),
  };
  return {
    outcome: next,
    stored: added.map((event) => event.eventId),
    overflow,
    changed: !outcome || canonicalJson(outcome) !== canonicalJson(next),
  };
};

/** Ids of the events that are not inside the outcome: new ones, or ones kept as items of their own. */
export const unknownIdsOf = (outcome: Outcome | undefined, events: readonly SesEvent[]): string[] => {
  const known = new Set(outcome?.events.map((event) => event.eventId));
  return [...new Set(events.map(eventIdOf))].filter((eventId) => !known.has(eventId));
};
