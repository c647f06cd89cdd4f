// What stays of an outcome when its recipient is erased: what became of the mail, and nothing that leads to a person.
// Counts the same as before. Pure: the pseudonym and the digest come from outside.
import { compareText } from "./canonical.ts";
import type { DetailByType, EventType } from "./event.ts";
import { reservedTagPrefix } from "./message-tags.ts";
import { type Outcome, type OutcomeEvent, otherLinks } from "./outcome.ts";

/** What erased text reads: a subject, a user agent. */
export const erasedText = "erased";

const pseudonymPrefix = "erased:";

/** The recipient of erased outcomes: like no address. @param name of nobody, and like no other erasure's */
export const pseudonymOf = (name: string): string => `${pseudonymPrefix}${name}`;

export const isPseudonym = (recipient: string): boolean => recipient.startsWith(pseudonymPrefix);

export interface Pseudonymization {
  /** Bare address, normalized. */
  address: string;
  pseudonym: string;
  /** Keyed, so that nobody can try addresses with it. */
  digest: (purpose: "event" | "link", text: string) => string;
}

/** Of each type's detail, what says nothing about the recipient; all else goes, also what SES adds some day. */
const keptDetail: { [Type in EventType]: readonly (keyof DetailByType[Type])[] } = {
  send: [],
  delivery: ["processingTimeMs"],
  bounce: ["bounceType", "bounceSubType", "action", "status"],
  complaint: ["feedbackType", "subType", "oneOfSeveral"],
  reject: ["reason"],
  open: ["network", "isBotEvent"],
  click: ["network", "isBotEvent"],
  renderingFailure: ["templateName"],
  deliveryDelay: ["delayType", "expiresAt", "status"],
  subscription: ["contactList"],
};

const pick = <Value extends object>(value: Value, names: readonly PropertyKey[]): Partial<Value> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name))) as Partial<Value>;

/** Where a link leads may name whose it is (`?email=…`); the site alone does not. Different links stay different. */
const eraseLink = (link: string, { digest }: Pseudonymization): string => {
  const [site] = /^https?:\/\/[\w.:-]+/i.exec(link) ?? [erasedText];
  return `${site}/${erasedText}-${digest("link", link).slice(0, 8)}`;
};

/** @returns the same event under an id that nobody can work out from an address */
export const pseudonymizeEvent = (event: OutcomeEvent, by: Pseudonymization): OutcomeEvent => {
  const detail = {
    ...pick(event.detail, keptDetail[event.type]),
    ...("userAgent" in event.detail && (event.type === "open" || event.type === "click") && { userAgent: erasedText }),
    ...(event.type === "click" && { link: eraseLink(event.detail.link, by) }),
  };
  return { ...event, eventId: by.digest("event", event.eventId), detail } as OutcomeEvent;
};

/**
 * Tags are the sender's own words, and stay but for those that say the address. Those of ours go: they name the mail, and
 * that its recipients.
 */
export const eraseTags = (
  tags: Record<string, string[]>,
  { address }: Pick<Pseudonymization, "address">,
): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([name]) => !name.startsWith(reservedTagPrefix))
      .map(([name, values]): [string, string[]] => [
        name,
        values.filter((value) => !value.toLowerCase().includes(address)),
      ])
      .filter(([, values]) => values.length > 0),
  );

export const pseudonymizeOutcome = (outcome: Outcome, by: Pseudonymization): Outcome => ({
  ...outcome,
  recipient: by.pseudonym,
  ...(outcome.subject !== undefined && { subject: erasedText }),
  tags: eraseTags(outcome.tags, by),
  events: outcome.events
    .map((event) => pseudonymizeEvent(event, by))
    .toSorted((a, b) => compareText(a.occurredAt, b.occurredAt) || compareText(a.eventId, b.eventId)),
  links: Object.fromEntries(
    Object.entries(outcome.links).map(([link, tally]) => [link === otherLinks ? link : eraseLink(link, by), tally]),
  ),
  ...(outcome.bounce && { bounce: pick(outcome.bounce, [...keptDetail.bounce, "at"]) as Outcome["bounce"] }),
  ...(outcome.complaint && {
    complaint: pick(outcome.complaint, [...keptDetail.complaint, "at"]) as Outcome["complaint"],
  }),
});
