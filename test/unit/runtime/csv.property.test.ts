// CSV against a parser that is not ours, and against what spreadsheets run.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../../lambdas/runtime/csv.ts";

const nasty = fc.string({
  unit: fc.constantFrom(",", '"', "\r", "\n", "\t", "=", "+", "-", "@", "'", ";", " ", "a", "1", "é", "＝", "📮"),
  maxLength: 12,
});
const lines = fc.array(fc.tuple(nasty, nasty, fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 8 });

describe("a file of CSV", () => {
  it("is read again as it was by whoever knows RFC 4180, but for the apostrophe that disarms a formula", () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const file = rows.map((row) => csvLine(row)).join("");

        const read = parse(file, { record_delimiter: "\r\n", relax_column_count: false });

        const armed = read.map((row, line) => row.map((field, index) => field === `'${rows[line]?.[index]}`));
        expect(
          read.map((row, line) => row.map((text, index) => (armed[line]?.[index] ? text.slice(1) : text))),
        ).toEqual(rows);
      }),
    );
  });

  it("has no field that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(lines, (rows) => {
        const read = parse(rows.map((row) => csvLine(row)).join(""), { record_delimiter: "\r\n" });

        expect(read.flat().filter((field) => /^[=+\-@\t\r\n＝＋－＠]/.test(field))).toEqual([]);
      }),
    );
  });
});
