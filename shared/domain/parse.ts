// Whatever SES events travel in (EventBridge, SQS and SNS records, SNS over HTTP, bare JSON) → typed events, or why not.
// The events themselves are read by ses-event.ts.
import type { SesEvent } from "./event.ts";
import { type Place, FieldError, at, findJson, findText, has, itemsOf } from "./place.ts";
import { parseSesEvent } from "./ses-event.ts";
import { stampMember } from "./stamp.ts";

/**
 * What the delivery says of itself. Only fields of an EventBridge envelope that is in nobody's message, and of a door's
 * stamp (stamp.ts), are to be trusted.
 */
export interface Envelope {
  /** What directly held the SES JSON. `sqs` is SNS raw delivery, or a body that could not be read. */
  kind: "eventBridge" | "sns" | "sqs" | "bare";
  /** EventBridge's id of the event, or SNS's of the message: of the delivery, not of what happened. */
  id?: string;
  /** The id of the SQS record, to name it in a partial batch failure. */
  messageId?: string;
  /** From an EventBridge envelope, where AWS sets it, or a door's stamp; never from what an SNS message contains. */
  account?: string;
  /** As `account`. */
  region?: string;
  /** EventBridge's `time`, as it stands: the event's own, cut to the second. */
  time?: string;
  detailType?: string;
  topicArn?: string;
}

export type ParsedDelivery =
  | { result: "events"; events: SesEvent[]; envelope: Envelope }
  /** Rightly there, but no sending event. */
  | { result: "ignored"; reason: string; envelope: Envelope }
  /** The reason says where, too; `path` is like `Records[0].body.detail.mail.messageId`, or `$` for the whole input. */
  | { result: "invalid"; reason: string; path: string; envelope: Envelope };

type Reader = (place: Place, envelope: Envelope) => ParsedDelivery;

const ignored = (reason: string, envelope: Envelope): ParsedDelivery => ({ result: "ignored", reason, envelope });

const invalid = ({ message, path }: FieldError, envelope: Envelope): ParsedDelivery => ({
  result: "invalid",
  reason: message,
  path,
  envelope,
});

/** `detail-type` of the ten sending events (EventBridge events reference, Amazon SES). */
const sendingDetailTypes: ReadonlySet<unknown> = new Set([
  "Email Sent",
  "Email Delivered",
  "Email Bounced",
  "Email Complaint Received",
  "Email Rejected",
  "Email Opened",
  "Email Clicked",
  "Email Rendering Failed",
  "Email Delivery Delayed",
  "Email Subscribed",
]);

/** `notificationType`s that are no sending events, and what they are. */
const otherNotifications: ReadonlyMap<unknown, string> = new Map([
  ["Received", "inbound mail, not a sending event"],
  ["AmazonSnsSubscriptionSucceeded", "SES attached the topic to an identity; no event"],
]);

const controlTypes: ReadonlyMap<unknown, string> = new Map([
  ["SubscriptionConfirmation", "SNS asks to confirm a subscription; no event"],
  ["UnsubscribeConfirmation", "SNS says that a subscription ended; no event"],
]);

/** What SES publishes, as plain text, when a topic becomes an event destination. */
const validationSentence = /^\s*Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;

const namesItsType = (place: Place): boolean => has(place, "eventType") || has(place, "notificationType");

const readSesJson: Reader = (place, envelope) => {
  const other = has(place, "eventType") ? undefined : otherNotifications.get(at(place, "notificationType").value);
  if (other) return ignored(other, envelope);
  try {
    return { result: "events", events: parseSesEvent(place), envelope };
  } catch (error) {
    if (error instanceof FieldError) return invalid(error, envelope);
    throw error;
  }
};

/** Leaves out the fields that are no text. */
const textsOf = <Name extends keyof Envelope>(fields: Record<Name, Place>): Partial<Record<Name, string>> =>
  Object.fromEntries(
    Object.entries<Place>(fields)
      .map(([name, place]) => [name, findText(place, 300)])
      .filter(([, text]) => text !== undefined),
  ) as Partial<Record<Name, string>>;

