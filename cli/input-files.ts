// Finds what a replay is to read: files, whole folders, JSON or one JSON value a line. What it means: parse.ts.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export type Input = { file: string; value: unknown } | { file: string; problem: string };

/**
 * The files of the paths in their order; those of a folder, and of its folders, by name. Hidden ones are left out.
 * @throws NodeJS.ErrnoException for a path that is not there or cannot be looked into
 */
export const listFiles = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => (statSync(path).isDirectory() ? listFolder(path) : [path]));

const listFolder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return listFolder(path);
      return entry.isFile() ? [path] : [];
    });

/** The values of one file: its one JSON value, or each of its lines where those are JSON. */
export function readInputs(file: string): Input[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return [{ file, problem: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}` }];
  }
  const whole = findJson(text);
  if (whole) return [{ file, value: whole.value }];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const values = lines.map(findJson);
  const isLines = /\.(ndjson|jsonl)$/i.test(file) || values.some((found) => isContainer(found?.value));
  if (!isLines || lines.length === 0) return [{ file, problem: text.trim() === "" ? "is empty" : "is not JSON" }];
  return values.map((found) =>
    found ? { file, value: found.value } : { file, problem: "has a line that is not JSON" },
  );
}

/** A line of a broken JSON file may well be a number or a text by itself; an event never is. */
const isContainer = (value: unknown): boolean => typeof value === "object" && value !== null;

function findJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
