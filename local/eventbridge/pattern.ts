// Event patterns: reading one, and deciding whether an event matches. The operators on a single field: pattern-operators.ts.
import { invalidPattern, parseFieldTest, reservedNames, type FieldTest, type Scalar } from "./pattern-operators.ts";

/** One alternative of a pattern: every field's tests, any of which is enough for that field. */
type Alternative = Map<string, FieldTest[]>;

/** A pattern that was read; `$or` has become a list of alternatives. */
export interface EventPattern {
  /** As it was written, for those who ask. */
  source: Record<string, unknown>;
  alternatives: Alternative[];
}

/** A leaf of an event, with the place that it has in each array around it. */
interface Leaf {
  value: Scalar;
  places: Map<unknown, number>;
}

const maximumAlternatives = 1000;

/** Field names may hold dots themselves, so paths are joined by what no JSON text contains unescaped. */
const join = (path: string, name: string) => `${path}\u0000${name}`;

function parseOr(alternatives: Alternative[], path: string, value: unknown): Alternative[] {
  if (!Array.isArray(value)) throw invalidPattern("It must be an Array followed with $or.");
  if (value.length < 2) throw invalidPattern("There must have at least 2 Objects in $or relationship.");
  const branches = value.flatMap((branch: unknown) =>
    parseFields(
      alternatives.map((alternative) => new Map(alternative)),
      path,
      branch,
      true,
    ),
  );
  if (branches.length > maximumAlternatives)
    throw invalidPattern(`The pattern has more than ${maximumAlternatives} combinations of $or.`);
  return branches;
}

function parseFields(alternatives: Alternative[], path: string, value: unknown, inOr: boolean): Alternative[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidPattern(
      inOr ? "Only JSON object is allowed in array of $or relationship." : "Filter is not an object",
    );
  const fields = Object.entries(value);
  if (fields.length === 0) throw invalidPattern("Empty objects are not allowed");
  let result = alternatives;
  for (const [name, content] of fields) {
    if (name === "$or") {
      result = parseOr(result, path, content);
      continue;
    }
    if (inOr && reservedNames.has(name))
      throw invalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    if (Array.isArray(content)) {
      if (content.length === 0) throw invalidPattern("Empty arrays are not allowed");
      const tests = content.map(parseFieldTest);
      for (const alternative of result) alternative.set(join(path, name), tests);
    } else if (typeof content === "object" && content !== null) {
      result = parseFields(result, join(path, name), content, inOr);
    } else {
      throw invalidPattern(`"${name}" must be an object or an array`);
    }
  }
  return result;
}

/**
 * Reads a pattern, given as JSON text or as the object of a template.
 * @throws AwsError `InvalidEventPatternException`
 */
export function parsePattern(pattern: unknown): EventPattern {
  let source = pattern;
  if (typeof pattern === "string") {
    try {
      source = JSON.parse(pattern);
    } catch (error) {
      throw invalidPattern((error as Error).message);
    }
  }
  return { alternatives: parseFields([new Map()], "", source, false), source: source as Record<string, unknown> };
}

function collectLeaves(value: unknown, path: string, places: Map<unknown, number>, leaves: Map<string, Leaf[]>): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const isLeaf = typeof item !== "object" || item === null;
      collectLeaves(item, path, isLeaf ? places : new Map(places).set(value, index), leaves);
    }
    return;
  }
  if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) collectLeaves(item, join(path, name), places, leaves);
    return;
  }
  const leaf = { value: value as Scalar, places };
  const known = leaves.get(path);
  if (known) known.push(leaf);
  else leaves.set(path, [leaf]);
}

/** Both places together, unless they are different elements of the same array. */
function unite(a: Map<unknown, number>, b: Map<unknown, number>): Map<unknown, number> | undefined {
  for (const [array, index] of b) if ((a.get(array) ?? index) !== index) return undefined;
  return new Map([...a, ...b]);
}

/** Fields inside one array must match within the same element of it; so all fields are tried together, in name order. */
function matchesFrom(
  fields: [path: string, tests: FieldTest[]][],
  leaves: Map<string, Leaf[]>,
  places: Map<unknown, number>,
): boolean {
  const [field, ...others] = fields;
  if (!field) return true;
  const [path, tests] = field;
  let isPresent = false;
  for (const leaf of leaves.get(path) ?? []) {
    const united = unite(places, leaf.places);
    if (!united) continue;
    isPresent = true;
    const isMatch = tests.some((test) => test.kind === "value" && test.matches(leaf.value));
    if (isMatch && matchesFrom(others, leaves, united)) return true;
  }
  return !isPresent && tests.some(({ kind }) => kind === "absent") && matchesFrom(others, leaves, places);
}

/**
 * Whether an event matches a pattern: all fields of the pattern, each by any of its values; an array in the event
 * matches if any of its elements does. `exists` looks at leaves only.
 */
export function matchesPattern(pattern: EventPattern, event: object): boolean {
  const leaves = new Map<string, Leaf[]>();
  collectLeaves(event, "", new Map(), leaves);
  return pattern.alternatives.some((alternative) => {
    const fields = [...alternative].sort(([a], [b]) => (a < b ? -1 : 1));
    return matchesFrom(fields, leaves, new Map());
  });
}
