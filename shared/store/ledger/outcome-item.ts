// An outcome as an item of the Ledger and back, and so its further events (41 and on). Keys: keys.ts.
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import type { Item, Key } from "../dynamo-batch.ts";
import { parseOutcomeBody, toOutcomeBody, type OutcomeBody } from "./outcome-body.ts";
import { messagePartition, outcomeKey, overflowKey, parseOutcomeKey } from "./keys.ts";

/** An outcome with what the store remembers beside it. */
export interface StoredOutcome {
  tenantId: string;
  outcome: Outcome;
  /** One higher with each write: the condition of the next. */
  version: number;
  expiresAtSeconds: number;
}

/** What a list says of an event's message; its `sentAt` decides until when the event is shown. */
export type MessageHead = Pick<Outcome, "messageId" | "recipient" | "sentAt" | "from" | "subject" | "tags">;

export interface StoredOverflowEvent {
  tenantId: string;
  head: MessageHead;
  event: OutcomeEvent;
  expiresAtSeconds: number;
}

/** The number of further events stands beside the body for those who read no more of the item. */
export function toOutcomeItem({ tenantId, outcome, version, expiresAtSeconds }: StoredOutcome): Item {
  const { messageId, recipient, sentAt, overflowCount } = outcome;
  return {
    ...outcomeKey(tenantId, recipient, messageId),
    gsi1pk: messagePartition(tenantId, messageId),
    // The index hands over the keys of the outcome: who it is about is in there.
    gsi1sk: "-",
    version,
    expiresAtSeconds,
    sentAt,
    ...(overflowCount > 0 && { overflowCount }),
    body: toOutcomeBody(outcome),
  };
}

/** @throws TypeError when the item is not an outcome */
export function parseOutcomeItem(item: Item): StoredOutcome {
  const { pk, sk, version, expiresAtSeconds, sentAt, overflowCount = 0, body } = item;
  const address = parseOutcomeKey({ pk, sk } as Key);
  if (!address || address.overflowEventId !== undefined)
    throw new TypeError(`The item ${String(sk)} is not an outcome.`);
  if (typeof version !== "number" || typeof expiresAtSeconds !== "number")
    throw new TypeError("The outcome has no version or no expiry.");
  if (typeof body !== "string" || typeof sentAt !== "string" || typeof overflowCount !== "number")
    throw new TypeError("The outcome has no body or no time.");
  const { tenantId, recipient, messageId } = address;
  const outcome = { messageId, recipient, sentAt, overflowCount, ...parseBody(body, sentAt) };
  return { tenantId, outcome, version, expiresAtSeconds };
}

function parseBody(body: string, sentAt: string): OutcomeBody {
  try {
    return parseOutcomeBody(body, sentAt);
  } catch (error) {
    throw new TypeError("The body of the outcome cannot be read.", { cause: error });
  }
}

export function toOverflowItem({ tenantId, head, event, expiresAtSeconds }: StoredOverflowEvent): Item {
  const { messageId, recipient, sentAt, from, subject, tags } = head;
  return {
    ...overflowKey(tenantId, recipient, messageId, event.eventId),
    expiresAtSeconds,
    sentAt,
    event,
    from,
    subject,
    tags,
  };
}

/** @throws TypeError when the item is not a further event of an outcome */
export function parseOverflowItem(item: Item): StoredOverflowEvent {
  const { pk, sk, event, expiresAtSeconds, ...head } = item;
  const address = parseOutcomeKey({ pk, sk } as Key);
  if (address?.overflowEventId === undefined || typeof event !== "object" || typeof expiresAtSeconds !== "number")
    throw new TypeError(`The item ${String(sk)} is not an event of an outcome.`);
  const { tenantId, recipient, messageId } = address;
  return {
    tenantId,
    head: { ...head, messageId, recipient } as MessageHead,
    event: event as OutcomeEvent,
    expiresAtSeconds,
  };
}
