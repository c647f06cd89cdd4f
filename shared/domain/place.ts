// Reads untrusted JSON by path, so that every refusal can say where. Knows nothing of SES.
import { normalizeTime } from "./time.ts";
import { clip } from "./clip.ts";

/** A value and where it was found: `Records[0].body.detail.mail`; the empty path is the input itself. */
export interface Place {
  value: unknown;
  path: string;
}

/** A field that cannot be read. Its message names the path and never quotes the value: it may be somebody's address. */
export class FieldError extends Error {
  readonly path: string;
  readonly problem: string;

  constructor({ path }: Place, problem: string) {
    super(`${path === "" ? "the input" : path} ${problem}`);
    this.name = "FieldError";
    this.path = path === "" ? "$" : path;
    this.problem = problem;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The place of an object's own field; what an object merely inherits is not there. */
export const at = ({ value, path }: Place, key: string): Place => ({
  value: isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined,
  path: path === "" ? key : `${path}.${key}`,
});

export const has = ({ value }: Place, key: string): boolean => isObject(value) && Object.hasOwn(value, key);

/** The places of an array's items; none when it is no array. */
export const itemsOf = ({ value, path }: Place): Place[] =>
  Array.isArray(value) ? value.map((item: unknown, index) => ({ value: item, path: `${path}[${index}]` })) : [];

/** The places of an object's own fields, without the one whose name would set a prototype when copied. */
export const entriesOf = (place: Place): [string, Place][] =>
  isObject(place.value)
    ? Object.keys(place.value)
        .filter((key) => key !== "__proto__")
        .map((key) => [key, at(place, key)])
    : [];

const refuse = (place: Place, expected: string): never => {
  throw new FieldError(place, place.value === undefined ? "is missing" : `is not ${expected}`);
};

/** @throws FieldError */
export const parseObject = (place: Place): Place => (isObject(place.value) ? place : refuse(place, "an object"));

/** @throws FieldError when it is no list, or holds more than `max` items. */
export const parseList = (place: Place, max: number): Place[] => {
  if (!Array.isArray(place.value)) return refuse(place, "a list");
  if (place.value.length > max) throw new FieldError(place, `holds more than ${max} items`);
  return itemsOf(place);
};

/** @throws FieldError when it is no text, or empty. */
export const parseText = (place: Place): string =>
  typeof place.value === "string" && place.value !== "" ? place.value : refuse(place, "a text");

/** @throws FieldError when it is no time; it is never replaced by another. */
export const parseTime = (place: Place): string => findTime(place) ?? refuse(place, "an ISO 8601 time");

export const findTime = ({ value }: Place): string | undefined =>
  typeof value === "string" ? normalizeTime(value) : undefined;

/** An optional text, of at most `maxBytes`; absent when empty or no text. */
export const findText = ({ value }: Place, maxBytes: number): string | undefined =>
  typeof value === "string" && value !== "" ? clip(value, maxBytes) : undefined;

export const findNumber = ({ value }: Place): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** JSON may arrive as text inside JSON, even twice; more often than this is nobody's format. */
const maxWrappings = 3;

/** The place with its text parsed as JSON, or undefined when it is text and no JSON. */
export const findJson = ({ value, path }: Place): Place | undefined => {
  let current = value;
  for (let wrapping = 0; wrapping < maxWrappings && typeof current === "string"; wrapping += 1)
    try {
      current = JSON.parse(current) as unknown;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  return typeof current === "string" ? undefined : { value: current, path };
};
