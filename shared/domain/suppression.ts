// Which addresses an outcome says must not be mailed again. What a person removed or added is not known here.
import type { BounceDetail } from "./event.ts";
import type { Outcome, OutcomeEvent } from "./outcome.ts";
import { isPermanent, isRealComplaint } from "./standing.ts";

/** Evidence against an address. */
export interface SuppressionEvidence {
  /** Bare address, normalized. */
  address: string;
  reason: "bounce" | "complaint";
  /** When the evidence happened, ISO 8601 UTC. */
  since: string;
  eventId: string;
  /** The complaint may be of any of several recipients. */
  possible?: true;
}

/**
 * Permanent in SES's words, but no proof that the mailbox is gone: the contact left a list or a topic, or SES guessed that
 * the address is bad and did not try it.
 */
const permanentButNotGone: ReadonlySet<string> = new Set(["UnsubscribedRecipient", "EmailValidationSuppressed"]);

const isHardBounce = (detail: BounceDetail): boolean =>
  isPermanent(detail) && !permanentButNotGone.has(detail.bounceSubType);

const evidenceIn = (recipient: string, event: OutcomeEvent): SuppressionEvidence[] => {
  const evidence = { address: recipient, since: event.occurredAt, eventId: event.eventId };
  if (event.type === "bounce" && isHardBounce(event.detail)) return [{ ...evidence, reason: "bounce" }];
  if (event.type === "complaint" && isRealComplaint(event))
    return [{ ...evidence, reason: "complaint", ...(event.detail.oneOfSeveral && { possible: true }) }];
  return [];
};

/** The earliest evidence of each reason: hard bounces and real complaints, nothing transient or undetermined. */
export const suppressionsOf = ({ recipient, events }: Pick<Outcome, "recipient" | "events">): SuppressionEvidence[] => {
  const earliest = new Map<SuppressionEvidence["reason"], SuppressionEvidence>();
  for (const evidence of events.flatMap((event) => evidenceIn(recipient, event))) {
    const known = earliest.get(evidence.reason);
    if (!known || evidence.since < known.since) earliest.set(evidence.reason, evidence);
  }
  return [...earliest.values()];
};

/** Mail that people can leave; `list` is absent where it belongs to none by name. */
export interface Subscription {
  list?: string | undefined;
}

/**
 * Whether a suppression stands against a mail. A bounce, a complaint and what was added by hand stand against all mail. Who
 * unsubscribed has left mail that can be left: that of one list, or all of it. A receipt or a new password is none of it.
 * @param subscription undefined for mail that nobody can leave
 */
export const standsAgainst = (
  { reason, list }: { reason: string; list?: string | undefined },
  subscription: Subscription | undefined,
): boolean =>
  reason !== "unsubscribe" || (subscription !== undefined && (list === undefined || list === subscription.list));
