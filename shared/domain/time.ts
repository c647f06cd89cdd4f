// Reads the spellings of time that occur in SES events. No clock: an unreadable time is never replaced.

const spelling = /^([12]\d{3}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ?(?:Z|([+-])(\d\d):?(\d\d))?$/;

const minuteMs = 60_000;

/**
 * ISO 8601 UTC with milliseconds, or undefined. Takes `Z`, offsets (`-07:00`, ` +0000`), seconds or fractions of them (cut to
 * milliseconds). Without an offset a time is UTC, as SES means it. A day that no calendar has is no time.
 */
export const normalizeTime = (text: string): string | undefined => {
  const match = spelling.exec(text);
  if (!match) return undefined;
  const [, day, time, fraction = "", sign, hours = "0", minutes = "0"] = match;
  const local = `${day}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
  const localMs = Date.parse(local);
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== local) return undefined;
  const offsetMinutes = Number(hours) * 60 + Number(minutes);
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return new Date(localMs + (sign === "-" ? offsetMinutes : -offsetMinutes) * minuteMs).toISOString();
};
