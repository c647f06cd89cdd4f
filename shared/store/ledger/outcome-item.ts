// An outcome as an item of the Ledger and back, and so its further events (41 and on). Keys: keys.ts.
import type { Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import type { Item, Key } from "../dynamo-batch.ts";
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

export function toOutcomeItem({ tenantId, outcome, version, expiresAtSeconds }: StoredOutcome): Item {
  const { messageId, recipient, ...rest } = outcome;
  return {
    ...outcomeKey(tenantId, recipient, messageId),
    gsi1pk: messagePartition(tenantId, messageId),
    gsi1sk: recipient,
    version,
    expiresAtSeconds,
    ...rest,
  };
}

/** @throws TypeError when the item is not an outcome */
export function parseOutcomeItem(item: Item): StoredOutcome {
  const { pk, sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, version, expiresAtSeconds, ...rest } = item;
  const address = parseOutcomeKey({ pk, sk } as Key);
  if (!address || address.overflowEventId !== undefined)
    throw new TypeError(`The item ${String(sk)} is not an outcome.`);
  if (typeof version !== "number" || typeof expiresAtSeconds !== "number")
    throw new TypeError("The outcome has no version or no expiry.");
  if (!Array.isArray(rest["events"]) || typeof rest["sentAt"] !== "string" || typeof rest["status"] !== "string")
    throw new TypeError("The outcome has no events, no time or no status.");
  const { tenantId, recipient, messageId } = address;
  return { tenantId, outcome: { messageId, recipient, ...rest } as Outcome, version, expiresAtSeconds };
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
