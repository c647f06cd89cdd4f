// Opens and clicks in a few words.
import type { EngagementView } from "../../../shared/contract/api/events.ts";
import { showCount } from "./number.ts";

const times = (count: number, one: string): string => `${showCount(count)} ${one}${count === 1 ? "" : "s"}`;

/** `5 opens, 2 by persons`; empty where there is none. */
export function engagementText({ total, byPersons }: EngagementView, one: "open" | "click"): string {
  if (total === 0) return "";
  const persons = byPersons?.total ?? total;
  if (persons === total) return times(total, one);
  return `${times(total, one)}, ${persons === 0 ? "none" : showCount(persons)} by persons`;
}
