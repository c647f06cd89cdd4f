// A list of the API as a file, in the forms that the API gives it.
import type { ExportFormat, nextCursorHeader } from "../../../shared/contract/api/export.ts";
import { readBody } from "../lib/export-file.ts";
import { dayOf } from "../lib/time.ts";
import { type ExportKind, ExportButtons } from "./export-buttons.tsx";

/** Its type holds it to the contract, whose schemas stay out of the browser. */
const cursorHeader: typeof nextCursorHeader = "x-next-cursor";

const types = { csv: "text/csv", ndjson: "application/x-ndjson" } as const satisfies Record<ExportFormat, string>;

/** Of one part of the file. */
export interface FilePart {
  format: ExportFormat;
  cursor: string | undefined;
  signal: AbortSignal;
}

/**
 * @param props.begin answers how the parts of a file are fetched; called when one is begun, so that what is chosen meanwhile
 *   does not change it
 */
export function FileExport(props: { name: string; begin: () => (part: FilePart) => Promise<Response> }) {
  const kindOf = (format: ExportFormat): ExportKind => {
    let fetchPart: ReturnType<typeof props.begin> | undefined;
    return {
      name: format.toUpperCase(),
      fileName: () => `${props.name}-${dayOf(Date.now())}.${format}`,
      type: types[format],
      fetchPart: async (cursor, { signal, onBytes }) => {
        if (cursor === undefined || !fetchPart) fetchPart = props.begin();
        const response = await fetchPart({ format, cursor, signal });
        return {
          part: await readBody(response, onBytes),
          next: response.headers.get(cursorHeader) ?? undefined,
        };
      },
    };
  };
  return (
    <ExportButtons label={<span class="text-sm text-muted">Export</span>} kinds={[kindOf("csv"), kindOf("ndjson")]} />
  );
}
