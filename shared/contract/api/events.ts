// GET /events, GET /messages/{messageId} and GET /stats: what is asked and what is answered.
import * as v from "valibot";
import { eventTypes, type Attribution, type EventType } from "../../domain/event.ts";
import type { OutcomeStatus } from "../../domain/outcome.ts";

/** The words people filter by, and the event type each stands for. The type names themselves work too. */
export const eventTypeByStatus = {
  sent: "send",
  delivered: "delivery",
  bounced: "bounce",
  complained: "complaint",
  rejected: "reject",
  opened: "open",
  clicked: "click",
  failed: "renderingFailure",
  delayed: "deliveryDelay",
  subscribed: "subscription",
} as const satisfies Record<string, EventType>;

export type EventStatusWord = keyof typeof eventTypeByStatus;

export const maxEventsPerPage = 100;
export const defaultEventsPerPage = 50;
export const defaultRangeDays = 30;
export const maxRangeDays = 400;

const statusWord = v.pipe(
  v.string(),
  v.trim(),
  v.transform((word): string => (eventTypeByStatus as Record<string, string>)[word] ?? word),
  v.picklist(eventTypes, `must be one of ${Object.keys(eventTypeByStatus).join(", ")}`),
);

/** Dates take 30 February for 2 March; people who write it mean neither. */
const isCalendarDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

const day = v.pipe(
  v.string(),
  v.check((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isCalendarDay(text), "must be a day like 2026-11-23"),
);

/** An ISO 8601 day (`2026-11-23`, UTC) or instant with an offset. */
const instant = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text) &&
      isCalendarDay(text.slice(0, 10)) &&
      !Number.isNaN(Date.parse(text)),
    "must be a day like 2026-11-23 or an instant like 2026-11-23T08:00:00Z",
  ),
);

export const messageIdText = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("must be an SES message id"),
  v.maxLength(200, "must be an SES message id"),
);

/** A filter that is misspelt is refused: to ignore it would answer more than was asked for. */
export const listEventsQuery = v.strictObject({
  /** Inclusive; default: 30 days before `to`. */
  from: v.optional(instant),
  /** Exclusive as an instant, inclusive as a day; default: now. */
  to: v.optional(instant),
  /** One or several, separated by commas. */
  status: v.optional(
    v.pipe(
      v.string(),
      v.transform((list) => list.split(",")),
      v.array(statusWord),
    ),
  ),
  recipient: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty("must be an address"), v.maxLength(320))),
  messageId: v.optional(messageIdText),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, `must be a number from 1 to ${maxEventsPerPage}`),
      v.transform(Number),
      v.minValue(1, `must be a number from 1 to ${maxEventsPerPage}`),
      v.maxValue(maxEventsPerPage, `must be a number from 1 to ${maxEventsPerPage}`),
    ),
  ),
});

export type ListEventsQuery = v.InferOutput<typeof listEventsQuery>;

/** One event as the API shows it. Times are ISO 8601 UTC. */
export interface EventView {
  eventId: string;
  type: EventType;
  messageId: string;
  /** null when the attribution is ambiguous. */
  recipient: string | null;
  attribution: Attribution;
  occurredAt: string;
  from?: string;
  subject?: string;
  tags?: Record<string, string[]>;
  link?: string;
  userAgent?: string;
  bounce?: { type: string; subType: string; diagnosticCode?: string; status?: string };
  complaint?: { feedbackType?: string; subType?: string };
  /** Why, in SES's words: the reject reason, the rendering error, the kind of delay, the SMTP answer. */
  reason?: string;
}

export interface EventPage {
  items: EventView[];
  /** Ask for the next page with it; absent on the last. */
  cursor?: string;
  /** How far back the search got when the read budget ended it before a page was full. */
  searchedTo?: string;
}

export interface TallyView {
  total: number;
  firstAt?: string;
  lastAt?: string;
}

/** What became of the message for one recipient. */
export interface OutcomeView {
  recipient: string;
  status: OutcomeStatus;
  opens: TallyView;
  clicks: TallyView;
  links: (TallyView & { url: string })[];
  bounce?: EventView["bounce"];
  complaint?: EventView["complaint"];
  /** An out-of-office reply came back. */
  automaticReply: boolean;
  /** Oldest first. */
  events: EventView[];
}

export interface MessageView {
  messageId: string;
  sentAt: string;
  from?: string;
  subject?: string;
  tags: Record<string, string[]>;
  configurationSet?: string;
  recipients: OutcomeView[];
  /** Opens and clicks that could be any of several recipients: the message's, nobody's in particular. */
  ambiguous: EventView[];
}

export const statsQuery = v.strictObject({
  /** UTC day, inclusive; default: 13 days before `to`. */
  from: v.optional(day),
  /** UTC day, inclusive; default: today. */
  to: v.optional(day),
});

export type EventCounts = Record<EventType, number>;

/** Events by when they happened, per UTC day; every day of the range is there. */
export interface StatsView {
  days: { day: string; counts: EventCounts }[];
  totals: EventCounts;
}
