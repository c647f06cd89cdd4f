// What makes an event itself: the same fact by two routes, in two styles or twice delivered, is one event.
import { digest } from "./clip.ts";
import type { SesEvent } from "./event.ts";
import { messageRecipient } from "./outcome.ts";

/** Where an event belongs: the recipient of its outcome, in the outcome's spelling. */
export const outcomeRecipientOf = (event: SesEvent): string => event.recipient ?? messageRecipient(event.messageId);

/**
 * What, besides message, recipient and type, tells two events apart. What happens once has nothing more. The two styles and
 * the two routes agree on all of it; they do not on `mail.timestamp`, and `feedbackId` is not verified to be shared.
 */
const distinctionOf = (event: SesEvent): (string | undefined)[] => {
  switch (event.type) {
    case "bounce":
      return [event.detail.bounceType, event.detail.bounceSubType];
    case "complaint":
      return [event.detail.subType, event.detail.feedbackType === "not-spam" ? "not-spam" : undefined];
    case "deliveryDelay":
    case "subscription":
      return [event.occurredAt];
    case "open":
      return [event.occurredAt, event.detail.userAgent, event.detail.ipAddress];
    case "click":
      return [event.occurredAt, event.detail.userAgent, event.detail.ipAddress, event.detail.link];
    default:
      return [];
  }
};

/** Events do not change, and several steps ask for the same one's id. */
const known = new WeakMap<SesEvent, string>();

/** 32 hex digits; the same for the same fact however it arrives. Changing this forgets which events are known. */
export function eventIdOf(event: SesEvent): string {
  const id = known.get(event) ?? makeEventId(event);
  known.set(event, id);
  return id;
}

const makeEventId = (event: SesEvent): string =>
  digest(
    JSON.stringify([
      event.messageId,
      outcomeRecipientOf(event),
      event.type,
      ...distinctionOf(event).map((part) => part ?? null),
    ]),
  );
