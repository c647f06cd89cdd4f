// What a benchmark is. Benchmarks print figures and never judge them; tests do the judging.

/** `units` are DynamoDB's read or write units; `×` is a ratio. */
export type Unit =
  | "s"
  | "ms"
  | "MB"
  | "bytes"
  | "stops"
  | "events"
  | "events/s"
  | "faults"
  | "calls"
  | "queries"
  | "sends"
  | "recipients"
  | "steps"
  | "units"
  | "US$"
  | "×";

export interface Figure {
  figure: string;
  value: number;
  unit: Unit;
  /** In the figure's unit, for the reader: nothing compares it. */
  aim?: string;
}

export interface BenchmarkOptions {
  /** How many events it works with; each benchmark has a default of its own, and not every one has events. */
  events?: number | undefined;
}

export interface Benchmark {
  /** As it is chosen on the command line; also its file's name. */
  name: string;
  /** One line for the help. */
  summary: string;
  /** Ends by itself, and leaves nothing behind. @throws when something to be measured did not work at all */
  run: (options: BenchmarkOptions) => Promise<Figure[]>;
}

/** The lower of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new Error("There is no median of nothing.");
  return middle;
}

export const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1000;
