// Which of two copies of one fact is kept: event publishing over legacy, then the earlier, then a fixed tie-break.
import { canonicalJson, compareText } from "./canonical.ts";
import type { EventStyle } from "./event.ts";
import type { UnjudgedEvent } from "./outcome.ts";

/** A text that sorts better ranks first. */
export const rankOf = (style: EventStyle, time: string): string => `${style === "eventPublishing" ? 0 : 1}#${time}`;

const compareDetails = (a: unknown, b: unknown): number =>
  JSON.stringify(a) === JSON.stringify(b) ? 0 : compareText(canonicalJson(a), canonicalJson(b));

/** Sorts the better event first; 0 only for equal ones. What was judged of them later has no say. */
export const compareEvents = <Event extends UnjudgedEvent>(a: Event, b: Event): number =>
  compareText(rankOf(a.style, a.occurredAt), rankOf(b.style, b.occurredAt)) ||
  compareDetails(a.detail, b.detail) ||
  compareText(a.eventId, b.eventId);
