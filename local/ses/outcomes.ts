// What can happen to a mail on its way, each with its event and its mark on the account. When it happens is life.ts.
import type { Accounts } from "./accounts.ts";
import type { SuppressionReason } from "./configuration-set.ts";
import { findSimulatorScenario } from "./address.ts";
import {
  bounceBody,
  bounceKinds,
  complaintBody,
  delayBody,
  deliveryBody,
  subscriptionBody,
  suppressedComplaintBody,
} from "./event-bodies.ts";
import type { EventPublisher } from "./events.ts";
import type { LifeStep, SesMessage } from "./message.ts";
import { currentActivity } from "./quota.ts";
import { suppressedReasonsOf } from "./suppression.ts";

export interface OutcomeDeps {
  accounts: Accounts;
  events: EventPublisher;
  clock: () => number;
  /** Unique, in the form of a message id. */
  newFeedbackId: (region: string, atMs: number) => string;
}

type Outcome = (message: SesMessage, recipients: string[]) => void;

/** What a reader of the inbox can report of a mail. */
export const readerReports = ["complaint", "out-of-office", "bounce", "unsubscribe"] as const;
export type ReaderReport = (typeof readerReports)[number];

export interface Outcomes {
  ofStep: Record<LifeStep["kind"], Outcome>;
  ofReport: Record<ReaderReport, Outcome>;
}

export function createOutcomes({ accounts, events, clock, newFeedbackId }: OutcomeDeps): Outcomes {
  const now = (message: SesMessage) => ({ atMs: clock(), region: message.region });

  /** The mailbox simulator neither counts in an account's reputation nor gets onto its list. */
  const countAgainst = (message: SesMessage, recipients: string[], reason: SuppressionReason) => {
    const account = accounts.accountOf(message.accountId, message.region);
    const people = recipients.filter((recipient) => findSimulatorScenario(recipient) === undefined);
    const point = currentActivity(account.quota, clock());
    if (reason === "BOUNCE") point.bounces += people.length;
    else point.complaints += people.length;
    if (suppressedReasonsOf(account, message.configurationSet).includes(reason))
      for (const address of people) account.suppressed.set(address, { reason, sinceMs: clock() });
    accounts.changed();
  };

  const deliver: Outcome = (message, recipients) => {
    const at = now(message);
    const simulated = recipients.every((recipient) => findSimulatorScenario(recipient) !== undefined);
    if (!simulated)
      message.deliveries = [
        ...message.deliveries,
        ...recipients.map((recipient) => ({ recipient, receivedAtMs: at.atMs })),
      ];
    const answer = simulated ? "250 2.6.0 Message received" : "250 2.0.0 OK: taken by the laptop's inbox";
    events.publish(message, "DELIVERY", deliveryBody(recipients, at, message.acceptedAtMs, answer), recipients);
  };

  const bounce =
    (kind: keyof typeof bounceKinds): Outcome =>
    (message, recipients) => {
      const at = now(message);
      const feedbackId = newFeedbackId(at.region, at.atMs);
      events.publish(message, "BOUNCE", bounceBody(bounceKinds[kind], recipients, at, feedbackId), recipients);
      if (kind === "unknownUser") countAgainst(message, recipients, "BOUNCE");
    };

  const complain =
    (userAgent: string): Outcome =>
    (message, recipients) => {
      const at = now(message);
      const feedbackId = newFeedbackId(at.region, at.atMs);
      events.publish(message, "COMPLAINT", complaintBody(recipients, at, feedbackId, userAgent), recipients);
      countAgainst(message, recipients, "COMPLAINT");
    };

  const withholdForComplaint: Outcome = (message, recipients) => {
    const at = now(message);
    const feedbackId = newFeedbackId(at.region, at.atMs);
    events.publish(message, "COMPLAINT", suppressedComplaintBody(recipients, at, feedbackId), recipients);
  };

  const delay: Outcome = (message, recipients) => {
    events.publish(message, "DELIVERY_DELAY", delayBody(recipients, now(message), message.acceptedAtMs), recipients);
  };

  const reject: Outcome = (message, recipients) => {
    const account = accounts.accountOf(message.accountId, message.region);
    currentActivity(account.quota, clock()).rejects += recipients.length;
    accounts.changed();
    events.publish(message, "REJECT", { reason: "Bad content" }, recipients);
  };

  const failRendering: Outcome = (message, recipients) => {
    events.publish(message, "RENDERING_FAILURE", { ...message.renderingFailure }, recipients);
  };

  const unsubscribe: Outcome = (message, recipients) => {
    const list = message.listManagement ?? { contactListName: "laptop-inbox" };
    events.publish(message, "SUBSCRIPTION", subscriptionBody(now(message), list), recipients);
  };

  return {
    ofStep: {
      delivery: deliver,
      bounce: bounce("unknownUser"),
      globalSuppression: bounce("globalSuppression"),
      accountSuppressionBounce: bounce("accountSuppression"),
      accountSuppressionComplaint: withholdForComplaint,
      complaint: complain("Amazon SES Mailbox Simulator"),
      autoReply: bounce("autoReply"),
      delay,
      reject,
      renderingFailure: failRendering,
    },
    ofReport: {
      complaint: complain("SESami laptop inbox"),
      "out-of-office": bounce("autoReply"),
      bounce: bounce("unknownUser"),
      unsubscribe,
    },
  };
}
