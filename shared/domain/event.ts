// What SESami knows of one SES event: the types that everything downstream of the parser works on.
// No parsing here (parse.ts), no meaning of many events together (outcome.ts).
import type { Network } from "./network.ts";

/** The ten sending events of SES, in our spelling. */
export const eventTypes = [
  "send",
  "delivery",
  "bounce",
  "complaint",
  "reject",
  "open",
  "click",
  "renderingFailure",
  "deliveryDelay",
  "subscription",
] as const;

export type EventType = (typeof eventTypes)[number];

/**
 * `exact`: the event names or implies one recipient. `ambiguous`: it could be any of several recipients of one
 * message, who share one pixel and one link per URL; it counts for the message, never for a person.
 */
export type Attribution = "exact" | "ambiguous";

/** How SES published it: through a configuration set, or as a legacy feedback notification of an identity. */
export type EventStyle = "eventPublishing" | "identityNotification";

/** What an event says about the message it belongs to. */
export interface MessageFacts {
  /** `mail.timestamp` as ISO 8601 UTC with milliseconds. In legacy notifications not constant for one message. */
  sentAt: string;
  /** SES left `mail.timestamp` out: `sentAt` is the event's own time, and gives way to any that SES stated. */
  sentAtAssumed?: true;
  /** `mail.source` as SES wrote it; may be `Name <a@b>` or RFC 2047 encoded. */
  from?: string;
  subject?: string;
  /** All recipients of the SES message: bare addresses, normalized. */
  destinations: string[];
  /** `mail.tags`, without judging the `ses:` prefix. Empty in legacy notifications. */
  tags: Record<string, string[]>;
  configurationSet?: string;
  /** Twelve digits, a string. What the payload claims: never decides a tenant. */
  sendingAccountId?: string;
}

export interface DeliveryDetail {
  processingTimeMs?: number;
  smtpResponse?: string;
  reportingMta?: string;
  remoteMtaIp?: string;
}

export interface BounceDetail {
  /** `Permanent`, `Transient`, `Undetermined`, or what SES adds later. */
  bounceType: string;
  bounceSubType: string;
  feedbackId?: string;
  action?: string;
  status?: string;
  diagnosticCode?: string;
  reportingMta?: string;
}

export interface ComplaintDetail {
  /** `abuse`, `auth-failure`, `fraud`, `not-spam`, `other`, `virus`, … Only with a feedback report. */
  feedbackType?: string;
  /** Set when SES did not send because of an earlier complaint: then this is no new complaint. */
  subType?: string;
  feedbackId?: string;
  userAgent?: string;
  /** The complaint names several recipients: providers redact who complained, so SES lists everyone it could be. */
  oneOfSeveral?: true;
}

export interface RejectDetail {
  reason?: string;
}

export interface OpenDetail {
  userAgent?: string;
  /** Only its /24 or /48, like `198.51.100.0/24`: the address itself ends with the parser. */
  ipAddress?: string;
  /** Whose network the address is in, where that says something. */
  network?: Network;
  /** SES's own guess since August 2026: `Likely` or `Unlikely`. */
  isBotEvent?: string;
}

export interface ClickDetail extends OpenDetail {
  link: string;
  linkTags?: Record<string, string[]>;
}

export interface RenderingFailureDetail {
  errorMessage?: string;
  templateName?: string;
}

export interface DeliveryDelayDetail {
  delayType: string;
  /** ISO 8601 UTC: when SES gives up. */
  expiresAt?: string;
  status?: string;
  diagnosticCode?: string;
}

export interface TopicStatus {
  topicName: string;
  /** `OptIn` or `OptOut`. */
  subscriptionStatus: string;
}

export interface TopicPreferences {
  unsubscribeAll?: boolean;
  topicSubscriptionStatus?: TopicStatus[];
  topicDefaultSubscriptionStatus?: TopicStatus[];
}

export interface SubscriptionDetail {
  contactList?: string;
  /** Documented as the MAIL FROM address; AWS's own example says `UnsubscribeHeader`. */
  source?: string;
  newTopicPreferences?: TopicPreferences;
  oldTopicPreferences?: TopicPreferences;
}

export interface DetailByType {
  send: Record<string, never>;
  delivery: DeliveryDetail;
  bounce: BounceDetail;
  complaint: ComplaintDetail;
  reject: RejectDetail;
  open: OpenDetail;
  click: ClickDetail;
  renderingFailure: RenderingFailureDetail;
  deliveryDelay: DeliveryDelayDetail;
  subscription: SubscriptionDetail;
}

interface EventOf<Type extends EventType> {
  type: Type;
  /** The SES message id. */
  messageId: string;
  /** Bare address, normalized; null exactly when the attribution is ambiguous. */
  recipient: string | null;
  attribution: Attribution;
  /** When it happened, ISO 8601 UTC with milliseconds: the event's own time, else `mail.timestamp`. Never "now". */
  occurredAt: string;
  style: EventStyle;
  message: MessageFacts;
  detail: DetailByType[Type];
}

/** One SES event, for one recipient. A union over `type`, so `detail` narrows with it. */
export type SesEvent = { [Type in EventType]: EventOf<Type> }[EventType];
