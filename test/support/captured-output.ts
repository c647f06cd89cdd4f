// What a function wrote to standard output, for tests of logs and metrics.
import { onTestFinished, vi } from "vitest";

/** Keeps the lines that are written until the test ends, away from the test's own output. */
export function captureOutput(): { lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  onTestFinished(() => {
    spy.mockRestore();
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
