// Figures as an aligned table.
import type { Figure, Unit } from "./benchmark.ts";

export interface NamedFigure extends Figure {
  benchmark: string;
}

const columns = ["benchmark", "figure", "value", "unit", "aim"] as const;
type Row = Record<(typeof columns)[number], string>;

const decimals: Record<Unit, number> = {
  s: 2,
  ms: 2,
  MB: 1,
  bytes: 0,
  stops: 0,
  events: 0,
  "events/s": 0,
  faults: 0,
  calls: 2,
  queries: 0,
  sends: 0,
  recipients: 0,
  steps: 0,
  units: 2,
  US$: 6,
  "×": 2,
};

const format = ({ value, unit }: Figure): string =>
  value.toLocaleString("en", { minimumFractionDigits: decimals[unit], maximumFractionDigits: decimals[unit] });

const toRow = (figure: NamedFigure): Row => ({ aim: "", ...figure, value: format(figure) });

/** Lines without trailing spaces: a heading, then one a figure; values end in the same column. */
export function toFigureTable(figures: readonly NamedFigure[]): string {
  const heading = Object.fromEntries(columns.map((column) => [column, column])) as Row;
  const rows = [heading, ...figures.map(toRow)];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (row: Row, column: (typeof columns)[number], width = 0) =>
    column === "value" ? row[column].padStart(width) : row[column].padEnd(width);
  return rows
    .map((row) =>
      columns
        .map((column, index) => cell(row, column, widths[index]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
