// Which events prove that SES has taken a message that we sent: the message tag names the attempt.
import type { EventType, SesEvent } from "../../shared/domain/event.ts";
import { attemptTag, parseAttemptId } from "../../shared/domain/message-tags.ts";
import type { SettledMessage } from "../../shared/store/attempts.ts";

/** Each comes once for a message; opens and clicks, which prove it too, come often. */
const proofs: ReadonlySet<EventType> = new Set(["send", "delivery", "bounce", "reject"]);

/** One for each message, however many of its events there are. */
export function settledMessages(events: readonly SesEvent[]): SettledMessage[] {
  const byAttempt = new Map<string, SettledMessage>();
  for (const { type, messageId, message } of events) {
    const [tag = ""] = message.tags[attemptTag] ?? [];
    const attempt = proofs.has(type) ? parseAttemptId(tag) : undefined;
    const sentAtMs = Date.parse(message.sentAt);
    if (attempt) byAttempt.set(tag, { ...attempt, messageId, recipients: message.destinations, sentAtMs });
  }
  return [...byAttempt.values()];
}
