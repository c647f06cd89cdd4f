// What a function wrote to standard output, for tests of logs and metrics.
import { onTestFinished } from "vitest";

/** Keeps the lines that are written until the test ends, away from the test's own output. */
export function captureOutput(): { lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((chunk: string | Uint8Array) => {
    written.push(String(chunk));
    return true;
  }) as typeof process.stdout.write;
  onTestFinished(() => {
    process.stdout.write = write;
  });
  const text = () => written.join("");
  return {
    text,
    lines: () =>
      text()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
