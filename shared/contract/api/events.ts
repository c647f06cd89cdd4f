// GET /events and GET /messages/{messageId}: what is asked and what is answered. Counts: stats.ts; addresses: recipients.ts.
import * as v from "valibot";
import { eventTypes, type Attribution, type EventType } from "../../domain/event.ts";
import type { Network } from "../../domain/network.ts";
import type { OutcomeStatus } from "../../domain/outcome.ts";
import type { Verdict } from "../../domain/verdict-rules.ts";
import { dayOrInstant, periodFields } from "./period.ts";

export type { EventCounts, StatsView } from "./stats.ts";

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

/** As a record, so that none can be missing: the domain's own list would bring all its rules into a browser. */
const isVerdict = {
  person: true,
  imageProxy: true,
  privacyProxy: true,
  scanner: true,
  unknown: true,
} as const satisfies Record<Verdict, true>;

export const verdicts = Object.keys(isVerdict) as [Verdict, ...Verdict[]];

const statusWord = v.pipe(
  v.string(),
  v.trim(),
  v.transform((word): string => (eventTypeByStatus as Record<string, string>)[word] ?? word),
  v.picklist(eventTypes, `must be one of ${Object.keys(eventTypeByStatus).join(", ")}`),
);

const verdictWord = v.pipe(v.string(), v.trim(), v.picklist(verdicts, `must be one of ${verdicts.join(", ")}`));

/** One or several, separated by commas. */
const listOf = <Word extends v.GenericSchema<string, unknown>>(word: Word) =>
  v.pipe(
    v.string(),
    v.transform((list) => list.split(",")),
    v.array(word),
  );

export const messageIdText = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("must be an SES message id"),
  v.maxLength(200, "must be an SES message id"),
);

export const cursorText = v.pipe(v.string(), v.maxLength(2000));

const pageSize = `must be a number from 1 to ${maxEventsPerPage}`;

export const pageLimit = v.pipe(
  v.string(),
  v.regex(/^\d{1,3}$/, pageSize),
  v.transform(Number),
  v.minValue(1, pageSize),
  v.maxValue(maxEventsPerPage, pageSize),
);

export const maxSearchLength = 200;

/** What lists of events can be narrowed by. */
export const eventFilters = {
  ...periodFields,
  /** Inclusive; default: 30 days before `to`. */
  from: v.optional(dayOrInstant),
  /** Exclusive as an instant, inclusive as a day; default: now. */
  to: v.optional(dayOrInstant),
  status: v.optional(listOf(statusWord)),
  recipient: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty("must be an address"), v.maxLength(320))),
  messageId: v.optional(messageIdText),
  /** `name:value`, of the sender's own tags. */
  tag: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(600, "must be written as name:value"),
      v.regex(/^[^:]+:.+$/s, "must be written as name:value, like campaign:autumn"),
      v.transform((text) => ({ name: text.slice(0, text.indexOf(":")), value: text.slice(text.indexOf(":") + 1) })),
    ),
  ),
  /** Of opens and clicks; other events have none. */
  verdict: v.optional(listOf(verdictWord)),
  /** Text in the subject, in capitals or not. */
  q: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.nonEmpty("must be a text to look for"),
      v.maxLength(maxSearchLength, `must be at most ${maxSearchLength} characters`),
    ),
  ),
};

/** A filter that is misspelt is refused: to ignore it would answer more than was asked for. */
export const listEventsQuery = v.strictObject({
  ...eventFilters,
  cursor: v.optional(cursorText),
  limit: v.optional(pageLimit),
});

export type ListEventsQuery = v.InferOutput<typeof listEventsQuery>;
export type EventFilters = Omit<ListEventsQuery, "cursor" | "limit">;

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
  /** Where the open or click came from: its /24 or /48, and whose network that is, where it is a known one. */
  network?: { range?: string; owner?: Network };
  /** Who caused the open or click, as far as can be told. */
  verdict?: Verdict;
  /** What makes it so, in words. */
  verdictReason?: string;
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

/** Of opens or clicks. */
export interface EngagementView extends TallyView {
  /** Those among them that count as a person's: neither a machine's nor a proxy's that fetches everything. */
  byPersons?: TallyView;
}

export interface LinkView extends TallyView {
  url: string;
  /** How many of `total` count as a person's. */
  byPersons?: number;
}

/** What became of the message for one recipient. */
export interface OutcomeView {
  recipient: string;
  status: OutcomeStatus;
  opens: EngagementView;
  clicks: EngagementView;
  links: LinkView[];
  bounce?: EventView["bounce"];
  complaint?: EventView["complaint"];
  /** An out-of-office reply came back. */
  automaticReply: boolean;
  /** Oldest first. */
  events: EventView[];
  /** So many are not among them: a thousand and some fit one answer, `GET /events?messageId=…` lists all. */
  furtherEvents?: number;
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
  /** So many of them are not there, as of `furtherEvents`. */
  furtherAmbiguous?: number;
}
