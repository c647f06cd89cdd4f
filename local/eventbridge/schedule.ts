// Schedule expressions of rules, in UTC: rate(…) and cron(…). L, W and # of cron are left out, by name.
// Source: EventBridge user guide, "Setting a schedule pattern for scheduled rules (legacy)".
import { AwsError, unsupported } from "../protocol.ts";

/** The first time after `afterMs`, ms since the epoch; undefined when there is none any more. */
export type Schedule = (afterMs: number) => number | undefined;

const minuteMs = 60_000;
const unitMs: Record<string, number> = { minute: minuteMs, hour: 60 * minuteMs, day: 24 * 60 * minuteMs };

const invalid = (expression: string) =>
  new AwsError("ValidationException", `Parameter ScheduleExpression is not valid: ${expression}`);

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface CronField {
  least: number;
  most: number;
  /** Names of the values, the first being `least`. */
  names?: string[];
}

/** In the order they are written; Sunday is 1. */
const cronFields = {
  minute: { least: 0, most: 59 },
  hour: { least: 0, most: 23 },
  dayOfMonth: { least: 1, most: 31 },
  month: { least: 1, most: 12, names: monthNames },
  dayOfWeek: { least: 1, most: 7, names: dayNames },
  year: { least: 1970, most: 2199 },
} satisfies Record<string, CronField>;

type CronFieldName = keyof typeof cronFields;

function parseCronField(text: string, { least, most, names }: CronField, expression: string): Set<number> {
  const readNumber = (part: string): number => {
    const named = names?.indexOf(part.toUpperCase()) ?? -1;
    const number = named >= 0 ? named + least : Number(part);
    if (!Number.isInteger(number) || number < least || number > most || part === "") throw invalid(expression);
    return number;
  };
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [range = "", step = "1"] = item.split("/");
    const [from = "", to] = range.split("-");
    const isAny = range === "*" || range === "?";
    const first = isAny ? least : readNumber(from);
    const last = isAny || (to === undefined && item.includes("/")) ? most : readNumber(to ?? from);
    if (!/^[1-9]\d*$/.test(step) || last < first) throw invalid(expression);
    for (let value = first; value <= last; value += Number(step)) values.add(value);
  }
  return values;
}

function parseCron(expression: string, body: string): Schedule {
  const parts = body.trim().split(/\s+/);
  const names = Object.keys(cronFields) as CronFieldName[];
  if (parts.length !== names.length) throw invalid(expression);
  const [, , dayOfMonth = "", , dayOfWeek = ""] = parts;
  if (/[LW]/i.test(dayOfMonth) || /#|\dL$|^L$/i.test(dayOfWeek)) throw unsupported(`L, W or # in ${expression}`);
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) throw invalid(expression);
  const fields = Object.fromEntries(
    names.map((name, index) => [name, parseCronField(parts[index] ?? "", cronFields[name], expression)]),
  ) as Record<CronFieldName, Set<number>>;

  const isDay = (date: Date) =>
    fields.dayOfMonth.has(date.getUTCDate()) &&
    fields.month.has(date.getUTCMonth() + 1) &&
    fields.dayOfWeek.has(date.getUTCDay() + 1);

  return (afterMs) => {
    const lastYear = Math.max(...fields.year);
    const date = new Date((Math.floor(afterMs / minuteMs) + 1) * minuteMs);
    while (date.getUTCFullYear() <= lastYear) {
      if (!fields.year.has(date.getUTCFullYear())) date.setTime(Date.UTC(date.getUTCFullYear() + 1, 0));
      else if (!isDay(date)) date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
      else if (!fields.hour.has(date.getUTCHours())) date.setUTCHours(date.getUTCHours() + 1, 0);
      else if (!fields.minute.has(date.getUTCMinutes())) date.setUTCMinutes(date.getUTCMinutes() + 1);
      else return date.getTime();
    }
    return undefined;
  };
}

/**
 * A rate counts from when it is asked; the singular goes with 1 alone, as AWS insists.
 * @throws AwsError `ValidationException`
 */
export function parseSchedule(expression: string): Schedule {
  const [, amount, unit = "", plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (amount !== undefined) {
    const stepMs = Number(amount) * (unitMs[unit] ?? 0);
    if (stepMs === 0 || (Number(amount) === 1) !== (plural === "")) throw invalid(expression);
    return (afterMs) => afterMs + stepMs;
  }
  const body = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (body === undefined) throw invalid(expression);
  return parseCron(expression, body);
}
