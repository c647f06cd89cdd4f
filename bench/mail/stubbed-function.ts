// A function's bundle in this process, with an AWS in another one that answers at once: what the programs here begin with.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionName } from "../../shared/contract/env.ts";
import { environmentOf } from "../function-environment.ts";

/**
 * Prints as JSON what the measurement of the bundle's handler answers, and nothing that the function logs, then ends the
 * process.
 */
export async function measureFunction<Handler>(
  bundle: string,
  name: FunctionName,
  measurement: (handler: Handler) => Promise<object>,
): Promise<never> {
  const stub = fork(join(import.meta.dirname, "aws-stub.ts"));
  try {
    const [port] = (await once(stub, "message")) as [number];
    const url = `http://127.0.0.1:${port}`;
    Object.assign(process.env, environmentOf(name, url), { USER_POOL_ID: "us-east-1_Bench" });
    const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = () => true;
    const measured = await measurement(handler);
    process.stdout.write = write;
    write(`${JSON.stringify(measured)}\n`);
  } finally {
    stub.disconnect();
  }
  process.exit();
}
