// Counts opens and clicks, in all and per link. An event's time and link are part of its id, so each counts once.
import { compareText } from "./canonical.ts";
import { type OutcomeEvent, type Tally, maxLinks, otherLinks } from "./outcome.ts";

const empty: Tally = { total: 0 };

const mergeTallies = (a: Tally, b: Tally): Tally => {
  const times = [a.firstAt, b.firstAt, a.lastAt, b.lastAt].filter((time) => time !== undefined).toSorted();
  return { total: a.total + b.total, ...(times.length > 0 && { firstAt: times[0], lastAt: times.at(-1) }) };
};

const tallyOf = ({ occurredAt }: OutcomeEvent): Tally => ({ total: 1, firstAt: occurredAt, lastAt: occurredAt });

/** The tally with these events counted too; they must be new to it. */
export const addToTally = (tally: Tally | undefined, events: readonly OutcomeEvent[]): Tally =>
  events.map(tallyOf).reduce(mergeTallies, tally ?? empty);

/** No link may be named like a setter of every object. */
const linkKey = (link: string): string => (link === "__proto__" ? otherLinks : link);

/**
 * The clicks among new events, by link. Past `maxLinks` the links first in code-unit order keep their own tally and the rest
 * share one: an order that no later event can change, so neither can it depend on what arrived first.
 */
export const addToLinks = (
  links: Record<string, Tally> | undefined,
  events: readonly OutcomeEvent[],
): Record<string, Tally> => {
  const byLink = new Map(Object.entries(links ?? {}));
  const add = (link: string, tally: Tally) => byLink.set(link, mergeTallies(byLink.get(link) ?? empty, tally));
  for (const event of events) if (event.type === "click") add(linkKey(event.detail.link), tallyOf(event));

  const named = [...byLink.keys()].filter((link) => link !== otherLinks).toSorted(compareText);
  for (const link of named.slice(maxLinks)) {
    add(otherLinks, byLink.get(link) ?? empty);
    byLink.delete(link);
  }
  return Object.fromEntries([...byLink].toSorted(([a], [b]) => compareText(a, b)));
};
