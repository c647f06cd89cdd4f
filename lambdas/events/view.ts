// What the Ledger knows → what the API shows. One mapping for lists, messages and addresses; charts: stats.ts.
import type {
  EngagementView,
  EventView,
  MessageView,
  OutcomeView,
  LinkView,
  TallyView,
} from "../../shared/contract/api/events.ts";
import type { RecipientOutcomeView } from "../../shared/contract/api/recipients.ts";
import type { BounceDetail, ComplaintDetail, OpenDetail } from "../../shared/domain/event.ts";
import { isSendersTag } from "../../shared/domain/message-tags.ts";
import {
  messageRecipient,
  type Judgement,
  type LinkTally,
  type Outcome,
  type Tally,
} from "../../shared/domain/outcome.ts";
import { findVerdictRule } from "../../shared/domain/verdict.ts";
import type { ListedEvent } from "../../shared/store/ledger/ledger.ts";
import { toListedEvent } from "../../shared/store/ledger/list-row.ts";

export function toEventView(event: ListedEvent): EventView {
  const { eventId, type, messageId, recipient, attribution, occurredAt, from, subject, tags } = event;
  return {
    eventId,
    type,
    messageId,
    recipient,
    attribution,
    occurredAt,
    ...defined({ from, subject }),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...detailView(event),
  };
}

type DetailView = Pick<
  EventView,
  "link" | "userAgent" | "network" | "verdict" | "verdictReason" | "bounce" | "complaint" | "reason"
>;

function detailView(event: ListedEvent): DetailView {
  switch (event.type) {
    case "bounce":
      return { bounce: toBounceView(event.detail) };
    case "complaint":
      return { complaint: toComplaintView(event.detail) };
    case "click":
      return { link: event.detail.link, ...traceView(event.detail), ...judgementView(event) };
    case "open":
      return { ...traceView(event.detail), ...judgementView(event) };
    case "delivery":
      return defined({ reason: event.detail.smtpResponse });
    case "reject":
      return defined({ reason: event.detail.reason });
    case "renderingFailure":
      return defined({ reason: event.detail.errorMessage });
    case "deliveryDelay":
      return { reason: event.detail.delayType };
    default:
      return {};
  }
}

const traceView = ({ userAgent, ipAddress: range, network: owner }: OpenDetail): DetailView => ({
  ...defined({ userAgent }),
  ...(range === undefined && owner === undefined ? {} : { network: defined({ range, owner }) }),
});

/** The reason in words; by its name where this version has no words for it. */
const judgementView = ({ verdict, verdictReason }: Judgement): DetailView => ({
  verdict,
  verdictReason: findVerdictRule(verdictReason)?.text ?? verdictReason,
});

const toBounceView = ({ bounceType, bounceSubType, diagnosticCode, status }: BounceDetail): EventView["bounce"] => ({
  type: bounceType,
  subType: bounceSubType,
  ...defined({ diagnosticCode, status }),
});

const toComplaintView = ({ feedbackType, subType }: ComplaintDetail): EventView["complaint"] =>
  defined({ feedbackType, subType });

/** @param outcomes all of one message's, at least one */
export function toMessageView(messageId: string, outcomes: readonly Outcome[]): MessageView {
  const isAmbiguous = ({ recipient }: Outcome) => recipient === messageRecipient(messageId);
  const recipients = outcomes.filter((outcome) => !isAmbiguous(outcome));
  const [first = {} as Outcome] = recipients.length > 0 ? recipients : outcomes;
  return {
    messageId,
    sentAt: first.sentAt,
    ...defined({ from: first.from, subject: first.subject, configurationSet: first.configurationSet }),
    tags: ownTags(first),
    recipients: recipients.map(toOutcomeView),
    ambiguous: outcomes.filter(isAmbiguous).flatMap(eventViewsOf),
    ...furtherOf("furtherAmbiguous", outcomes.find(isAmbiguous)),
  };
}

const ownTags = ({ tags }: Outcome): Record<string, string[]> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => isSendersTag(name)));

const eventViewsOf = (outcome: Outcome): EventView[] =>
  outcome.events.map((event) => toEventView(toListedEvent(outcome, event)));

const toOutcomeView = (outcome: Outcome): OutcomeView => ({
  recipient: outcome.recipient,
  ...toFateView(outcome),
  events: eventViewsOf(outcome),
  ...furtherOf("furtherEvents", outcome),
});

const furtherOf = <Name extends string>(name: Name, outcome: Outcome | undefined): { [Key in Name]?: number } =>
  (outcome?.overflowCount ? { [name]: outcome.overflowCount } : {}) as { [Key in Name]?: number };

/** @param outcome of an address; its further events are counted, not shown */
export function toRecipientOutcomeView(outcome: Outcome): RecipientOutcomeView {
  const { messageId, sentAt, from, subject, configurationSet, events, overflowCount } = outcome;
  const tags = ownTags(outcome);
  return {
    messageId,
    sentAt,
    ...defined({ from, subject, configurationSet }),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...toFateView(outcome),
    eventCount: events.length + overflowCount,
  };
}

function toFateView(outcome: Outcome): Omit<OutcomeView, "recipient" | "events" | "furtherEvents"> {
  const { status, opens, opensByPersons, clicks, clicksByPersons, links, bounce, complaint, automaticReply } = outcome;
  return {
    status,
    opens: toEngagementView(opens, opensByPersons),
    clicks: toEngagementView(clicks, clicksByPersons),
    links: Object.entries(links)
      .map(([url, tally]) => toLinkView(url, tally))
      .toSorted((a, b) => b.total - a.total),
    ...(bounce ? { bounce: toBounceView(bounce) } : {}),
    ...(complaint ? { complaint: toComplaintView(complaint) } : {}),
    automaticReply,
  };
}

const toEngagementView = (all: Tally, byPersons: Tally): EngagementView => ({
  ...toTallyView(all),
  byPersons: toTallyView(byPersons),
});

const toLinkView = (url: string, { byPersons, ...tally }: LinkTally): LinkView => ({
  ...toTallyView(tally),
  byPersons,
  url,
});

const toTallyView = ({ total, firstAt, lastAt }: Tally): TallyView => ({ total, ...defined({ firstAt, lastAt }) });

/** Without the members that are undefined. */
const defined = <Members extends Record<string, unknown>>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
