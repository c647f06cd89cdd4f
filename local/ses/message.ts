// What SES keeps of one accepted mail. Types only: how it comes about is accept.ts, what becomes of it life.ts.

export interface MailHeader {
  name: string;
  value: string;
}

/** `mail.commonHeaders` of an event. `messageId` is the SES id, not the header. */
export interface CommonHeaders {
  from?: string[];
  to?: string[];
  cc?: string[];
  replyTo?: string[];
  returnPath?: string;
  date?: string;
  subject?: string;
  messageId: string;
}

export interface TrackedLink {
  link: string;
  /** From the link's `ses:tags`; null when it has none. */
  tags: Record<string, string[]> | null;
}

export interface Attachment {
  filename: string;
  mimeType: string;
  sizeBytes: number;
}

/** What is still to happen to a mail. Data, not a closure, so that it survives a restart. */
export interface LifeStep {
  kind:
    | "delivery"
    | "bounce"
    | "globalSuppression"
    | "accountSuppressionBounce"
    | "accountSuppressionComplaint"
    | "complaint"
    | "autoReply"
    | "delay"
    | "reject"
    | "renderingFailure";
  recipients: string[];
  dueAtMs: number;
}

/** A mail in somebody's mailbox: one recipient of one message. */
export interface Delivery {
  recipient: string;
  receivedAtMs: number;
}

export interface SesMessage {
  messageId: string;
  accountId: string;
  region: string;
  acceptedAtMs: number;
  /** `mail.source`, as the caller wrote it. */
  source: string;
  sourceArn: string;
  /** `mail.destination`, as the caller wrote it. */
  destination: string[];
  headers: MailHeader[];
  headersTruncated: boolean;
  commonHeaders: CommonHeaders;
  tags: Record<string, string[]>;
  configurationSet?: string;
  listManagement?: ListManagement;
  renderingFailure?: RenderingFailure;
  /** Unguessable; pixel and links carry it. */
  trackingToken: string;
  openTracking: boolean;
  clickTracking: boolean;
  links: TrackedLink[];
  from: string;
  subject: string;
  html?: string;
  text?: string;
  attachments: Attachment[];
  /** What a mail server would get, cut at `sourceLimitBytes`. */
  sourceText: string;
  sourceTruncated: boolean;
  deliveries: Delivery[];
  steps: LifeStep[];
  /** What was published of it, newest last, capped: for the reader of the inbox. */
  published: PublishedEvent[];
}

export interface PublishedEvent {
  /** `eventType`, as in the event. */
  type: string;
  atMs: number;
  /** Recipients, or the link of a click. */
  about: string[];
}

export interface ListManagement {
  contactListName: string;
  topicName?: string;
}

export interface RenderingFailure {
  templateName: string;
  errorMessage: string;
}

/** A mail of another service of the laptop cloud, such as a user pool's confirmation code. No SES, no events. */
export interface SystemMail {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  receivedAtMs: number;
}
