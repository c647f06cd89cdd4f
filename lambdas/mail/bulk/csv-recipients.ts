// CSV text with a header row → recipients with their data.
import { CsvError, parse } from "csv-parse/sync";
import { maxBulkRecipients } from "../../../shared/contract/api/bulk.ts";
import { invalidInput } from "../../runtime/input.ts";
import type { GivenRecipient } from "./plan-bulk.ts";

/** The column that is the address; in capitals or not. */
const addressColumn = "email";

/**
 * RFC 4180, also with a byte order mark and with semicolons, which some spreadsheets write.
 * @throws AppError `invalid_request` naming the line
 */
export function parseCsvRecipients(csv: string): GivenRecipient[] {
  const [header = [], ...rows] = parseRows(csv);
  const names = header.map((name) => name.trim());
  const addressAt = names.findIndex((name) => name.toLowerCase() === addressColumn);
  if (addressAt < 0) throw wrong(`needs a header row that names a column ${addressColumn}`);
  if (names.some((name, at) => name === "" || names.indexOf(name) !== at))
    throw wrong("needs a name of its own for each column in the header row");
  if (rows.length === 0) throw wrong("needs at least one row below the header row");
  if (rows.length > maxBulkRecipients)
    throw wrong(`takes at most ${maxBulkRecipients} rows below the header row: make several bulks`);
  return rows.map((row) => ({
    to: row[addressAt]?.trim() ?? "",
    data: Object.fromEntries(names.flatMap((name, at) => (at === addressAt ? [] : [[name, row[at] ?? ""]]))),
  }));
}

function parseRows(csv: string): string[][] {
  const delimiter = /^[^\r\n,]*;/.test(csv) ? ";" : ",";
  try {
    return parse(csv, { bom: true, delimiter, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw wrong(`is no CSV: ${error.message}`);
  }
}

const wrong = (message: string) => invalidInput([{ path: "csv", message }]);
