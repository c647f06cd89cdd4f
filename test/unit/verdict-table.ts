// Opens and clicks whose cause is known, each with the source that says so. The labels are the sources', not our rules'.
import type { Verdict } from "../../shared/domain/verdict-rules.ts";
import { machines } from "./verdict-table-machines.ts";
import { people } from "./verdict-table-people.ts";
import { situations } from "./verdict-table-situations.ts";

/** An open or click and what is around it. Where nothing is said: two hours after the delivery, from a network of nobody's. */
export interface LabelledCase {
  expected: Verdict;
  type: "open" | "click";
  userAgent?: string;
  ipAddress?: string;
  isBotEvent?: "Likely" | "Unlikely";
  /** Before the delivery when below 0. */
  msAfterDelivery?: number;
  /** Clicks on other links by the same agent, so many ms after this event. */
  otherClicksAfterMs?: readonly number[];
  /** There is no delivery event; the time counts from the sending. */
  isDeliveryUnknown?: true;
  source: string;
}

export const verdictTable: readonly LabelledCase[] = [...people, ...machines, ...situations];
