// What a post to an unsubscribe link asks for.

/** `leave` is what mail programs post by themselves: `List-Unsubscribe=One-Click` (RFC 8058 section 3.2). */
export type Choice = "leave" | "return";

/** A part of a form that has no file: its name, further headers, its value. */
const part = /name="([^"\r\n]{1,40})"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]{0,40})/g;

/** Mail programs send either form (RFC 8058 section 3.2 allows both). */
const fieldsOf = (body: string, contentType: string): Map<string, string> =>
  /^multipart\/form-data\b/i.test(contentType)
    ? new Map([...body.matchAll(part)].map(([, name = "", value = ""]) => [name, value]))
    : new Map(new URLSearchParams(body));

const isSame = (one: string | undefined, other: string): boolean => one?.trim().toLowerCase() === other;

/** Undefined for a body that says neither. */
export function findChoice(body: string, contentType: string): Choice | undefined {
  const fields = new Map([...fieldsOf(body, contentType)].map(([name, value]) => [name.trim().toLowerCase(), value]));
  if (isSame(fields.get("action"), "subscribe")) return "return";
  return isSame(fields.get("list-unsubscribe"), "one-click") ? "leave" : undefined;
}
