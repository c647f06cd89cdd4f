// What the Ledger knows → what the API shows. One mapping for lists, messages and charts.
import {
  type EventCounts,
  type EventView,
  type MessageView,
  type OutcomeView,
  type StatsView,
  type TallyView,
} from "../../shared/contract/api/events.ts";
import type { BounceDetail, ComplaintDetail } from "../../shared/domain/event.ts";
import { eventTypes } from "../../shared/domain/event.ts";
import { messageRecipient, type Outcome, type Tally } from "../../shared/domain/outcome.ts";
import type { DayCounts, ListedEvent } from "../../shared/store/ledger/ledger.ts";
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

type DetailView = Pick<EventView, "link" | "userAgent" | "bounce" | "complaint" | "reason">;

function detailView(event: ListedEvent): DetailView {
  switch (event.type) {
    case "bounce":
      return { bounce: toBounceView(event.detail) };
    case "complaint":
      return { complaint: toComplaintView(event.detail) };
    case "click":
      return { link: event.detail.link, ...defined({ userAgent: event.detail.userAgent }) };
    case "open":
      return defined({ userAgent: event.detail.userAgent });
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
    tags: Object.fromEntries(Object.entries(first.tags).filter(([name]) => !name.startsWith("ses:"))),
    recipients: recipients.map(toOutcomeView),
    ambiguous: outcomes.filter(isAmbiguous).flatMap(eventViewsOf),
  };
}

const eventViewsOf = (outcome: Outcome): EventView[] =>
  outcome.events.map((event) => toEventView(toListedEvent(outcome, event)));

function toOutcomeView(outcome: Outcome): OutcomeView {
  const { recipient, status, opens, clicks, links, bounce, complaint, automaticReply } = outcome;
  return {
    recipient,
    status,
    opens: toTallyView(opens),
    clicks: toTallyView(clicks),
    links: Object.entries(links)
      .map(([url, tally]) => Object.assign(toTallyView(tally), { url }))
      .toSorted((a, b) => b.total - a.total),
    ...(bounce ? { bounce: toBounceView(bounce) } : {}),
    ...(complaint ? { complaint: toComplaintView(complaint) } : {}),
    automaticReply,
    events: eventViewsOf(outcome),
  };
}

const toTallyView = ({ total, firstAt, lastAt }: Tally): TallyView => ({ total, ...defined({ firstAt, lastAt }) });

export function toStatsView(days: readonly DayCounts[]): StatsView {
  const totals = Object.fromEntries(
    eventTypes.map((type) => [type, days.reduce((sum, { counts }) => sum + counts[type], 0)]),
  ) as EventCounts;
  return { days: days.map(({ day, counts }) => ({ day, counts })), totals };
}

/** Without the members that are undefined. */
const defined = <Members extends Record<string, unknown>>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
