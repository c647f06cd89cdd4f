// CSV text with a header row → recipients with their data.
import { CsvError, parse } from "csv-parse/sync";
import { maxBulkRecipients } from "../../../shared/contract/api/bulk.ts";
import { clip } from "../../../shared/domain/clip.ts";
import { invalidInput } from "../../runtime/input.ts";

/** A recipient as a request names it: in its own list, or in a line of the CSV. */
export interface GivenRecipient {
  to: string;
  data?: Record<string, unknown> | undefined;
  line?: number;
}

/** The column that is the address; in capitals or not. */
const addressColumn = "email";

/** What is longer is no address, and is told by so much of it. */
const maxToBytes = 400;

/** A row, and the line of the text on which it ends. */
interface Row {
  fields: string[];
  line: number;
}

/**
 * RFC 4180, also with a byte order mark, and with semicolons or tabs, which spreadsheets write and copy.
 * @throws AppError `invalid_request` naming the line
 */
export function parseCsvRecipients(csv: string): GivenRecipient[] {
  const [header, ...rows] = parseRows(csv);
  const names = (header?.fields ?? []).map((name) => name.trim());
  const addressAt = names.findIndex((name) => name.toLowerCase() === addressColumn);
  if (addressAt < 0) throw wrong(`needs a header row that names a column ${addressColumn}`);
  if (names.includes("") || new Set(names).size < names.length)
    throw wrong("needs a name of its own for each column in the header row");
  if (rows.length === 0) throw wrong("needs at least one row below the header row");
  if (rows.length > maxBulkRecipients)
    throw wrong(`takes at most ${maxBulkRecipients} rows below the header row: make several bulks`);
  return rows.map(({ fields, line }) => ({
    to: clip(fields[addressAt]?.trim() ?? "", maxToBytes),
    data: Object.fromEntries(names.flatMap((name, at) => (at === addressAt ? [] : [[name, fields[at] ?? ""]]))),
    line,
  }));
}

/** Header rows are shorter: nobody waits for a search through megabytes. */
const maxHeaderRow = 20_000;

/** The first in the header row that stands outside of quotes. */
const delimiterOf = (csv: string): string =>
  /^\s*(?:"[^"]*"|[^",;\t\r\n])*([,;\t])/.exec(csv.slice(0, maxHeaderRow))?.[1] ?? ",";

function parseRows(csv: string): Row[] {
  const options = {
    bom: true,
    delimiter: delimiterOf(csv),
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // Looked at below: a line of nothing but spaces is a blank one.
    relax_column_count: true,
    // One more than can be, and the header row: nobody needs millions of them to be told that they are too many.
    to: maxBulkRecipients + 2,
  } as const;
  try {
    // With `info` its rows are these; its types do not know.
    const rows = parse(csv, { ...options, info: true }) as unknown as { record: string[]; info: { lines: number } }[];
    const columns = rows[0]?.record.length;
    const unlike = rows.find(({ record }) => record.length !== columns);
    if (unlike) throw wrong(`is no CSV: ${columnFault(unlike.info.lines, unlike.record.length)}`);
    return rows.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw wrong(`is no CSV: ${faultOf(error)}`);
  }
}

const columnFault = (line: number, columns: number): string =>
  `line ${line} has ${columns === 1 ? "1 column" : `${columns} columns`}, not as many as the header row`;

/** What people get wrong most, in words for them; else the parser's own. */
function faultOf({ code, message, lines }: CsvError & { lines?: number }): string {
  if (code === "INVALID_OPENING_QUOTE" || code === "CSV_INVALID_CLOSING_QUOTE")
    return `line ${lines} has a quote inside a value: put the value in quotes, and write its own quotes twice`;
  if (code === "CSV_QUOTE_NOT_CLOSED") return `the quote that opens on line ${lines} is never closed`;
  return message;
}

const wrong = (message: string) => invalidInput([{ path: "csv", message }]);
