// What many events together make of a message for one recipient. Pure, and blind to the order they arrive in.
import { compareText } from "./canonical.ts";
import type { SesEvent } from "./event.ts";
import { eventIdOf, outcomeRecipientOf } from "./identity.ts";
import { findStatedSendTime, mergeMessageFacts } from "./message-facts.ts";
import { type Outcome, type OutcomeEvent, type UnjudgedEvent, maxInlineEvents } from "./outcome.ts";
import { compareEvents } from "./rank.ts";
import { standingOf } from "./standing.ts";
import { talliesOf } from "./tally.ts";
import { judgeAlone, judgeTogether } from "./verdict.ts";

export interface FoldResult {
  outcome: Outcome;
  /** Ids of the events that the outcome did not know, each once. */
  stored: string[];
  /** Events to keep as items of their own, in the same transaction as the outcome. */
  overflow: OutcomeEvent[];
  /** False when the outcome is as it was: nothing needs to be written. */
  changed: boolean;
}

const toUnjudgedEvent = (event: SesEvent, eventId: string): UnjudgedEvent => {
  const { type, occurredAt, style, detail } = event;
  return { eventId, type, occurredAt, style, detail } as UnjudgedEvent;
};

/** Facts that happen once come first, so that no flood of opens moves them out and the status always has its reasons. */
const inlineClass = { deliveryDelay: 1, open: 1, click: 1, subscription: 2 } as Partial<
  Record<SesEvent["type"], number>
>;

const byTime = (a: UnjudgedEvent, b: UnjudgedEvent): number =>
  compareText(a.occurredAt, b.occurredAt) || compareText(a.eventId, b.eventId);

const byInlinePriority = (a: UnjudgedEvent, b: UnjudgedEvent): number =>
  (inlineClass[a.type] ?? 0) - (inlineClass[b.type] ?? 0) || byTime(a, b);

const assertSameOutcome = (outcome: Outcome | undefined, events: readonly SesEvent[]): SesEvent => {
  const [first] = events;
  if (!first) throw new RangeError("fold needs at least one event");
  const key = outcome ?? { messageId: first.messageId, recipient: outcomeRecipientOf(first) };
  if (events.some((event) => event.messageId !== key.messageId || outcomeRecipientOf(event) !== key.recipient))
    throw new RangeError("fold takes events of one message and one recipient");
  return first;
};

interface Gathered {
  /** Every event once, the better of two copies. */
  events: UnjudgedEvent[];
  /** Those that the outcome did not know. */
  added: UnjudgedEvent[];
  /** Some event inside gave way to a better copy of itself. */
  isBetter: boolean;
}

const gather = (
  outcome: Outcome | undefined,
  events: readonly SesEvent[],
  overflowed: ReadonlySet<string>,
): Gathered => {
  const known = new Map<string, UnjudgedEvent>(outcome?.events.map((event) => [event.eventId, event]));
  const addedIds = new Set<string>();
  let isBetter = false;
  for (const event of events) {
    const eventId = eventIdOf(event);
    if (overflowed.has(eventId)) continue;
    const entry = toUnjudgedEvent(event, eventId);
    const twin = known.get(eventId);
    if (twin && compareEvents(twin, entry) <= 0) continue;
    if (twin) isBetter = true;
    else addedIds.add(eventId);
    known.set(eventId, entry);
  }
  const gathered = [...known.values()];
  return { events: gathered, added: gathered.filter(({ eventId }) => addedIds.has(eventId)), isBetter };
};

/** Which events an outcome keeps inside is a function of the events alone. */
const split = (events: UnjudgedEvent[]): { inside: UnjudgedEvent[]; beyond: UnjudgedEvent[] } => {
  if (events.length <= maxInlineEvents) return { inside: events.toSorted(byTime), beyond: [] };
  const ordered = events.toSorted(byInlinePriority);
  return {
    inside: ordered.slice(0, maxInlineEvents).toSorted(byTime),
    beyond: ordered.slice(maxInlineEvents),
  };
};

/**
 * Adds events of one message and one recipient to their outcome. Any order, batching or repetition of the same events ends in
 * the same outcome, past `maxInlineEvents` too: which events stay inside, and who caused them, is a function of the events alone.
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
  const gathered = gather(outcome, events, overflowed);
  const { facts, areNew } = mergeMessageFacts(outcome, events);
  if (outcome && gathered.added.length === 0 && !gathered.isBetter && !areNew)
    return { outcome, stored: [], overflow: [], changed: false };

  const { inside, beyond } = split(gathered.events);
  const delivery = inside.find(({ type }) => type === "delivery");
  const judged = judgeTogether(inside, delivery?.occurredAt ?? findStatedSendTime(facts));
  const tallies = talliesOf(outcome, gathered.added, judged);
  const next: Outcome = {
    messageId: first.messageId,
    recipient: outcomeRecipientOf(first),
    ...facts,
    events: judged,
    overflowCount: (outcome?.overflowCount ?? 0) + beyond.length,
    ...tallies,
    ...standingOf(judged, { opens: tallies.opens.total, clicks: tallies.clicks.total }),
  };
  return {
    outcome: next,
    stored: gathered.added.map(({ eventId }) => eventId),
    overflow: beyond.map(judgeAlone),
    changed: true,
  };
};

/** Ids of the events that are not inside the outcome: new ones, or ones kept as items of their own. */
export const unknownIdsOf = (outcome: Outcome | undefined, events: readonly SesEvent[]): string[] => {
  const known = new Set(outcome?.events.map((event) => event.eventId));
  return [...new Set(events.map(eventIdOf))].filter((eventId) => !known.has(eventId));
};
