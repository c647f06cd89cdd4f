// What a recount finds different from what it should be, and the range of days that it looks at.
import type { SuppressionRecord } from "../../suppressions.ts";
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
  | { kind: "suppression"; reason: SuppressionRecord["reason"]; messageId: string; eventId: string }
  /** An outcome or event that cannot be read, and so is in nothing. */
  | { kind: "unreadable"; sk: string; reason: string };

export type OnDifference = (difference: Difference) => void;
