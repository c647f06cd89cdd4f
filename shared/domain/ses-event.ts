// One SES event as SES writes it (`eventType` or `notificationType`, `mail`, …) → one event per recipient it speaks of.
// What it travelled in is parse.ts; what only one type has is ses-detail.ts.
import { normalizeAddress } from "./address.ts";
import type { EventStyle, EventType, MessageFacts, SesEvent } from "./event.ts";
import {
  type Place,
  FieldError,
  at,
  findText,
  has,
  itemsOf,
  parseList,
  parseObject,
  parseText,
  parseTime,
} from "./place.ts";
import { detailReaders, readTags } from "./ses-detail.ts";

/** SES takes 50 recipients a message; a list far beyond that is not SES's. */
const maxRecipients = 500;

/**
 * Where each type keeps what is its own, its recipients among it: `named` by the event, `every` destination, or the `one`
 * destination if there is just one. `send`, `reject` and `renderingFailure` have no time of their own.
 */
const layouts: Record<EventType, { body: string; recipients: "every" | "one" | { named: string }; ownTime: boolean }> =
  {
    send: { body: "send", recipients: "every", ownTime: false },
    delivery: { body: "delivery", recipients: { named: "recipients" }, ownTime: true },
    bounce: { body: "bounce", recipients: { named: "bouncedRecipients" }, ownTime: true },
    complaint: { body: "complaint", recipients: { named: "complainedRecipients" }, ownTime: true },
    reject: { body: "reject", recipients: "every", ownTime: false },
    open: { body: "open", recipients: "one", ownTime: true },
    click: { body: "click", recipients: "one", ownTime: true },
    renderingFailure: { body: "failure", recipients: "every", ownTime: false },
    deliveryDelay: { body: "deliveryDelay", recipients: { named: "delayedRecipients" }, ownTime: true },
    subscription: { body: "subscription", recipients: "one", ownTime: true },
  };

const lettersOf = (word: string): string => word.toLowerCase().replaceAll(/[^a-z]/g, "");

/** `Rendering Failure`, `RenderingFailure` and `RENDERING_FAILURE` all occur. */
const typeByLetters = new Map(Object.keys(layouts).map((type) => [lettersOf(type), type as EventType]));

const parseType = (place: Place): { type: EventType; style: EventStyle } => {
  const style = has(place, "eventType") || !has(place, "notificationType") ? "eventPublishing" : "identityNotification";
  const named = at(place, style === "eventPublishing" ? "eventType" : "notificationType");
  const type = typeByLetters.get(lettersOf(parseText(named)));
  if (!type) throw new FieldError(named, "names no sending event that is known");
  return { type, style };
};

/** What has no time of its own may also come without an object of its own: there is nothing in it that must be. */
const parseBody = (place: Place, type: EventType): Place => {
  const { body, ownTime } = layouts[type];
  return !ownTime && !has(place, body) ? at(place, body) : parseObject(at(place, body));
};

/** Safe inside keys: no spaces, no separators of ours, never to be taken for an address. */
const messageIdSpelling = /^[^\s#@\p{Cc}]{1,200}$/u;

const parseMessageId = (place: Place): string => {
  const messageId = parseText(place);
  if (!messageIdSpelling.test(messageId)) throw new FieldError(place, "is not an SES message id");
  return messageId;
};

const findAddress = ({ value }: Place): string | undefined =>
  typeof value === "string" ? normalizeAddress(value) : undefined;

const parseAddress = (place: Place): string => {
  const address = normalizeAddress(parseText(place));
  if (!address) throw new FieldError(place, "is not an e-mail address");
  return address;
};

/**
 * All recipients of the message. Where the event names its own, this list is only told, and what is wrong with it is left out:
 * no bounce is lost for it.
 */
const parseDestinations = (mail: Place, type: EventType): string[] => {
  const list = at(mail, "destination");
  const { recipients } = layouts[type];
  if (recipients === "every" || (recipients === "one" && has(mail, "destination")))
    return [...new Set(parseList(list, maxRecipients).map(parseAddress))];
  const texts = itemsOf(list).slice(0, maxRecipients);
  return [...new Set(texts.map(findAddress).filter((address) => address !== undefined))];
};

const parseMessageFacts = (mail: Place, type: EventType, ownTime: string): MessageFacts => {
  const isAbsent = !has(mail, "timestamp");
  const from = findText(at(mail, "source"), 500);
  const subject = findText(at(at(mail, "commonHeaders"), "subject"), 1_000);
  const tags = readTags(at(mail, "tags"));
  const [configurationSet] = tags["ses:configuration-set"] ?? [];
  const sendingAccountId = findText(at(mail, "sendingAccountId"), 64);
  return {
    sentAt: isAbsent ? ownTime : parseTime(at(mail, "timestamp")),
    ...(isAbsent && { sentAtAssumed: true }),
    ...(from !== undefined && { from }),
    ...(subject !== undefined && { subject }),
    destinations: parseDestinations(mail, type),
    tags,
    ...(configurationSet !== undefined && { configurationSet }),
    ...(sendingAccountId !== undefined && { sendingAccountId }),
  };
};

interface Subject {
  recipient: string | null;
  entry: Place;
}

/** The recipients that the event itself names, each once; the first naming counts. */
const parseNamed = (list: Place): Subject[] => {
  const subjects = parseList(list, maxRecipients).map((entry) => ({
    recipient: parseAddress(typeof entry.value === "string" ? entry : at(entry, "emailAddress")),
    entry,
  }));
  const seen = new Set<string>();
  return subjects.filter(({ recipient }) => !seen.has(recipient) && seen.add(recipient));
};

const parseSubjects = (type: EventType, body: Place, mail: Place, destinations: string[]): Subject[] => {
  const { recipients } = layouts[type];
  if (recipients === "one")
    return [{ recipient: destinations.length === 1 ? (destinations[0] ?? null) : null, entry: body }];
  const list = recipients === "every" ? at(mail, "destination") : at(body, recipients.named);
  const subjects =
    recipients === "every" ? destinations.map((recipient) => ({ recipient, entry: body })) : parseNamed(list);
  if (subjects.length === 0) throw new FieldError(list, "names no recipient");
  return subjects;
};

/**
 * @returns one event per recipient, in the order SES names them; at least one.
 * @throws FieldError naming the first field that is wrong.
 */
export const parseSesEvent = (place: Place): SesEvent[] => {
  const { type, style } = parseType(place);
  const body = parseBody(place, type);
  const mail = parseObject(at(place, "mail"));
  const messageId = parseMessageId(at(mail, "messageId"));
  const occurredAt = parseTime(at(layouts[type].ownTime ? body : mail, "timestamp"));
  const message = parseMessageFacts(mail, type, occurredAt);
  const subjects = parseSubjects(type, body, mail, message.destinations);
  const shared = type === "complaint" && subjects.length > 1 ? { oneOfSeveral: true } : {};
  return subjects.map(
    ({ recipient, entry }) =>
      ({
        type,
        messageId,
        recipient,
        attribution: recipient === null ? "ambiguous" : "exact",
        occurredAt,
        style,
        message,
        detail: { ...detailReaders[type](body, entry), ...shared },
      }) as SesEvent,
  );
};
