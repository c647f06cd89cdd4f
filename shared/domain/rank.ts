// Which of two copies of one fact is kept: event publishing over legacy, then the earlier, then a fixed tie-break.
import { canonicalJson, compareText } from "./canonical.ts";
import type { EventStyle } from "./event.ts";
import type { OutcomeEvent } from "./outcome.ts";

/** A text that sorts better ranks first. */
export const rankOf = (style: EventStyle, time: string): string => `${style === "eventPublishing" ? 0 : 1}#${time}`;

/** Sorts the better event first; 0 only for equal ones. */
export const compareEvents = <Event extends OutcomeEvent>(a: Event, b: Event): number =>
  compareText(rankOf(a.style, a.occurredAt), rankOf(b.style, b.occurredAt)) ||
  compareText(canonicalJson(a), canonicalJson(b));

export const betterEvent = (a: OutcomeEvent, b: OutcomeEvent): OutcomeEvent => (compareEvents(a, b) <= 0 ? a : b);
