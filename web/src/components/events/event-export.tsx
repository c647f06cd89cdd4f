// The events that the filters let through, as a file.
import type { nextCursorHeader } from "../../../../shared/contract/api/export.ts";
import { type EventFilter, exportEvents } from "../../lib/api.ts";
import { readBody } from "../../lib/export-file.ts";
import { dayOf } from "../../lib/time.ts";
import { type ExportKind, ExportButtons } from "../export-buttons.tsx";

/** Its type holds it to the contract, whose schemas stay out of the browser. */
const cursorHeader: typeof nextCursorHeader = "x-next-cursor";

export function EventExport(props: { filter: EventFilter }) {
  const kindOf = (format: "csv" | "ndjson", type: string): ExportKind => {
    let begun: EventFilter | undefined;
    return {
      name: format.toUpperCase(),
      fileName: () => `events-${dayOf(Date.now())}.${format}`,
      type,
      fetchPart: async (cursor, { signal, onBytes }) => {
        // Filters may change meanwhile; a file is of those it began with.
        begun = cursor === undefined ? props.filter : (begun ?? props.filter);
        const response = await exportEvents(begun, { format, cursor, signal });
        return {
          part: await readBody(response, onBytes),
          next: response.headers.get(cursorHeader) ?? undefined,
        };
      },
    };
  };
  return (
    <ExportButtons
      label={<span class="text-sm text-muted">Export</span>}
      kinds={[kindOf("csv", "text/csv"), kindOf("ndjson", "application/x-ndjson")]}
    />
  );
}
