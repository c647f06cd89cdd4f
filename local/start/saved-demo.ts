// What `npm start` leaves for commands in other shells: the demo's key, and where the API is in the last run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

/** The file's name in the state folder, without `.json`. */
export const demoStateName = "demo";

const savedDemo = v.object({ apiKey: v.string(), apiUrl: v.string() });

export type SavedDemo = v.InferOutput<typeof savedDemo>;

/**
 * Undefined where no laptop has run, or none since it leaves its address.
 * @param folder as given to `npm start -- --folder`
 */
export function findSavedDemo(folder: string): SavedDemo | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, "state", `${demoStateName}.json`), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = v.safeParse(savedDemo, JSON.parse(text));
  return parsed.success ? parsed.output : undefined;
}
