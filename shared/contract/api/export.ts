// GET /events/export: a list of events as CSV or NDJSON, in answers of a few megabytes each.
import * as v from "valibot";
import { cursorText, eventFilters } from "./events.ts";

export const exportFormats = ["csv", "ndjson"] as const;

export type ExportFormat = (typeof exportFormats)[number];

export const exportFormat = v.picklist(exportFormats, `must be one of ${exportFormats.join(", ")}`);

export const exportEventsQuery = v.strictObject({
  ...eventFilters,
  format: exportFormat,
  cursor: v.optional(cursorText),
});

export type ExportEventsQuery = v.InferOutput<typeof exportEventsQuery>;

/** Holds the next answer's cursor; its whole address is in the `link` header. Absent on the last. */
export const nextCursorHeader = "x-next-cursor";
