// The part of an SES event that only its type has. Optional fields that are not as documented are left out.
import type { DetailByType, EventType, TopicPreferences, TopicStatus } from "./event.ts";
import { clipDistinct, sizeBytesOf } from "./clip.ts";
import { traceOf } from "./network.ts";
import { type Place, at, entriesOf, findNumber, findText, findTime, has, itemsOf, parseText } from "./place.ts";

/** Bytes kept of a code, an id or a name; of a sentence; of a link. */
const nameBytes = 256;
const sentenceBytes = 1_000;
const linkBytes = 2_000;

/** 50 tags of ordinary length; SES cuts headers at as much. Of one link: */
const tagsBytes = 10_000;
const linkTagsBytes = 1_000;
/** SES keeps at most 20 topics a list, and 64 characters of a name (service quotas; CreateContactList). */
const maxTopics = 20;
const topicBytes = 64;

/** Without the fields that are undefined: a database refuses them. */
const present = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

const name = (place: Place, key: string): string | undefined => findText(at(place, key), nameBytes);
const sentence = (place: Place, key: string): string | undefined => findText(at(place, key), sentenceBytes);

/** A map of lists, as `mail.tags` and `linkTags` are; a bare text is taken for a list of one. Past `maxBytes` the rest goes. */
const readTagMap = (place: Place, maxBytes: number): Record<string, string[]> => {
  const tags: [string, string[]][] = [];
  let sizeBytes = 0;
  for (const [tag, list] of entriesOf(place)) {
    const values = (Array.isArray(list.value) ? itemsOf(list) : [list])
      .map((value) => findText(value, nameBytes))
      .filter((value) => value !== undefined);
    const entry: [string, string[]] = [clipDistinct(tag, nameBytes), values];
    sizeBytes += sizeBytesOf(JSON.stringify(entry));
    if (sizeBytes > maxBytes) break;
    if (values.length > 0) tags.push(entry);
  }
  return Object.fromEntries(tags);
};

/** Where the program was that handed the mail over: for mail by SMTP, perhaps somebody's own computer. */
const sourceAddressTag = "ses:source-ip";

/** `mail.tags`: those of SES's and the sender's own. Of an internet address its network alone. */
export const readTags = (place: Place): Record<string, string[]> => {
  const { [sourceAddressTag]: sources = [], ...tags } = readTagMap(place, tagsBytes);
  const networks = sources.flatMap((address) => traceOf(address).ipAddress ?? []);
  return networks.length > 0 ? { ...tags, [sourceAddressTag]: networks } : tags;
};

const readTopics = (place: Place): TopicStatus[] | undefined => {
  const topics = itemsOf(place)
    .slice(0, maxTopics)
    .map((topic) => ({
      topicName: findText(at(topic, "topicName"), topicBytes),
      subscriptionStatus: findText(at(topic, "subscriptionStatus"), topicBytes),
    }))
    .filter((topic): topic is TopicStatus => topic.topicName !== undefined && topic.subscriptionStatus !== undefined);
  return topics.length > 0 ? topics : undefined;
};

const readPreferences = (body: Place, key: string): TopicPreferences | undefined => {
  if (!has(body, key)) return undefined;
  const place = at(body, key);
  const unsubscribeAll = at(place, "unsubscribeAll").value;
  return present({
    unsubscribeAll: typeof unsubscribeAll === "boolean" ? unsubscribeAll : undefined,
    topicSubscriptionStatus: readTopics(at(place, "topicSubscriptionStatus")),
    topicDefaultSubscriptionStatus: readTopics(at(place, "topicDefaultSubscriptionStatus")),
  });
};

const readOpen = (open: Place): DetailByType["open"] =>
  present({
    userAgent: sentence(open, "userAgent"),
    ...traceOf(name(open, "ipAddress") ?? ""),
    isBotEvent: name(open, "isBotEvent"),
  });

const readLinkTags = (click: Place): Record<string, string[]> | undefined => {
  const tags = readTagMap(at(click, "linkTags"), linkTagsBytes);
  return Object.keys(tags).length > 0 ? tags : undefined;
};

/** An enumeration of SES's that stays open: what it adds later passes through. */
const parseWord = (place: Place, key: string): string => clipDistinct(parseText(at(place, key)), nameBytes);

/**
 * How to read each type: `body` is the object named after it, `entry` the item that names the recipient (`bouncedRecipients[0]`),
 * or the body where recipients have no item. Source: SES developer guide, "Contents of event data that Amazon SES publishes".
 *
 * @throws FieldError where a field is missing without which the event would be another.
 */
export const detailReaders: { [Type in EventType]: (body: Place, entry: Place) => DetailByType[Type] } = {
  send: () => ({}),
  delivery: (body) =>
    present({
      processingTimeMs: findNumber(at(body, "processingTimeMillis")),
      smtpResponse: sentence(body, "smtpResponse"),
      reportingMta: name(body, "reportingMTA"),
      remoteMtaIp: name(body, "remoteMtaIp"),
    }),
  bounce: (body, entry) =>
    present({
      bounceType: parseWord(body, "bounceType"),
      bounceSubType: parseWord(body, "bounceSubType"),
      feedbackId: name(body, "feedbackId"),
      action: name(entry, "action"),
      status: name(entry, "status"),
      diagnosticCode: sentence(entry, "diagnosticCode"),
      reportingMta: name(body, "reportingMTA"),
    }),
  complaint: (body) =>
    present({
      feedbackType: name(body, "complaintFeedbackType"),
      subType: name(body, "complaintSubType"),
      feedbackId: name(body, "feedbackId"),
      userAgent: sentence(body, "userAgent"),
    }),
  reject: (body) => present({ reason: sentence(body, "reason") }),
  open: readOpen,
  click: (body) =>
    present({
      ...readOpen(body),
      link: clipDistinct(parseText(at(body, "link")), linkBytes),
      linkTags: readLinkTags(body),
    }),
  renderingFailure: (body) =>
    present({ errorMessage: sentence(body, "errorMessage"), templateName: name(body, "templateName") }),
  deliveryDelay: (body, entry) =>
    present({
      delayType: parseWord(body, "delayType"),
      expiresAt: findTime(at(body, "expirationTime")),
      status: name(entry, "status"),
      diagnosticCode: sentence(entry, "diagnosticCode"),
    }),
  subscription: (body) =>
    present({
      contactList: name(body, "contactList"),
      source: name(body, "source"),
      newTopicPreferences: readPreferences(body, "newTopicPreferences"),
      oldTopicPreferences: readPreferences(body, "oldTopicPreferences"),
    }),
};
