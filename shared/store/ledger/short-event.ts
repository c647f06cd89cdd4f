// The events inside an outcome as short JSON and back. What is usual is left out, and what is said twice is said once.
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { OutcomeEvent } from "../../domain/outcome.ts";

/** Milliseconds since the mail was sent; text where a time is not written as we write times. */
export type ShortTime = number | string;

/** Id, type, time, detail, verdict, its reason, style: null for what is not there or usual, and left out at the end. */
export type ShortEvent = readonly unknown[];

type Detail = Record<string, unknown>;

/** Of the details that most events have. Never to be given to another name: items are stored with them. */
const shortNames: Record<string, string> = {
  processingTimeMs: "p",
  smtpResponse: "r",
  reportingMta: "m",
  userAgent: "u",
  ipAddress: "i",
  isBotEvent: "b",
  link: "l",
};

const longNames = Object.fromEntries(Object.entries(shortNames).map(([long, short]) => [short, long]));

export function shortTime(iso: string, sentAt: string): ShortTime {
  const ms = Date.parse(iso) - Date.parse(sentAt);
  return !Number.isNaN(ms) && longTime(ms, sentAt) === iso ? ms : iso;
}

export const longTime = (time: ShortTime, sentAt: string): string =>
  typeof time === "number" ? new Date(Date.parse(sentAt) + time).toISOString() : time;

/** Details and user agents that earlier events have, and the place of the first that has each. */
type Known = Map<string, number>;

const renamed = (detail: Detail, names: Record<string, string>): Detail =>
  Object.fromEntries(Object.entries(detail).map(([name, value]) => [names[name] ?? name, value]));

/** The place of the first event that has the same, or what it is. */
function shortDetail(detail: Detail, place: number, known: Known): Detail | number | null {
  if (Object.keys(detail).length === 0) return null;
  const text = JSON.stringify(detail);
  const same = known.get(text);
  if (same !== undefined) return same;
  known.set(text, place);
  const short = renamed(detail, shortNames);
  const { userAgent } = detail;
  if (typeof userAgent !== "string") return short;
  const sameAgent = known.get(userAgent);
  if (sameAgent === undefined) known.set(userAgent, place);
  return sameAgent === undefined ? short : { ...short, u: sameAgent };
}

/** @param events those before it */
function longDetail(short: Detail | number, events: readonly OutcomeEvent[]): Detail {
  const detailAt = (place: number): Detail => ({ ...events[place]?.detail });
  if (typeof short === "number") return detailAt(short);
  const detail = renamed(short, longNames);
  const { userAgent } = detail;
  if (typeof userAgent === "number") detail["userAgent"] = detailAt(userAgent)["userAgent"];
  return detail;
}

const hexId = /^[0-9a-f]{32}$/;
const shortIdLength = 22;
/** Not of base64 but at an end. */
const otherIdMark = "=";

/** Ids are written in hexadecimal: in base64 they take ten characters less. Others are marked, and stay as they are. */
const shortId = (id: string): string =>
  hexId.test(id) ? btoa(String.fromCharCode(...hexToBytes(id))).slice(0, shortIdLength) : `${otherIdMark}${id}`;

const longId = (id: string): string =>
  id.startsWith(otherIdMark)
    ? id.slice(otherIdMark.length)
    : bytesToHex(Uint8Array.from(atob(id), (char) => char.charCodeAt(0)));

const withoutLastNulls = (values: unknown[]): unknown[] => {
  while (values.at(-1) === null) values.pop();
  return values;
};

const usualStyle = "eventPublishing";

export function toShortEvents(events: readonly OutcomeEvent[], sentAt: string): ShortEvent[] {
  const known: Known = new Map();
  return events.map((event, place) => {
    const { eventId, type, occurredAt, style, detail } = event;
    const judged = "verdict" in event ? [event.verdict, event.verdictReason] : [null, null];
    return withoutLastNulls([
      shortId(eventId),
      type,
      shortTime(occurredAt, sentAt),
      shortDetail(detail as Detail, place, known),
      ...judged,
      style === usualStyle ? null : style,
    ]);
  });
}

export function fromShortEvents(shortEvents: readonly ShortEvent[], sentAt: string): OutcomeEvent[] {
  const events: OutcomeEvent[] = [];
  for (const [eventId, type, time, detail, verdict, verdictReason, style] of shortEvents)
    events.push({
      eventId: longId(eventId as string),
      type,
      occurredAt: longTime(time as ShortTime, sentAt),
      style: style ?? usualStyle,
      detail: typeof detail === "number" || detail ? longDetail(detail as Detail | number, events) : {},
      ...(verdict ? { verdict, verdictReason } : {}),
    } as OutcomeEvent);
  return events;
}
