// What a recount finds different from what it should be, the days that it looks at, and whether it mends.
import type { SuppressionRecord } from "../../suppressions.ts";
import type { Key } from "../../dynamo-batch.ts";
import type { DayRange } from "../counters.ts";

/** Days of UTC, both inclusive; without one, as far as there is anything. */
export type RecountRange = Partial<DayRange>;

export const isWithinDays = (day: string, { fromDay = "", toDay = "~" }: RecountRange): boolean =>
  day >= fromDay && day <= toDay;

/** Without any address: these are printed. */
export type Difference =
  | { kind: "counter"; pk: string; sk: string; counter: string; found: number; expected: number }
  /** A list row that is not there, says something else, or is there for no event. */
  | { kind: "row"; problem: "missing" | "different" | "extra"; pk: string; sk: string }
  /** Evidence against an address that the suppressions do not have. */
  | { kind: "suppression"; tenantId: string; reason: SuppressionRecord["reason"]; messageId: string; eventId: string }
  /** An outcome or event that cannot be read, and so is in nothing. Is not mended. */
  | { kind: "unreadable"; tenantId: string; sk: string; reason: string };

export type DifferenceKind = Difference["kind"];

export interface Mending {
  /** Nothing but the run's own notes is written then. */
  isDryRun: boolean;
  /** Each difference is told once. */
  report: (difference: Difference) => void;
  /** Something changed as often as it was looked at, so nothing can be said about it; another recount may. */
  leaveUndecided: (key: Key) => void;
}

/** What a recount has done. */
export interface RecountReport {
  looked: { items: number; outcomes: number; events: number; rows: number; counterItems: number };
  found: Record<DifferenceKind, number>;
  undecided: number;
}

export interface Tally extends Mending {
  result: () => Pick<RecountReport, "found" | "undecided">;
}

export function createMending({
  isDryRun,
  onDifference,
}: {
  isDryRun: boolean;
  onDifference: (difference: Difference) => void;
}): Tally {
  const told = new Set<string>();
  const undecided = new Set<string>();
  const found: Record<DifferenceKind, number> = { counter: 0, row: 0, suppression: 0, unreadable: 0 };
  return {
    isDryRun,
    report: (difference) => {
      const id = idOf(difference);
      if (told.has(id)) return;
      told.add(id);
      found[difference.kind] += 1;
      onDifference(difference);
    },
    leaveUndecided: ({ pk, sk }) => void undecided.add(`${pk} ${sk}`),
    result: () => ({ found, undecided: undecided.size }),
  };
}

const idOf = (difference: Difference): string => {
  if (difference.kind === "counter") return [difference.pk, difference.sk, difference.counter].join(" ");
  if (difference.kind === "suppression") return [difference.kind, difference.tenantId, difference.eventId].join(" ");
  const { kind, sk } = difference;
  return [kind, kind === "row" ? difference.pk : difference.tenantId, sk].join(" ");
};
