// What the simulated mail servers and recipients answer: the own objects of Delivery, Bounce, Complaint, DeliveryDelay
// and Subscription events. Words and codes as in real ones.
import type { ListManagement } from "./message.ts";

interface At {
  atMs: number;
  region: string;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** SES's own outgoing hosts are named so. */
const outgoingHost = (region: string): string =>
  region === "us-east-1" ? "a8-50.smtp-out.amazonses.com" : `b224-17.smtp-out.${region}.amazonses.com`;

export const deliveryBody = (recipients: string[], { atMs, region }: At, sentAtMs: number, smtpResponse: string) => ({
  timestamp: iso(atMs),
  processingTimeMillis: Math.max(0, atMs - sentAtMs),
  recipients,
  smtpResponse,
  reportingMTA: outgoingHost(region),
});

interface BounceKind {
  bounceType: "Permanent" | "Transient";
  bounceSubType: string;
  diagnosticCode?: string;
  reportingMta?: string;
}

const suppressionHelp =
  "For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide at " +
  "https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html";

export const bounceKinds = {
  unknownUser: {
    bounceType: "Permanent",
    bounceSubType: "General",
    diagnosticCode: "smtp; 550 5.1.1 user unknown",
  },
  globalSuppression: {
    bounceType: "Permanent",
    bounceSubType: "Suppressed",
    diagnosticCode:
      "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid " +
      "address. For more information about how to remove an address from the suppression list, see the Amazon SES " +
      "Developer Guide: https://docs.aws.amazon.com/ses/latest/DeveloperGuide/remove-from-suppressionlist.html",
    reportingMta: "amazonses.com",
  },
  accountSuppression: {
    bounceType: "Permanent",
    bounceSubType: "OnAccountSuppressionList",
    diagnosticCode:
      "Amazon SES did not send the message to this address because it is on the suppression list for your account. " +
      suppressionHelp,
    reportingMta: "amazonses.com",
  },
  /** An out-of-office answer: SES takes it for a bounce without a delivery status notification. */
  autoReply: { bounceType: "Transient", bounceSubType: "General" },
} as const satisfies Record<string, BounceKind>;

export function bounceBody(kind: BounceKind, recipients: string[], { atMs, region }: At, feedbackId: string) {
  const { bounceType, bounceSubType, diagnosticCode } = kind;
  const status = diagnosticCode === undefined ? {} : { action: "failed", status: "5.1.1", diagnosticCode };
  return {
    feedbackId,
    bounceType,
    bounceSubType,
    bouncedRecipients: recipients.map((emailAddress) => ({ emailAddress, ...status })),
    timestamp: iso(atMs),
    ...(diagnosticCode !== undefined && { reportingMTA: `dns; ${kind.reportingMta ?? outgoingHost(region)}` }),
  };
}

/** `userAgent` names whoever reported it. */
export const complaintBody = (recipients: string[], { atMs }: At, feedbackId: string, userAgent: string) => ({
  feedbackId,
  complaintSubType: null,
  complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
  timestamp: iso(atMs),
  userAgent,
  complaintFeedbackType: "abuse",
  arrivalDate: iso(atMs),
});

/** No new complaint: the address is on the account's suppression list because of an earlier one. */
export const suppressedComplaintBody = (recipients: string[], { atMs }: At, feedbackId: string) => ({
  feedbackId,
  complaintSubType: "OnAccountSuppressionList",
  complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
  timestamp: iso(atMs),
});

const hourMs = 60 * 60_000;

/** SES tries for 14 hours before it gives up. */
export const delayBody = (recipients: string[], { atMs }: At, sentAtMs: number) => ({
  timestamp: iso(atMs),
  delayType: "TransientCommunicationFailure",
  expirationTime: iso(sentAtMs + 14 * hourMs),
  delayedRecipients: recipients.map((emailAddress) => ({
    emailAddress,
    status: "4.4.1",
    diagnosticCode: "smtp; 421 4.4.1 Unable to connect to remote host",
  })),
});

export function subscriptionBody({ atMs }: At, { contactListName, topicName }: ListManagement) {
  const preferences = (unsubscribeAll: boolean, subscriptionStatus: "OptIn" | "OptOut") => ({
    unsubscribeAll,
    topicSubscriptionStatus: topicName === undefined ? [] : [{ topicName, subscriptionStatus }],
  });
  return {
    contactList: contactListName,
    timestamp: iso(atMs),
    source: "UnsubscribeHeader",
    newTopicPreferences: preferences(true, "OptOut"),
    oldTopicPreferences: preferences(false, "OptIn"),
  };
}
