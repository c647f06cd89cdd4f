// What the laptop cloud keeps between runs, one JSON file a name. Without a folder it keeps nothing (tests).
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface StateFolder {
  /** Absent: nothing is kept. Services with files of their own (the database) put them here. */
  readonly folder: string | undefined;
  read: <Value>(name: string) => Value | undefined;
  /** Marks it to be saved; `snapshot` is called when that happens, at most once in half a second and at `flush`. */
  save: (name: string, snapshot: () => unknown) => void;
  flush: () => void;
}

const saveAfterMs = 500;

export function openState(folder?: string): StateFolder {
  const dirty = new Map<string, () => unknown>();
  let timer: NodeJS.Timeout | undefined;
  const fileOf = (name: string) => join(folder ?? "", `${name}.json`);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const [name, snapshot] of dirty) {
      writeFileSync(`${fileOf(name)}.new`, JSON.stringify(snapshot()));
      renameSync(`${fileOf(name)}.new`, fileOf(name));
    }
    dirty.clear();
  };

  return {
    folder,
    read: <Value>(name: string) => {
      if (folder === undefined) return undefined;
      try {
        return JSON.parse(readFileSync(fileOf(name), "utf8")) as Value;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    save: (name, snapshot) => {
      if (folder === undefined) return;
      dirty.set(name, snapshot);
      timer ??= setTimeout(flush, saveAfterMs);
    },
    flush,
  };
}
