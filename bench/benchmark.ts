// What a benchmark is. Benchmarks print figures and never judge them; tests do the judging.

export interface Figure {
  figure: string;
  value: number;
  unit: "s" | "MB" | "bytes" | "stops";
  /** In the figure's unit, for the reader: nothing compares it. */
  aim?: string;
}

export interface Benchmark {
  /** As it is chosen on the command line; also its file's name. */
  name: string;
  /** One line for the help. */
  summary: string;
  /** Ends by itself, and leaves nothing behind. @throws when something to be measured did not work at all */
  run: () => Promise<Figure[]>;
}

/** The lower of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new Error("There is no median of nothing.");
  return middle;
}

export const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1000;
