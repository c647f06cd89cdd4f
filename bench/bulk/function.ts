// A program: one function's bundle, called with the events that its parent sends. What it logs goes nowhere.
// Usage: function.ts BUNDLE
import { pathToFileURL } from "node:url";
import { answerQuestions } from "./process.ts";

export interface Called {
  result: unknown;
  /** Of the process since it began, in seconds. */
  cpuSeconds: number;
}

process.stdout.write = () => true;
const [bundle = ""] = process.argv.slice(2);
const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: (event: unknown) => Promise<unknown> };

answerQuestions(async (event): Promise<Called> => {
  const result = await handler(event);
  const { user, system } = process.cpuUsage();
  return { result, cpuSeconds: (user + system) / 1e6 };
});
