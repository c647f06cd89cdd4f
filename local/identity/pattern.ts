// The wildcards and variables of IAM policies: `*`, `?`, `${aws:PrincipalAccount}`. No statement logic.

/** Looks up a condition key of the request, whatever its case; absent keys give undefined. */
export type KeyLookup = (key: string) => string | undefined;

interface PatternOptions {
  ignoreCase?: boolean;
  lookup?: KeyLookup;
}

const escapeRegExp = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`. */
const variable = /\$\{([^}]*)\}/g;

function valueOf(reference: string, lookup: KeyLookup | undefined): string | undefined {
  if (["*", "?", "$"].includes(reference)) return reference;
  const [key = "", fallback] = reference.split(",").map((part) => part.trim());
  return lookup?.(key) ?? fallback?.replaceAll("'", "");
}

/** Replaces a policy's variables; a variable without a value makes the whole string match nothing: undefined. */
export function substituteVariables(text: string, lookup: KeyLookup): string | undefined {
  let isComplete = true;
  const result = text.replaceAll(variable, (_, reference: string) => {
    const value = valueOf(reference, lookup);
    isComplete &&= value !== undefined;
    return value ?? "";
  });
  return isComplete ? result : undefined;
}

/** Whether a policy's string with `*` and `?` matches a value. What a variable brings in is taken literally. */
export function matchesWildcard(pattern: string, value: string, options: PatternOptions = {}): boolean {
  let source = "";
  let end = 0;
  const wild = (text: string) =>
    escapeRegExp(text)
      .replaceAll(String.raw`\*`, ".*")
      .replaceAll(String.raw`\?`, ".");
  for (const match of pattern.matchAll(variable)) {
    const replacement = valueOf(match[1] ?? "", options.lookup);
    if (replacement === undefined) return false;
    source += wild(pattern.slice(end, match.index)) + escapeRegExp(replacement);
    end = match.index + match[0].length;
  }
  source += wild(pattern.slice(end));
  return new RegExp(`^${source}$`, options.ignoreCase ? "is" : "s").test(value);
}

const arnPartCount = 6;

const arnParts = (arn: string) => {
  const parts = arn.split(":");
  return [...parts.slice(0, arnPartCount - 1), parts.slice(arnPartCount - 1).join(":")];
};

/** ARN operators match each of the six parts by itself, so a `*` does not reach over a colon before the resource. */
export function matchesArn(pattern: string, arn: string, lookup?: KeyLookup): boolean {
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  if (wanted.length !== actual.length) return false;
  return wanted.every((part, index) => matchesWildcard(part, actual[index] ?? "", lookup ? { lookup } : {}));
}

/** A policy's JSON lets one value stand for a list of one. */
export const listOf = <Value>(value: Value | Value[] | undefined): Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
