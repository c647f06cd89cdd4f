// What an outcome remembers of its message: each fact from the best event that states it, whichever came first.
import { canonicalJson, compareText } from "./canonical.ts";
import type { SesEvent } from "./event.ts";
import type { MessageFact, Outcome } from "./outcome.ts";
import { rankOf } from "./rank.ts";

interface Claim {
  value: unknown;
  rank: string;
}

type Claims = Partial<Record<MessageFact, Claim>>;

export type RememberedFacts = Pick<Outcome, MessageFact | "ranks">;

/** Loses against every real rank: for a fact whose rank was not kept. */
const weakestRank = "~";

/** Sorts behind the ranks of times that SES stated. */
const assumedMark = "assumed";

const facts: readonly MessageFact[] = ["sentAt", "from", "subject", "tags", "configurationSet"];

const claimsOfEvent = ({ style, occurredAt, message }: SesEvent): Claims => {
  const rank = rankOf(style, occurredAt);
  const { sentAt, sentAtAssumed, from, subject, tags, configurationSet } = message;
  return {
    sentAt: { value: sentAt, rank: `${sentAtAssumed ? assumedMark : ""}${rankOf(style, sentAt)}` },
    ...(from !== undefined && { from: { value: from, rank } }),
    ...(subject !== undefined && { subject: { value: subject, rank } }),
    ...(Object.keys(tags).length > 0 && { tags: { value: tags, rank } }),
    ...(configurationSet !== undefined && { configurationSet: { value: configurationSet, rank } }),
  };
};

const claimsOfOutcome = (outcome: Outcome): Claims =>
  Object.fromEntries(
    facts
      .filter((fact) => outcome[fact] !== undefined && (fact !== "tags" || Object.keys(outcome.tags).length > 0))
      .map((fact) => [fact, { value: outcome[fact], rank: outcome.ranks?.[fact] ?? weakestRank }]),
  );

const isBetter = (a: Claim, b: Claim | undefined): boolean => {
  if (!b) return true;
  const order = compareText(a.rank, b.rank);
  if (order !== 0 || a.value === b.value) return order < 0;
  return compareText(canonicalJson(a.value), canonicalJson(b.value)) < 0;
};

/** The facts of an outcome and these events together, with the rank that each one holds; and whether the events told any. */
export const mergeMessageFacts = (
  outcome: Outcome | undefined,
  events: readonly SesEvent[],
): { facts: RememberedFacts; areNew: boolean } => {
  const best: Claims = outcome ? claimsOfOutcome(outcome) : {};
  let areNew = false;
  for (const event of events) {
    const claims = claimsOfEvent(event);
    for (const fact of facts) {
      const claim = claims[fact];
      if (!claim || !isBetter(claim, best[fact])) continue;
      best[fact] = claim;
      areNew = true;
    }
  }
  const stated = facts.filter((fact) => best[fact]);
  return {
    facts: {
      tags: {},
      ...Object.fromEntries(stated.map((fact) => [fact, best[fact]?.value])),
      ranks: Object.fromEntries(stated.map((fact) => [fact, best[fact]?.rank])),
    } as RememberedFacts,
    areNew,
  };
};

/** When the mail was sent, if SES said so and it is not merely the time of an event. */
export const findStatedSendTime = ({ sentAt, ranks }: RememberedFacts): string | undefined =>
  ranks?.sentAt?.startsWith(assumedMark) ? undefined : sentAt;
