// SESami on this machine for a test: built like `npm start`, on free ports, with nothing kept.
import { join } from "node:path";
import { inspect } from "node:util";
import { startLaptop, type Laptop, type LaptopOptions } from "../../local/laptop.ts";
import { buildWhatIsStale, projectRoot } from "../../local/start/build.ts";
import { openState } from "../../local/state.ts";

export interface TestLaptop extends Laptop {
  /** All that functions and the cloud have logged, to look at when a test fails. */
  logs: string[];
}

export async function startTestLaptop(options: Partial<LaptopOptions> = {}): Promise<TestLaptop> {
  const logs: string[] = [];
  const built = await buildWhatIsStale(join(projectRoot, ".build/test"), (line) => logs.push(line));
  const laptop = await startLaptop({
    built,
    ports: { dashboard: 0, api: 0, aws: 0 },
    state: openState(),
    log: (line, error) => logs.push(error === undefined ? line : `${line}: ${inspect(error)}`),
    onFunctionLog: ({ functionName, line }) => logs.push(`${functionName}: ${line}`),
    ...options,
  });
  return Object.assign(laptop, { logs });
}
