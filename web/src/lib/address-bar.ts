// What the address bar says, read forgivingly: people paste and shorten addresses.
import type { Period } from "../../../shared/contract/api/period.ts";
import { periods } from "./time.ts";

/** A query parameter; the first, when it is given several times. */
export const oneOf = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value) || undefined;

type Parameters = Record<string, string | string[] | undefined>;

/** A parameter that is one of these words; undefined where it is none. */
export const wordOf = <Word extends string>(
  value: string | string[] | undefined,
  words: readonly Word[],
): Word | undefined => words.find((word) => word === oneOf(value));

const dayPattern = /^\d{4}-\d\d-\d\d$/;

const dayOf = (value: string | string[] | undefined): string | undefined => {
  const text = oneOf(value);
  return text !== undefined && dayPattern.test(text) ? text : undefined;
};

/** A period by its name, or first and last day; both days inclusive. */
export interface PeriodChoice {
  period?: Period | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Days stand before a name: who gives both has changed the days. */
export function periodOf(parameters: Parameters): PeriodChoice {
  const [from, to] = [dayOf(parameters["from"]), dayOf(parameters["to"])];
  return from || to ? { from, to } : { period: wordOf(parameters["period"], periods) };
}
