// The sizes that a cold start and a first visit pay for: function bundles and the dashboard's files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildWhatIsStale } from "../local/start/build.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** The part of Vite's manifest that says which file needs which (vite.dev/guide/backend-integration). */
type Manifest = Record<string, { file: string; imports?: string[]; css?: string[] }>;

/** Bytes as they are and, file by file, with gzip as web servers do it. */
function sizeFigures(what: string, files: readonly string[]): Figure[] {
  const contents = files.map((file) => readFileSync(file));
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return [
    { figure: what, value: sum(contents.map(({ length }) => length)), unit: "bytes" },
    { figure: `${what}, gzip`, value: sum(contents.map((content) => gzipSync(content).length)), unit: "bytes" },
  ];
}

/** The files that a module imports before it runs, itself among them; esbuild writes each import with a path in quotes. */
function importedFiles(folder: string, file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join(folder, file), "utf8");
  for (const [, imported = ""] of code.matchAll(/(?:\bfrom|\bimport)"\.\/([\w.-]+\.mjs)"/g))
    importedFiles(folder, imported, seen);
  return seen;
}

function functionFigures(folder: string): Figure[] {
  return readdirSync(folder).flatMap((name) => {
    const files = readdirSync(join(folder, name)).filter((file) => file.endsWith(".mjs"));
    const first = importedFiles(join(folder, name), "index.mjs");
    const lazy = files.filter((file) => !first.has(file));
    const paths = (of: Iterable<string>) => Array.from(of, (file) => join(folder, name, file));
    const figures = sizeFigures(`function ${name}`, paths(first));
    return lazy.length > 0 ? figures.concat(sizeFigures(`function ${name}, lazy`, paths(lazy))) : figures;
  });
}

/** The files of the chunks and of all that these import before they run, but for those already in `seen`; adds to it. */
function addFilesOf(manifest: Manifest, chunks: readonly string[], seen: Set<string>): string[] {
  return chunks.flatMap((chunk) => {
    const { file, imports = [], css = [] } = manifest[chunk] ?? {};
    if (file === undefined) throw new Error(`The dashboard's manifest has no ${chunk}.`);
    if (seen.has(file)) return [];
    const added = [file, ...css.filter((style) => !seen.has(style))];
    for (const each of added) seen.add(each);
    return added.concat(addFilesOf(manifest, imports, seen));
  });
}

function dashboardFigures(folder: string): Figure[] {
  const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Manifest;
  const chunks = Object.keys(manifest);
  // Groups of routes, in brackets, are no part of the address; the file beside a group lays out its pages.
  const home = chunks.filter((chunk) => /^src\/routes\/(\([^/]+\)\/index|\([^/]+\)|index)\.tsx/.test(chunk));
  const seen = new Set<string>();
  const figures = (what: string, wanted: string[]) => {
    const files = addFilesOf(manifest, wanted, seen).map((file) => join(folder, file));
    return sizeFigures(`dashboard, ${what}`, files);
  };
  return [
    ...figures("initial load", ["src/entry-client.tsx"]),
    ...figures("lazy: what the first page adds", home),
    ...figures("lazy: everything else", chunks),
  ];
}

export const bundles: Benchmark = {
  name: "bundles",
  summary: "bytes of each function's bundle and of the dashboard, as they are and with gzip",
  run: () =>
    withTemporaryFolder(async (folder) => {
      const { assemblyFolder, dashboardFolder } = await buildWhatIsStale(folder, () => undefined);
      return [...functionFigures(join(assemblyFolder, "functions")), ...dashboardFigures(dashboardFolder)];
    }),
};
