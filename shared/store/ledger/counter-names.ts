// Under which item and name things are counted: counters share few and small items, as a transaction pays twice for each
// kilobyte of each. Names are stored: letters may be added, never given to another counter.
import type { Counter } from "../../domain/contribution.ts";

const letters: Record<Counter, string> = {
  send: "s",
  delivery: "d",
  bounce: "b",
  complaint: "c",
  reject: "r",
  open: "o",
  click: "k",
  renderingFailure: "f",
  deliveryDelay: "l",
  subscription: "u",
  automaticReply: "a",
  openByPerson: "p",
  clickByPerson: "q",
  sent: "S",
  delivered: "D",
  bouncedHard: "H",
  bouncedSoft: "B",
  complained: "C",
  opened: "O",
  clicked: "K",
  openedByPersons: "P",
  clickedByPersons: "Q",
};

const counterOfLetter = new Map(Object.entries(letters).map(([counter, letter]) => [letter, counter as Counter]));

/** Half hours of a quarter of a day share an item. */
const hoursOfItem = 6;
const slotsOfItem = 2 * hoursOfItem;
const halfHourMs = 1_800_000;

const itemHour = (hour: number): string => String(hour - (hour % hoursOfItem)).padStart(2, "0");

export interface CounterPlace {
  sk: string;
  /** The name that it has there. */
  name: string;
}

/** @param bucket `H#2026-11-23T08:30` */
export function halfHourPlace(bucket: string, counter: Counter): CounterPlace {
  const hour = Number(bucket.slice(13, 15));
  const slot = 2 * (hour % hoursOfItem) + (bucket.endsWith("30") ? 1 : 0);
  return { sk: `${bucket.slice(0, 13)}${itemHour(hour)}`, name: `${slot.toString(slotsOfItem)}${letters[counter]}` };
}

/** Of the half hour that begins then or before. */
export function halfHourItemSortKey(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `H#${iso.slice(0, 11)}${itemHour(Number(iso.slice(11, 13)))}`;
}

/** When the half hour of a counter began, and which counter it is; undefined for other attributes. */
export function parseHalfHourCounter({ sk, name }: CounterPlace): { atMs: number; counter: Counter } | undefined {
  const counter = counterOfLetter.get(name.slice(1));
  const slot = Number.parseInt(name.slice(0, 1), slotsOfItem);
  if (counter === undefined || Number.isNaN(slot)) return undefined;
  return { atMs: Date.parse(`${sk.slice(2)}:00:00Z`) + slot * halfHourMs, counter };
}

/** Which of a tenant's dimensions: its place in the list of those let in, or what the others share. */
export type DimensionId = string;

/** Dimensions that share an item for each day. */
const dimensionsOfItem = 10;

/** @param place of the dimension in the list, or of the first with its name */
export function dimensionPlace(day: string, id: DimensionId, place: number, counter: Counter): CounterPlace {
  const item = String(Math.floor(place / dimensionsOfItem)).padStart(2, "0");
  return { sk: `X#${day}#${item}`, name: `${id}${letters[counter]}` };
}

/** What the dimensions' items of these days, both inclusive, sort between. */
export const dimensionItemRange = (fromDay: string, toDay: string): [from: string, to: string] => [
  `X#${fromDay}#`,
  `X#${toDay}#~`,
];

/** Undefined for attributes that are no counters of a dimension. */
export function parseDimensionCounter(name: string): { id: DimensionId; counter: Counter } | undefined {
  const [, id, letter] = /^(r?\d+|x)([a-zA-Z])$/.exec(name) ?? [];
  const counter = letter === undefined ? undefined : counterOfLetter.get(letter);
  return id === undefined || counter === undefined ? undefined : { id, counter };
}

/** A counter in words, for reports: `08:30 opened`, `#3 opened`. */
export function describeCounter({ sk, name }: CounterPlace): string {
  const halfHour = sk.startsWith("H#") ? parseHalfHourCounter({ sk, name }) : undefined;
  if (halfHour) return `${new Date(halfHour.atMs).toISOString().slice(11, 16)} ${halfHour.counter}`;
  const dimension = sk.startsWith("X#") ? parseDimensionCounter(name) : undefined;
  return dimension ? `#${dimension.id} ${dimension.counter}` : name;
}
