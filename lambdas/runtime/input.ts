// Unknown input → typed input, or an error that says where it is wrong and what to write instead.
import * as v from "valibot";
import { AppError, type ErrorDetail } from "../../shared/contract/error.ts";

/** Where the value came from; members of a body are named without it (`to[0]`), others with it (`query.from`). */
export type InputPlace = "body" | "query" | "path";

/** Of more values than these the first fault alone is told: all faults of a million values take minutes to find. */
const maxValuesExplained = 2000;

/**
 * @throws AppError `invalid_request` whose details name every wrong field, or of a large value the first
 */
export function parseInput<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  place: InputPlace,
): v.InferOutput<Schema> {
  if (place === "body" && value === undefined)
    throw new AppError("invalid_request", "The request needs a JSON body.", {
      details: [{ path: "body", message: "is missing" }],
    });
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const { issues = parsed.issues } = isLarge(value) ? parsed : v.safeParse(schema, value);
  throw invalidInput(issues.flatMap((issue) => detailsOf(issue, place)));
}

function isLarge(whole: unknown): boolean {
  let left = maxValuesExplained;
  const look = (value: unknown): boolean => {
    left -= 1;
    return left < 0 || (typeof value === "object" && value !== null && Object.values(value).some(look));
  };
  return look(whole);
}

/** The error for input whose fault only the handler can see. */
export const invalidInput = (details: ErrorDetail[], cause?: unknown): AppError =>
  new AppError("invalid_request", details.map(({ path, message }) => `${path} ${message}`).join("; ") + ".", {
    details,
    ...(cause === undefined ? {} : { cause }),
  });

type Path = readonly { key: unknown }[];

/**
 * Of a value that may be of several kinds and is nearly one of them, a list or an object, what is wrong inside of it: who has
 * given a list of fifty wants to know which.
 */
function detailsOf(issue: v.BaseIssue<unknown>, place: InputPlace, around: Path = []): ErrorDetail[] {
  const path: Path = [...around, ...(issue.path ?? [])];
  const inside = issue.type === "union" ? (issue.issues ?? []).filter((one) => one.path !== undefined) : [];
  if (inside.length > 0) return inside.flatMap((one) => detailsOf(one, place, path));
  const text = path.reduce(
    (before, { key }) => (typeof key === "number" ? `${before}[${key}]` : before ? `${before}.${key}` : String(key)),
    place === "body" ? "" : place,
  );
  return [{ path: text || place, message: messageOf(issue) }];
}

/** Our schemas' own messages as they are; for the library's, words that say what to do. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  const isLibraryText = issue.message.startsWith("Invalid ");
  if (issue.type === "strict_object" && issue.expected === "never") return "is not a known field";
  if (issue.received === "undefined" && issue.kind === "schema") return "is required";
  if (!isLibraryText) return issue.message;
  if (issue.kind === "schema") return `must be ${article(issue.expected ?? "something else")}, not ${issue.received}`;
  const { type, requirement } = issue as { type: string; requirement?: unknown };
  if (type === "max_length") return `must be at most ${String(requirement)} characters`;
  return `is not valid: expected ${issue.expected ?? "something else"}, got ${issue.received}`;
}

const article = (expected: string): string => {
  const name = { Array: "a list", Object: "an object", boolean: "true or false" }[expected];
  return name ?? `a ${expected}`;
};
