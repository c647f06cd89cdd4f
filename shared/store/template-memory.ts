// Versions of templates that a process has read: they never change, so what was read once holds.
import type { StoredTemplate } from "./template-items.ts";

/** At most so many are remembered, of at most so many characters. */
const maxRemembered = 200;
const maxRememberedLength = 8_000_000;

/** What was read last, by key, within both bounds; the oldest goes first. */
export function createTemplateMemory() {
  const remembered = new Map<string, StoredTemplate>();
  let length = 0;
  const lengthOf = ({ subject, html = "", text = "" }: StoredTemplate): number =>
    subject.length + html.length + text.length;

  return async (key: string, read: () => Promise<StoredTemplate>): Promise<StoredTemplate> => {
    const known = remembered.get(key);
    if (known) return known;
    const template = await read();
    if (remembered.has(key)) return remembered.get(key)!;
    remembered.set(key, template);
    length += lengthOf(template);
    for (const [oldest, value] of remembered) {
      if (remembered.size <= maxRemembered && length <= maxRememberedLength) break;
      remembered.delete(oldest);
      length -= lengthOf(value);
    }
    return template;
  };
}
