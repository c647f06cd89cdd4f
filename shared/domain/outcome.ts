// What became of one message for one recipient: the shape only. How events make it: fold.ts.
import type { BounceDetail, ComplaintDetail, SesEvent } from "./event.ts";
import type { Verdict } from "./verdict-rules.ts";

/** From the strongest to the weakest; an outcome's status is the strongest that its events support. */
export const outcomeStatuses = [
  "complained",
  "bounced",
  "rejected",
  "failed",
  "clicked",
  "opened",
  "delivered",
  "delayed",
  "sent",
] as const;

export type OutcomeStatus = (typeof outcomeStatuses)[number];

/** Who caused an open or a click, judged among the other events of its outcome; may change when one of those arrives. */
export interface Judgement {
  verdict: Verdict;
  /** The name of the rule that decided; in words: `findVerdictRule` of verdict.ts. */
  verdictReason: string;
}

type EventById = {
  [Type in SesEvent["type"]]: Omit<
    Extract<SesEvent, { type: Type }>,
    "message" | "messageId" | "recipient" | "attribution"
  > & { eventId: string };
};

/** An event on its way into an outcome, where it will be judged. */
export type UnjudgedEvent = EventById[SesEvent["type"]];

/** An event inside its outcome: what the message's facts repeat is left out. */
export type OutcomeEvent = {
  [Type in SesEvent["type"]]: EventById[Type] & (Type extends "open" | "click" ? Judgement : unknown);
}[SesEvent["type"]];

/** The events kept inside an outcome; the rest are items of their own. */
export const maxInlineEvents = 40;

/** The links that get a tally of their own; the rest share `otherLinks`. */
export const maxLinks = 50;
export const otherLinks = "other";

/** What an outcome remembers of its message, each from the best of the events that say it. */
export type MessageFact = "sentAt" | "from" | "subject" | "tags" | "configurationSet";

/** How often and when, ISO 8601 UTC. `firstAt` and `lastAt` are absent while `total` is 0. */
export interface Tally {
  total: number;
  firstAt?: string;
  lastAt?: string;
}

/** Of one link. */
export interface LinkTally extends Tally {
  /** How many of `total` count as a person's. */
  byPersons: number;
}

export interface Outcome {
  messageId: string;
  /** Bare address, or `message:<messageId>` for events that no one recipient can be given. */
  recipient: string;
  /** When the mail was sent: the earliest `mail.timestamp`, event publishing preferred over legacy. */
  sentAt: string;
  status: OutcomeStatus;
  from?: string;
  subject?: string;
  tags: Record<string, string[]>;
  configurationSet?: string;
  /** Sorted by time, then by id; at most `maxInlineEvents`. */
  events: OutcomeEvent[];
  /** Events that are not inside: kept as items of their own. */
  overflowCount: number;
  delivered: boolean;
  deliveredAt?: string;
  /** All of them, whoever caused them. */
  opens: Tally;
  clicks: Tally;
  /** Those of them that count as a person's, among the events inside: what is beyond `maxInlineEvents` never does. */
  opensByPersons: Tally;
  clicksByPersons: Tally;
  /** Per URL; at most `maxLinks`, the rest under the key `other`. */
  links: Record<string, LinkTally>;
  bounce?: BounceDetail & { at: string };
  complaint?: ComplaintDetail & { at: string };
  /** The rank of the event that each fact came from, lower is better: what makes their merge order-free. */
  ranks?: Partial<Record<MessageFact, string>>;
  /** A `Transient/General` bounce of something delivered: an out-of-office reply, and no bounce. */
  automaticReply: boolean;
}

/** Where events without one recipient are kept: the `recipient` of their outcome. */
export const messageRecipient = (messageId: string): string => `message:${messageId}`;
