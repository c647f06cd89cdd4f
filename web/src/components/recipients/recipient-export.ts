// All that is stored of an address, as one JSON file made of the parts in which the API gives it.
import type { RecipientExport } from "../../../../shared/contract/api/recipient-rights.ts";
import { exportRecipient } from "../../lib/api.ts";
import { dayOf } from "../../lib/time.ts";
import type { ExportKind } from "../export-buttons.tsx";

const readText = async (part: Blob): Promise<RecipientExport> => JSON.parse(await part.text()) as RecipientExport;

/** What only the first part has, and the lists of all of them. */
async function join(parts: readonly Blob[]): Promise<Blob[]> {
  const pages = await Promise.all(parts.map(readText));
  const { cursor: _cursor, ...first } = pages[0] ?? {};
  const whole = {
    ...first,
    outcomes: pages.flatMap(({ outcomes }) => outcomes),
    furtherEvents: pages.flatMap(({ furtherEvents }) => furtherEvents),
    sentMail: pages.flatMap(({ sentMail }) => sentMail),
    bulks: pages.flatMap(({ bulks }) => bulks),
    contents: pages.flatMap(({ contents }) => contents),
  };
  return [new Blob([JSON.stringify(whole, null, 2)])];
}

export const recipientExport = (address: string): ExportKind => ({
  name: "Export all data",
  fileName: () => `${address.replaceAll(/[^\w.@+-]/g, "_")}-${dayOf(Date.now())}.json`,
  type: "application/json",
  fetchPart: async (cursor, { signal, onBytes }) => {
    const response = await exportRecipient(address, cursor, signal);
    const text = await response.text();
    onBytes(text.length);
    return { part: new Blob([text]), next: (JSON.parse(text) as RecipientExport).cursor };
  },
  join,
});
