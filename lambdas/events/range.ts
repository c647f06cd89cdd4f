// The range of time that a list or a chart is asked for: what was given, else the defaults, within bounds.
import { defaultRangeDays, maxRangeDays } from "../../shared/contract/api/events.ts";
import { invalidInput } from "../runtime/input.ts";

const dayMs = 86_400_000;
const defaultChartDays = 14;

interface Given {
  from?: string | undefined;
  to?: string | undefined;
}

export interface TimeRange {
  /** Inclusive. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

const isDay = (text: string): boolean => text.length === "2026-11-23".length;

/** @throws AppError `invalid_request` */
export function timeRangeOf({ from, to }: Given, nowMs: number): TimeRange {
  // One more than now, so that what is happening now is in.
  const toMs = to === undefined ? nowMs + 1 : Date.parse(to) + (isDay(to) ? dayMs : 0);
  const fromMs = from === undefined ? toMs - defaultRangeDays * dayMs : Date.parse(from);
  assertOrder(fromMs < toMs);
  assertLength((toMs - fromMs) / dayMs);
  return { fromMs, toMs };
}

/** UTC days, both inclusive. @throws AppError `invalid_request` */
export function dayRangeOf({ from, to }: Given, nowMs: number): { fromDay: string; toDay: string } {
  const toDay = to ?? dayOf(nowMs);
  const fromDay = from ?? dayOf(Date.parse(toDay) - (defaultChartDays - 1) * dayMs);
  assertOrder(fromDay <= toDay);
  assertLength((Date.parse(toDay) - Date.parse(fromDay)) / dayMs + 1);
  return { fromDay, toDay };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function assertOrder(isRight: boolean): void {
  if (!isRight) throw invalidInput([{ path: "query.from", message: "must be before query.to" }]);
}

function assertLength(days: number): void {
  if (days > maxRangeDays)
    throw invalidInput([{ path: "query.from", message: `must be within ${maxRangeDays} days of query.to` }]);
}
