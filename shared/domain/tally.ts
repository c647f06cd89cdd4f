// Counts opens and clicks, in all and per link. An event's time and link are part of its id, so each counts once.
import { compareText } from "./canonical.ts";
import {
  type LinkTally,
  type Outcome,
  type OutcomeEvent,
  type Tally,
  type UnjudgedEvent,
  maxLinks,
  otherLinks,
} from "./outcome.ts";
import { countsAsPerson } from "./verdict.ts";

const none: Tally = { total: 0 };

const mergeTallies = (a: Tally, b: Tally): Tally => {
  if (a.total === 0 || a.firstAt === undefined || a.lastAt === undefined) return b;
  if (b.total === 0 || b.firstAt === undefined || b.lastAt === undefined) return a;
  return {
    total: a.total + b.total,
    firstAt: a.firstAt < b.firstAt ? a.firstAt : b.firstAt,
    lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
  };
};

const tallyOf = ({ occurredAt }: UnjudgedEvent): Tally => ({ total: 1, firstAt: occurredAt, lastAt: occurredAt });

const addToTally = (tally: Tally, events: readonly UnjudgedEvent[]): Tally =>
  events.map(tallyOf).reduce(mergeTallies, tally);

/** No link may be named like a setter of every object. */
const linkKey = (link: string): string => (link === "__proto__" ? otherLinks : link);

/**
 * The clicks among new events, by link. Past `maxLinks` the links first in code-unit order keep their own tally and the rest
 * share one: an order that no later event can change, so neither can it depend on what arrived first.
 */
const addToLinks = (
  links: Readonly<Record<string, LinkTally>>,
  clicks: readonly Extract<UnjudgedEvent, { type: "click" }>[],
): Record<string, LinkTally> => {
  if (clicks.length === 0) return links;
  const byLink = new Map<string, Tally>(Object.entries(links));
  const add = (link: string, tally: Tally) => byLink.set(link, mergeTallies(byLink.get(link) ?? none, tally));
  for (const click of clicks) add(linkKey(click.detail.link), tallyOf(click));

  const named = [...byLink.keys()].filter((link) => link !== otherLinks).toSorted(compareText);
  for (const link of named.slice(maxLinks)) {
    add(otherLinks, byLink.get(link) ?? none);
    byLink.delete(link);
  }
  return Object.fromEntries(
    [...byLink].toSorted(([a], [b]) => compareText(a, b)).map(([link, tally]) => [link, { ...tally, byPersons: 0 }]),
  );
};

const countPersons = (
  links: Readonly<Record<string, LinkTally>>,
  clicks: readonly Extract<OutcomeEvent, { type: "click" }>[],
): Record<string, LinkTally> => {
  const byPersons = new Map<string, number>();
  for (const { detail } of clicks) {
    const link = Object.hasOwn(links, detail.link) ? detail.link : otherLinks;
    byPersons.set(link, (byPersons.get(link) ?? 0) + 1);
  }
  return Object.fromEntries(
    Object.entries(links).map(([link, tally]) => [link, { ...tally, byPersons: byPersons.get(link) ?? 0 }]),
  );
};

/** The types that are tallied. */
const ofType = <Event extends UnjudgedEvent, Type extends "open" | "click">(
  events: readonly Event[],
  type: Type,
): Extract<Event, { type: Type }>[] =>
  events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);

type Tallies = Pick<Outcome, "opens" | "clicks" | "opensByPersons" | "clicksByPersons" | "links">;

/**
 * What to say of all opens and clicks, from what was said before, the events that are new to it, and those inside the outcome:
 * who caused these is judged anew each time.
 */
export const talliesOf = (
  before: Tallies | undefined,
  added: readonly UnjudgedEvent[],
  inside: readonly OutcomeEvent[],
): Tallies => {
  const personClicks = ofType(inside, "click").filter(({ verdict }) => countsAsPerson(verdict));
  const personOpens = ofType(inside, "open").filter(({ verdict }) => countsAsPerson(verdict));
  const newClicks = ofType(added, "click");
  return {
    opens: addToTally(before?.opens ?? none, ofType(added, "open")),
    clicks: addToTally(before?.clicks ?? none, newClicks),
    opensByPersons: addToTally(none, personOpens),
    clicksByPersons: addToTally(none, personClicks),
    links: countPersons(addToLinks(before?.links ?? {}, newClicks), personClicks),
  };
};
