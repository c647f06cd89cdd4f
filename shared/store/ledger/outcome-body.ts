// An outcome as short JSON text and back: it is written whole with each of its events, DynamoDB bills by the kilobyte, and
// nested items take long to marshal. Nothing that anybody queries by is in here: outcome-item.ts.
import { canonicalJson } from "../../domain/canonical.ts";
import type { MessageFact, Outcome, OutcomeEvent } from "../../domain/outcome.ts";
import { rankOf } from "../../domain/rank.ts";
import { talliesOf } from "../../domain/tally.ts";
import { longTags, shortTags, type ShortTags } from "./short-tags.ts";
import { fromShortEvents, longTime, shortTime, toShortEvents, type ShortEvent, type ShortTime } from "./short-event.ts";

/** What is neither in the keys nor beside the body. */
export type OutcomeBody = Omit<Outcome, "messageId" | "recipient" | "sentAt" | "overflowCount">;

type Tallies = Pick<Outcome, "opens" | "clicks" | "opensByPersons" | "clicksByPersons" | "links">;

/** The place of the event that says the same, or the evidence itself. */
type ShortEvidence<Evidence> = number | Evidence;

interface ShortBody {
  /** From, subject, configuration set, tags: those with one value without a list. */
  f?: string | undefined;
  s?: string | undefined;
  c?: string | undefined;
  t?: ShortTags;
  /** Status; delivery: when, or true when that is not known; whether there was an automatic reply. */
  st: Outcome["status"];
  d?: ShortTime | true;
  a?: true;
  /** Bounce and complaint. */
  b?: ShortEvidence<NonNullable<Outcome["bounce"]>>;
  p?: ShortEvidence<NonNullable<Outcome["complaint"]>>;
  e: ShortEvent[];
  /** Opens, clicks and links, where the events in here do not say the same. */
  n?: Tallies;
  /** Ranks, unless all are of event publishing at the time the mail was sent; 0 when there are none. */
  r?: Outcome["ranks"] | 0;
}

const facts: readonly MessageFact[] = ["sentAt", "from", "subject", "tags", "configurationSet"];

/** Those of an outcome whose facts all came from event publishing and the mail's own time. */
const usualRanks = (outcome: Pick<Outcome, MessageFact>): NonNullable<Outcome["ranks"]> =>
  Object.fromEntries(
    facts
      .filter((fact) => outcome[fact] !== undefined && (fact !== "tags" || Object.keys(outcome.tags).length > 0))
      .map((fact) => [fact, rankOf("eventPublishing", outcome.sentAt)]),
  );

const talliesIn = ({ opens, clicks, opensByPersons, clicksByPersons, links }: Tallies): Tallies => ({
  opens,
  clicks,
  opensByPersons,
  clicksByPersons,
  links,
});

const isSame = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b);

const evidenceOf = ({ detail, occurredAt }: OutcomeEvent) => ({ ...detail, at: occurredAt });

function shortEvidence<Evidence>(
  evidence: Evidence,
  type: OutcomeEvent["type"],
  events: readonly OutcomeEvent[],
): ShortEvidence<Evidence> {
  const place = events.findIndex((event) => event.type === type && isSame(evidenceOf(event), evidence));
  return place === -1 ? evidence : place;
}

/** The evidence that the event in its place has, where that stands for it. */
const longEvidence = <Evidence extends object>(
  short: ShortEvidence<Evidence>,
  events: readonly OutcomeEvent[],
): Evidence => {
  if (typeof short !== "number") return short;
  const event = events[short];
  if (!event) throw new TypeError("The event that is evidence is missing.");
  return evidenceOf(event) as object as Evidence;
};

export function toOutcomeBody(outcome: Outcome): string {
  const { sentAt, events, tags, delivered, deliveredAt, bounce, complaint } = outcome;
  const tallies = talliesIn(outcome);
  const body: ShortBody = {
    f: outcome.from,
    s: outcome.subject,
    c: outcome.configurationSet,
    ...(Object.keys(tags).length > 0 && { t: shortTags(outcome) }),
    st: outcome.status,
    ...(delivered && { d: deliveredAt === undefined ? true : shortTime(deliveredAt, sentAt) }),
    ...(outcome.automaticReply && { a: true }),
    ...(bounce && { b: shortEvidence(bounce, "bounce", events) }),
    ...(complaint && { p: shortEvidence(complaint, "complaint", events) }),
    e: toShortEvents(events, sentAt),
    ...(!isSame(talliesOf(undefined, events, events), tallies) && { n: tallies }),
    ...(!isSame(usualRanks(outcome), outcome.ranks) && { r: outcome.ranks ?? 0 }),
  };
  return JSON.stringify(body);
}

/** @throws SyntaxError or TypeError when the text is no such body */
export function parseOutcomeBody(text: string, sentAt: string): OutcomeBody {
  const body = JSON.parse(text) as ShortBody;
  const { f: from, s: subject, c: configurationSet, t = {}, st: status, d, a, b, p, e, n, r } = body;
  const events = fromShortEvents(e, sentAt);
  const said = {
    tags: longTags(t, configurationSet),
    ...(from !== undefined && { from }),
    ...(subject !== undefined && { subject }),
    ...(configurationSet !== undefined && { configurationSet }),
  };
  const ranks = r === undefined ? usualRanks({ ...said, sentAt }) : r;
  return {
    ...said,
    ...(ranks && { ranks }),
    events,
    ...(n ?? talliesOf(undefined, events, events)),
    status,
    delivered: d !== undefined,
    ...(d !== undefined && d !== true && { deliveredAt: longTime(d, sentAt) }),
    ...(b !== undefined && { bounce: longEvidence(b, events) }),
    ...(p !== undefined && { complaint: longEvidence(p, events) }),
    automaticReply: a === true,
  };
}
