// One text for one JSON value, whatever order its keys are in: the last tie-break of every merge.

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** JSON with sorted keys. A database hands maps back in another order than it was given. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys) ?? "";

/** Orders texts by code unit: the same on every machine, unlike `localeCompare`. */
export const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