const readEventBridge: Reader = (place, outer) => {
  const detailType = at(place, "detail-type");
  const source = at(place, "source");
  const envelope: Envelope = {
    ...outer,
    kind: "eventBridge",
    ...textsOf({ id: at(place, "id"), time: at(place, "time"), detailType }),
    ...(outer.kind !== "sns" && textsOf({ account: at(place, "account"), region: at(place, "region") })),
  };
  if (source.value !== undefined && source.value !== "aws.ses")
    return ignored(`${source.path} is not aws.ses: an event of another service`, envelope);
  const detail = findJson(at(place, "detail")) ?? at(place, "detail");
  if (namesItsType(detail) || sendingDetailTypes.has(detailType.value)) return readSesJson(detail, envelope);
  if (envelope.detailType) return ignored(`"${envelope.detailType}" is not a sending event`, envelope);
  return invalid(new FieldError(detailType, "is missing, and detail names no event type"), envelope);
};

const isEventBridge = (place: Place): boolean => has(place, "detail-type") || has(place, "detail");

/** SES JSON, or an EventBridge event that a rule sent to a topic; an SNS message can hold nothing else of ours. */
const readMessage: Reader = (place, envelope) => {
  if (typeof place.value === "string" && validationSentence.test(place.value))
    return ignored("SES says that it can publish to the topic; no event", envelope);
  const json = findJson(place);
  if (!json) return invalid(new FieldError(place, "is not JSON"), envelope);
  if (namesItsType(json)) return readSesJson(json, envelope);
  if (isEventBridge(json)) return readEventBridge(json, envelope);
  return invalid(new FieldError(json, "is not an SES event"), envelope);
};

const readSns: Reader = (place, outer) => {
  const envelope: Envelope = {
    ...outer,
    kind: "sns",
    ...textsOf({ id: at(place, "MessageId"), topicArn: at(place, "TopicArn") }),
  };
  const control = controlTypes.get(at(place, "Type").value);
  return control ? ignored(control, envelope) : readMessage(at(place, "Message"), envelope);
};

/** An SNS message that a door of ours let in. */
const readStamped: Reader = (place, outer) => {
  const stamp = at(place, stampMember);
  const envelope: Envelope = {
    ...outer,
    kind: "sns",
    ...textsOf({
      id: at(stamp, "id"),
      topicArn: at(stamp, "topicArn"),
      account: at(stamp, "account"),
      region: at(stamp, "region"),
    }),
  };
  return readMessage(at(place, "message"), envelope);
};

/** What a queue or a caller hands over: SES JSON as it is, or inside EventBridge's, SNS's or a door's envelope. */
const readCarrier: Reader = (place, envelope) => {
  const json = findJson(place);
  if (!json) return readMessage(place, envelope);
  if (has(json, stampMember)) return readStamped(json, envelope);
  if (namesItsType(json)) return readSesJson(json, envelope);
  if (isEventBridge(json)) return readEventBridge(json, envelope);
  if (has(json, "Message") || has(json, "TopicArn")) return readSns(json, envelope);
  return invalid(new FieldError(json, "is not an SES event"), envelope);
};

/** One record of a Lambda event; some stored ones have the SES JSON where SNS's belongs. */
const readRecord: Reader = (record, envelope) => {
  if (has(record, "Sns")) {
    const sns = at(record, "Sns");
    return namesItsType(sns) ? readSesJson(sns, { ...envelope, kind: "sns" }) : readSns(sns, envelope);
  }
  if (has(record, "body"))
    return readCarrier(at(record, "body"), {
      ...envelope,
      kind: "sqs",
      ...textsOf({ messageId: at(record, "messageId") }),
    });
  if (has(record, "ses")) return ignored("inbound mail, not a sending event", envelope);
  return readCarrier(record, envelope);
};

const readInput = (place: Place): ParsedDelivery[] => {
  const bare: Envelope = { kind: "bare" };
  const json = findJson(place) ?? place;
  const records = at(json, "Records");
  if (!Array.isArray(records.value)) return [readRecord(json, bare)];
  if (records.value.length === 0) return [ignored("a batch without records", bare)];
  return itemsOf(records).map((record) => readRecord(record, bare));
};

/**
 * Reads any delivery of SES events, of both styles: an EventBridge event, a Lambda event of SQS or SNS records, SNS over
 * HTTP, bare SES JSON, a list of these; as values or as JSON text. Never throws on input, whatever it is.
 *
 * @returns one result per thing delivered, in order: what is no SES event, or claims to be one and cannot be read, is
 *   `invalid`; what SES, SNS or EventBridge rightly deliver besides sending events is `ignored`.
 */
export const parseDelivery = (input: unknown): ParsedDelivery[] => {
  const place = findJson({ value: input, path: "" }) ?? { value: input, path: "" };
  if (!Array.isArray(place.value)) return readInput(place);
  if (place.value.length === 0) return [ignored("a list without events", { kind: "bare" })];
  return itemsOf(place).flatMap(readInput);
};
