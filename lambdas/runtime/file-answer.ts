// A list as a file: CSV or NDJSON. An answer of a function ends at 6 MB, so a file comes in several, each of which says
// where the next one is; one behind the other they are the file.
import { nextCursorHeader, type ExportFormat } from "../../shared/contract/api/export.ts";
import { csvLine } from "./csv.ts";
import type { ApiRequest, ApiResponse } from "./http.ts";

export interface FileLimits {
  /** Of an answer, as the JSON that Lambda hands to API Gateway; the page that reaches it is still in. */
  maxBytes: number;
  /** After so long no further page is read. */
  maxMs: number;
}

/**
 * Lambda's answer may have 6 MB (Lambda quotas), and API Gateway waits 30 s for it. The largest page there is, of 100 events
 * with all the tags that fit, is some 2 MB.
 */
export const fileLimits: FileLimits = { maxBytes: 4_000_000, maxMs: 8000 };

export interface ListedFile<Row> {
  /** Of the file, without its ending. */
  name: string;
  /** Of the route. */
  path: string;
  format: ExportFormat;
  /** In the order of the file. */
  columns: Record<string, (row: Row) => string | null | undefined>;
  /** From where the request's cursor says; each call goes on where the last one ended. */
  nextPage: () => Promise<{ rows: readonly Row[]; cursor?: string | undefined }>;
}

export async function answerFile<Row>(
  request: ApiRequest,
  { name, path, format, columns, nextPage }: ListedFile<Row>,
  { maxBytes, maxMs, clock }: FileLimits & { clock: () => number },
): Promise<ApiResponse> {
  const startedMs = clock();
  const isBeginning = request.query["cursor"] === undefined;
  const lines = isBeginning && format === "csv" ? [csvLine(Object.keys(columns))] : [];
  const lineOf = (row: Row): string =>
    format === "csv"
      ? csvLine(Object.values(columns).map((valueOf) => valueOf(row) ?? ""))
      : `${JSON.stringify(row)}\n`;
  let sizeBytes = 0;
  let next: string | undefined;
  do {
    const { rows, cursor } = await nextPage();
    const added = rows.map(lineOf);
    lines.push(...added);
    sizeBytes += added.reduce((sum, line) => sum + encodedBytes(line), 0);
    next = cursor;
  } while (next !== undefined && sizeBytes < maxBytes && clock() - startedMs < maxMs);

  return {
    status: 200,
    text: lines.join(""),
    headers: {
      "content-type": contentType[format],
      "content-disposition": `attachment; filename="${name}.${format}"`,
      ...(next === undefined ? {} : nextHeaders(request, path, next)),
    },
  };
}

/** As a part of a JSON text in UTF-8. */
const encodedBytes = (line: string): number => new TextEncoder().encode(JSON.stringify(line)).length;

const contentType: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

function nextHeaders({ baseUrl, query }: ApiRequest, path: string, cursor: string): Record<string, string> {
  const given = Object.entries({ ...query, cursor }).filter((entry): entry is [string, string] => !!entry[1]);
  return {
    [nextCursorHeader]: cursor,
    link: `<${baseUrl}${path}?${new URLSearchParams(given)}>; rel="next"`,
  };
}
