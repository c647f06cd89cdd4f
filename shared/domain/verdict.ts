// Who caused an open or a click: applies the rules of verdict-rules.ts to the events of one outcome.
import { isbot } from "isbot";
import type { Judgement, OutcomeEvent, UnjudgedEvent } from "./outcome.ts";
import { type Burst, type Verdict, type VerdictRule, verdictRules } from "./verdict-rules.ts";

type OpenOrClick = Extract<UnjudgedEvent, { type: "open" | "click" }>;

/** Whether an open or click with this verdict counts as a person's: see docs/decisions/0011-who-counts-as-a-person.md. */
export const countsAsPerson = (verdict: Verdict): boolean => verdict === "person" || verdict === "imageProxy";

/** The rule that a `verdictReason` names; undefined for one that a later version no longer has. */
export const findVerdictRule = (reason: string): VerdictRule | undefined =>
  verdictRules.find((rule) => rule.reason === reason);

const isOpenOrClick = (event: UnjudgedEvent): event is OpenOrClick => event.type === "open" || event.type === "click";

const isListedBot = (type: OpenOrClick["type"], userAgent: string): boolean =>
  isbot(userAgent) &&
  !verdictRules.some(
    ({ notABot, when }) =>
      notABot && (when.type ?? type) === type && when.agent instanceof RegExp && when.agent.test(userAgent),
  );

const agentFits = ({ when }: VerdictRule, type: OpenOrClick["type"], userAgent: string): boolean => {
  if (when.agent === undefined) return true;
  if (when.agent === "none") return userAgent === "";
  if (when.agent === "botList") return isListedBot(type, userAgent);
  return when.agent.test(userAgent);
};

/** Which rules a program's name leaves: asked anew for each of thousands of events, the same few hundred times over. */
const rulesByAgent = {
  open: new Map<string, readonly VerdictRule[]>(),
  click: new Map<string, readonly VerdictRule[]>(),
};
const maxRememberedAgents = 2_000;

const rulesFor = ({ type, detail: { userAgent = "" } }: OpenOrClick): readonly VerdictRule[] => {
  const remembered = rulesByAgent[type];
  const known = remembered.get(userAgent);
  if (known) return known;
  const rules = verdictRules.filter((rule) => (rule.when.type ?? type) === type && agentFits(rule, type, userAgent));
  if (remembered.size >= maxRememberedAgents) remembered.clear();
  remembered.set(userAgent, rules);
  return rules;
};

/** An event with its time in a form to reckon with. */
interface Timed<Event extends OpenOrClick = OpenOrClick> {
  event: Event;
  atMs: number;
}

const isClick = (timed: Timed): timed is Timed<Extract<OpenOrClick, { type: "click" }>> => timed.event.type === "click";

/**
 * The clicks that, with others around them, follow that many links in that time; and the opens by the same agent among them.
 * @param events in the order of their times.
 */
const findBurst = (events: readonly Timed[], { links, withinMs }: Burst): ReadonlySet<string> => {
  const clicks = events.filter(isClick);
  const burst = new Set<Timed>();
  for (const [index, first] of clicks.entries()) {
    let end = index + 1;
    while ((clicks[end]?.atMs ?? Infinity) - first.atMs <= withinMs) end += 1;
    if (end - index < links) continue;
    const together = clicks.slice(index, end);
    if (new Set(together.map(({ event }) => event.detail.link)).size >= links)
      for (const click of together) burst.add(click);
  }
  for (const open of burst.size === 0 ? [] : events.filter((timed) => !isClick(timed)))
    if (clicks.some((click) => burst.has(click) && isInTheMidst(open, click, withinMs))) burst.add(open);
  return new Set([...burst].map(({ event }) => event.eventId));
};

const isInTheMidst = (open: Timed, click: Timed, withinMs: number): boolean =>
  Math.abs(open.atMs - click.atMs) <= withinMs && open.event.detail.userAgent === click.event.detail.userAgent;

const bursts = verdictRules.flatMap(({ when: { burst } }) => (burst ? [burst] : []));

const fewestLinks = Math.min(...bursts.map(({ links }) => links));

const findBursts = (events: readonly UnjudgedEvent[]): ReadonlyMap<Burst, ReadonlySet<string>> => {
  if (events.filter(({ type }) => type === "click").length < fewestLinks) return new Map();
  const timed = events.filter(isOpenOrClick).map((event) => ({ event, atMs: Date.parse(event.occurredAt) }));
  return new Map(bursts.map((burst) => [burst, findBurst(timed, burst)]));
};

interface Circumstances {
  /** Since the delivery, or else since the sending; undefined when neither is known. */
  sinceDeliveryMs?: number | undefined;
  bursts: ReadonlyMap<Burst, ReadonlySet<string>>;
  isBeyondOutcome?: true;
}

const applies = ({ when }: VerdictRule, event: OpenOrClick, around: Circumstances): boolean => {
  if (when.isBotEvent !== undefined && event.detail.isBotEvent !== when.isBotEvent) return false;
  if (when.network !== undefined && event.detail.network !== when.network) return false;
  if (when.isBeyondOutcome && !around.isBeyondOutcome) return false;
  if (when.burst && !around.bursts.get(when.burst)?.has(event.eventId)) return false;
  return when.sinceDeliveryMs === undefined || (around.sinceDeliveryMs ?? Infinity) <= when.sinceDeliveryMs;
};

const judge = (event: OpenOrClick & Partial<Judgement>, around: Circumstances): OutcomeEvent => {
  const rule = rulesFor(event).find((candidate) => applies(candidate, event, around));
  if (!rule) throw new RangeError("no rule applies, though the last one always does");
  const { verdict, reason: verdictReason } = rule;
  return event.verdictReason === verdictReason && event.verdict === verdict
    ? (event as OutcomeEvent)
    : { ...event, verdict, verdictReason };
};

/**
 * Judges the opens and clicks among the events of one outcome, each in the light of all.
 *
 * @param events in the order of their times; what was judged of them before has no say.
 * @param deliveredAt when the mail was delivered, or else sent, as far as that is known.
 */
export const judgeTogether = (events: readonly UnjudgedEvent[], deliveredAt: string | undefined): OutcomeEvent[] => {
  const found = findBursts(events);
  const deliveredMs = deliveredAt === undefined ? undefined : Date.parse(deliveredAt);
  return events.map((event) => {
    if (!isOpenOrClick(event)) return event;
    const sinceDeliveryMs = deliveredMs === undefined ? undefined : Date.parse(event.occurredAt) - deliveredMs;
    return judge(event, { bursts: found, sinceDeliveryMs });
  });
};

/** Judges an event that its outcome does not keep inside, by what it says itself: a judgement that nothing later changes. */
export const judgeAlone = (event: UnjudgedEvent): OutcomeEvent =>
  isOpenOrClick(event) ? judge(event, { bursts: new Map(), isBeyondOutcome: true }) : event;
