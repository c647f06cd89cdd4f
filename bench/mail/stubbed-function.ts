// A function's bundle in this process, with an AWS in another one that answers at once: what the programs here begin with.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { functionEnv, type FunctionName } from "../../shared/contract/env.ts";

/** All that a function must have: names that the stub does not look at, limits nobody reaches, and the stub where there must be a URL. */
const environmentOf = (name: FunctionName, url: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(functionEnv[name].entries).flatMap(([variable, schema]) =>
      schema.type === "optional" ? [] : [[variable, v.is(schema, "1000000") ? "1000000" : url]],
    ),
  );

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
    Object.assign(process.env, environmentOf(name, url), {
      SESAMI_CACHE: "memory",
      USER_POOL_ID: "us-east-1_Bench",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "ASIAEXAMPLEEXAMPLE01",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "t".repeat(800),
    });
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
