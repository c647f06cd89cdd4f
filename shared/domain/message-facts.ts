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

/** Loses against every real rank: for a fact whose rank was not kept. */
const weakestRank = "~";

const facts: readonly MessageFact[] = ["sentAt", "from", "subject", "tags", "configurationSet"];

const claimsOfEvent = ({ style, occurredAt, message }: SesEvent): Claims => {
  const rank = rankOf(style, occurredAt);
  const { sentAt, sentAtAssumed, from, subject, tags, configurationSet } = message;
  return {
    // An assumed time loses against any that SES stated.
    sentAt: { value: sentAt, rank: `${sentAtAssumed ? "assumed" : ""}${rankOf(style, sentAt)}` },
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

const isBetter = (a: Claim, b: Claim | undefined): boolean =>
  !b || (compareText(a.rank, b.rank) || compareText(canonicalJson(a.value), canonicalJson(b.value))) < 0;

/** The facts of an outcome and these events together, with the rank that each one holds. */
export const mergeMessageFacts = (
  outcome: Outcome | undefined,
  events: readonly SesEvent[],
): Pick<Outcome, MessageFact | "ranks"> => {
  const best: Claims = outcome ? claimsOfOutcome(outcome) : {};
  for (const claims of events.map(claimsOfEvent))
    for (const fact of facts) {
      const claim = claims[fact];
      if (claim && isBetter(claim, best[fact])) best[fact] = claim;
    }
  const stated = facts.filter((fact) => best[fact]);
  return {
    tags: {},
    ...Object.fromEntries(stated.map((fact) => [fact, best[fact]?.value])),
    ranks: Object.fromEntries(stated.map((fact) => [fact, best[fact]?.rank])),
  } as Pick<Outcome, MessageFact | "ranks">;
};
