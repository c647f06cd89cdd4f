// Where a message stands with its recipient: the status and its evidence, as a function of the events and not of their order.
import type { BounceDetail, SesEvent } from "./event.ts";
import type { Outcome, OutcomeEvent, OutcomeStatus } from "./outcome.ts";
import { compareEvents } from "./rank.ts";

type EventOf<Type extends SesEvent["type"]> = Extract<OutcomeEvent, { type: Type }>;

const ofType = <Type extends SesEvent["type"]>(events: readonly OutcomeEvent[], type: Type): EventOf<Type>[] =>
  events.filter((event): event is EventOf<Type> => event.type === type).toSorted(compareEvents);

/**
 * A person complained. With a subtype SES did not send at all, because of an earlier complaint; `not-spam` says the opposite
 * of a complaint (SES, "Contents of Amazon SES event data", complaint object).
 */
export const isRealComplaint = ({ detail }: EventOf<"complaint">): boolean =>
  detail.subType === undefined && detail.feedbackType !== "not-spam";

/** SES reports an address that will stay unreachable, or that it no longer sends to because of that. */
export const isPermanent = ({ bounceType }: BounceDetail): boolean => bounceType === "Permanent";

/** What an out-of-office reply arrives as; without a delivery it is a bounce like any other. */
const mayBeAutomaticReply = ({ bounceType, bounceSubType }: BounceDetail): boolean =>
  bounceType === "Transient" && bounceSubType === "General";

/** Bounces that are no automatic replies, the permanent ones first. */
const findBounce = (bounces: readonly EventOf<"bounce">[], delivered: boolean): EventOf<"bounce"> | undefined => {
  const real = bounces.filter(({ detail }) => !(delivered && mayBeAutomaticReply(detail)));
  return real.find(({ detail }) => isPermanent(detail)) ?? real[0];
};

/** Totals over all events, those kept as items of their own included. */
export interface Totals {
  opens: number;
  clicks: number;
}

export type Standing = Pick<
  Outcome,
  "status" | "delivered" | "deliveredAt" | "bounce" | "complaint" | "automaticReply"
>;

/** Reads the events that an outcome holds. Facts that happen once are always among them. */
export const standingOf = (events: readonly OutcomeEvent[], { opens, clicks }: Totals): Standing => {
  const has = (type: SesEvent["type"]) => events.some((event) => event.type === type);
  const [delivery] = ofType(events, "delivery");
  const complaints = ofType(events, "complaint");
  const realComplaint = complaints.find(isRealComplaint);
  const preventedComplaint = complaints.find(({ detail }) => detail.subType !== undefined);
  const reachedAPerson = complaints.some(({ detail }) => detail.subType === undefined);
  const delivered = delivery !== undefined || opens > 0 || clicks > 0 || reachedAPerson;
  const bounces = ofType(events, "bounce");
  const bounce = findBounce(bounces, delivered);
  const complaint = realComplaint ?? preventedComplaint;

  const supported: [OutcomeStatus, boolean][] = [
    ["complained", realComplaint !== undefined],
    ["bounced", bounce !== undefined],
    ["rejected", has("reject") || preventedComplaint !== undefined],
    ["failed", has("renderingFailure")],
    ["clicked", clicks > 0],
    ["opened", opens > 0],
    ["delivered", delivered],
    ["delayed", has("deliveryDelay")],
  ];
  return {
    status: supported.find(([, isSupported]) => isSupported)?.[0] ?? "sent",
    delivered,
    ...(delivery && { deliveredAt: delivery.occurredAt }),
    ...(bounce && { bounce: { ...bounce.detail, at: bounce.occurredAt } }),
    ...(complaint && { complaint: { ...complaint.detail, at: complaint.occurredAt } }),
    automaticReply: delivered && bounces.some(({ detail }) => mayBeAutomaticReply(detail)),
  };
};

/** Whether this bounce, within this outcome, is an out-of-office reply. */
export const isAutomaticReply = (outcome: Pick<Outcome, "delivered">, event: OutcomeEvent): boolean =>
  event.type === "bounce" && outcome.delivered && mayBeAutomaticReply(event.detail);
