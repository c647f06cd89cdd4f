// Finds what a replay is to read: files, whole folders, JSON or one JSON value a line. What it means: parse.ts.
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";

export type Input = { file: string; value: unknown } | { file: string; problem: string };

/** What a look into the file system fails with when nothing is there, and when it is not for us to see. */
const missing: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);
const refused: ReadonlySet<unknown> = new Set(["EACCES", "EPERM"]);

/** Undefined when looking fails with one of these codes. */
function findUnless<Value>(codes: ReadonlySet<unknown>[], look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (codes.some((those) => those.has((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

/**
 * The files of the paths in their order; those of a folder, and of its folders, by name. Hidden ones are left out, links are
 * followed. What may not be looked into is listed, too: reading it says why.
 * @throws NodeJS.ErrnoException for a path that is not there
 */
export const listFiles = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => {
    const kind = findUnless([refused], () => statSync(path));
    return kind?.isDirectory() ? listFolder(path, []) : [path];
  });

/** @param around the folders that it is in, by their real paths: a link to one of them leads to what is listed anyway */
function listFolder(path: string, around: readonly string[]): string[] {
  const real = realpathSync(path);
  if (around.includes(real)) return [];
  const names = findUnless([refused], () => readdirSync(path));
  if (names === undefined) return [path];
  return names
    .filter((name) => !name.startsWith("."))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => listEntry(join(path, name), [...around, real]));
}

function listEntry(path: string, around: readonly string[]): string[] {
  const kind: Stats | undefined = findUnless([refused, missing], () => statSync(path));
  if (kind?.isDirectory()) return listFolder(path, around);
  return kind === undefined || kind.isFile() ? [path] : [];
}

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
  if (text.trim() === "") return [{ file, problem: "is empty" }];
  const lines = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    return [{ number: index + 1, isIndented: /^[ \t]/.test(line), found: findJson(line) }];
  });
  const isLines =
    /\.(ndjson|jsonl)$/i.test(file) || lines.some(({ isIndented, found }) => !isIndented && isContainer(found?.value));
  if (!isLines) return [{ file, problem: "is not JSON" }];
  return lines.map(({ number, found }) =>
    found ? { file, value: found.value } : { file, problem: `has a line that is not JSON: line ${number}` },
  );
}

/** A line of a broken JSON file may well be a number or a text by itself, or a header, indented; an event never is. */
const isContainer = (value: unknown): boolean => typeof value === "object" && value !== null;

function findJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
