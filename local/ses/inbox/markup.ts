// HTML text that is safe by construction: whatever is put into the template is escaped, unless it is markup itself.
// Mail content is hostile; every page of the inbox is written with this.

export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | false | readonly Markup[];

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}

/** `html`…${text}…``: escapes strings and numbers, takes markup and lists of it as they are. Attributes must be quoted. */
export const html = (literals: TemplateStringsArray, ...parts: Part[]): Markup => ({
  markup: literals.reduce((page, literal, index) => `${page}${render(parts[index - 1])}${literal}`),
});
