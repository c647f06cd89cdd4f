// The events that SES publishes to the default bus: envelope, `mail`, and what each type adds. Shapes as AWS documents
// them (SES developer guide, "Contents of event data"; EventBridge reference, "Amazon SES events").
import type { Accounts } from "./accounts.ts";
import { configurationSetArn, publishes, type EventName } from "./configuration-set.ts";
import type { MailStore } from "./mail-store.ts";
import type { SesMessage } from "./message.ts";

/** An event as a service of AWS puts it on an account's default bus. */
export interface ServiceEvent {
  source: string;
  "detail-type": string;
  detail: Record<string, unknown>;
  resources: string[];
  /** ISO 8601 UTC, whole seconds. */
  time: string;
}

export interface EventBridgeDoor {
  publishFromService: (accountId: string, region: string, event: ServiceEvent) => unknown;
}

const envelopes: Record<EventName, { detailType: string; eventType: string; key: string }> = {
  SEND: { detailType: "Email Sent", eventType: "Send", key: "send" },
  DELIVERY: { detailType: "Email Delivered", eventType: "Delivery", key: "delivery" },
  BOUNCE: { detailType: "Email Bounced", eventType: "Bounce", key: "bounce" },
  COMPLAINT: { detailType: "Email Complaint Received", eventType: "Complaint", key: "complaint" },
  REJECT: { detailType: "Email Rejected", eventType: "Reject", key: "reject" },
  OPEN: { detailType: "Email Opened", eventType: "Open", key: "open" },
  CLICK: { detailType: "Email Clicked", eventType: "Click", key: "click" },
  RENDERING_FAILURE: { detailType: "Email Rendering Failed", eventType: "Rendering Failure", key: "failure" },
  DELIVERY_DELAY: { detailType: "Email Delivery Delayed", eventType: "DeliveryDelay", key: "deliveryDelay" },
  SUBSCRIPTION: { detailType: "Email Subscribed", eventType: "Subscription", key: "subscription" },
};

const withoutSourceArn = new Set<EventName>(["OPEN", "CLICK"]);
const withoutHeaders = new Set<EventName>(["RENDERING_FAILURE", "DELIVERY_DELAY"]);
/** From a range reserved for documentation (RFC 5737). */
const outgoingIp = "192.0.2.25";
const publishedLimit = 60;

function mailOf(message: SesMessage, name: EventName): Record<string, unknown> {
  return {
    timestamp: new Date(message.acceptedAtMs).toISOString(),
    source: message.source,
    ...(!withoutSourceArn.has(name) && { sourceArn: message.sourceArn }),
    sendingAccountId: message.accountId,
    messageId: message.messageId,
    destination: message.destination,
    headersTruncated: message.headersTruncated,
    ...(!withoutHeaders.has(name) && { headers: message.headers, commonHeaders: message.commonHeaders }),
    tags: name === "DELIVERY" ? { ...message.tags, "ses:outgoing-ip": [outgoingIp] } : message.tags,
  };
}

export interface EventPublisher {
  /**
   * Publishes where the message's configuration set has an event destination for this type, else does nothing.
   * `body` is the type's own object; its `timestamp`, where it has one, is the event's time, else the mail's.
   * `about` tells the reader of the inbox whom or which link it is about.
   */
  publish: (message: SesMessage, name: EventName, body: Record<string, unknown>, about?: string[]) => void;
  /** Resolves when the bus has taken every event published so far. */
  settled: () => Promise<void>;
}

export interface PublisherDeps {
  accounts: Accounts;
  mails: MailStore;
  eventBridge: EventBridgeDoor;
  /** Told when the bus refuses an event; it is lost then, as SES's delivery to EventBridge is best effort. */
  onLost: (error: unknown) => void;
}

export function createEventPublisher({ accounts, mails, eventBridge, onLost }: PublisherDeps): EventPublisher {
  const underWay = new Set<Promise<void>>();

  const deliver = async (message: SesMessage, event: ServiceEvent) => {
    try {
      await eventBridge.publishFromService(message.accountId, message.region, event);
    } catch (error) {
      onLost(error);
    }
  };

  return {
    publish: (message, name, body, about = []) => {
      const account = accounts.accountOf(message.accountId, message.region);
      const set = account.configurationSets.get(message.configurationSet ?? "");
      if (!set || !publishes(set, name)) return;
      const { detailType, eventType, key } = envelopes[name];
      const at = typeof body.timestamp === "string" ? body.timestamp : new Date(message.acceptedAtMs).toISOString();
      const delivered = deliver(message, {
        source: "aws.ses",
        "detail-type": detailType,
        detail: { eventType, mail: mailOf(message, name), [key]: body },
        resources: [configurationSetArn(account, set.name)],
        time: `${at.slice(0, 19)}Z`,
      });
      underWay.add(delivered);
      void delivered.finally(() => underWay.delete(delivered));
      message.published = [...message.published, { type: eventType, atMs: Date.parse(at), about }].slice(
        -publishedLimit,
      );
      mails.changed();
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
