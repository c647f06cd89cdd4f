// How Handlebars looks at values: what a name finds in one, what counts as empty, how one is written.

/** Own members alone: nothing that data inherit can be reached. Undefined where there is none. */
export function ownMember(value: unknown, name: string): unknown {
  if (value === undefined || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

export const isMissing = (value: unknown): value is undefined => value === undefined || typeof value === "function";

/** What `with` takes for nothing: not 0. */
export const isEmpty = (value: unknown): boolean =>
  (!value && value !== 0) || (Array.isArray(value) && value.length === 0);

/** Undefined where a JSON value has no text of its own: an object, or a list of such. */
export function textOf(value: unknown): string | undefined {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return undefined;
  const isFlat = value.every((item) => typeof item !== "object" || item === null);
  return isFlat ? value.join(",") : undefined;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
  "`": "&#x60;",
  "=": "&#x3D;",
};

/** As Handlebars escapes, which is more than HTML needs: safe in attributes without quotes too. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"'`=]/g, (char) => entities[char] ?? char);
