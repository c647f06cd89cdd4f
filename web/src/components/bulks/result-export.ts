// What became of everyone, or of those with one status, as one CSV file made of the pages in which the API gives it.
import type { BulkRecipientStatus, BulkRecipientView, maxBulkResults } from "../../../../shared/contract/api/bulk.ts";
import { readSomeResults } from "../../lib/bulks-api.ts";
import { csvLine } from "../../../../shared/contract/csv.ts";
import type { ExportKind } from "../export-buttons.tsx";

/** Its type holds it to the contract, whose schemas stay out of the browser. */
const partSize: typeof maxBulkResults = 500;

const columns = ["recipient", "status", "messageId", "reason", "list", "since", "code", "message"] as const;

const toLine = (result: BulkRecipientView): string => {
  const values = result as unknown as Record<(typeof columns)[number], string | undefined>;
  return csvLine(columns.map((name) => values[name] ?? ""));
};

export const resultExport = (bulkId: string, status: BulkRecipientStatus | undefined): ExportKind => ({
  name: "CSV",
  fileName: () => `${bulkId}${status === undefined ? "" : `-${status}`}.csv`,
  type: "text/csv",
  fetchPart: async (cursor, { onBytes }) => {
    const page = await readSomeResults({ bulkId, status, cursor }, partSize);
    const text = (cursor === undefined ? csvLine(columns) : "") + page.items.map(toLine).join("");
    onBytes(text.length);
    return { part: new Blob([text]), next: page.cursor };
  },
});
