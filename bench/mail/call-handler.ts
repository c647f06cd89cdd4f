// A program: calls a function's bundle one call at a time, as Lambda does, and prints as JSON what each call cost.
// Usage: call-handler.ts BUNDLE CALLS
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { HttpApiEvent, HttpHandler } from "../../lambdas/runtime/http.ts";
import { functionEnv, type FunctionName } from "../../shared/contract/env.ts";
import { listSteps } from "./network-steps.ts";

export interface HandlerCost {
  /** Of the process, per call, sorted; milliseconds. */
  cpuMs: number[];
  /** Calls that one core can do in a second. */
  callsPerCpuSecond: number;
  /** The requests of one warm call, step by step. */
  steps: string[][];
}

const warmUpCalls = 400;

const body = JSON.stringify({
  from: "Shop <hello@shop.example>",
  to: "ada@example.com",
  subject: "Your order",
  html: "<p>It is <a href='https://shop.example/track'>on its way</a>.</p>".repeat(20),
  text: "It is on its way: https://shop.example/track",
  tags: { campaign: "orders" },
});

const event: HttpApiEvent = {
  routeKey: "POST /mail",
  rawPath: "/mail",
  headers: { host: "api.shop.example", "content-type": "application/json" },
  body,
  isBase64Encoded: false,
  requestContext: {
    requestId: "request",
    domainName: "api.shop.example",
    stage: "$default",
    authorizer: { lambda: { tenantId: "ten_bench", kind: "key", id: "key_bench" } },
  },
};

async function measure(handler: HttpHandler, calls: number): Promise<HandlerCost> {
  const call = async () => {
    const { statusCode, body: answer } = await handler(event);
    if (statusCode !== 202) throw new Error(`The function answered ${statusCode}: ${answer}`);
  };
  for (let done = 0; done < warmUpCalls; done += 1) await call();
  const steps = await listSteps(call);
  const cpuMs: number[] = [];
  const before = process.cpuUsage();
  for (let done = 0; done < calls; done += 1) {
    const start = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(start);
    cpuMs.push((user + system) / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    cpuMs: cpuMs.toSorted((one, other) => one - other),
    callsPerCpuSecond: calls / ((user + system) / 1_000_000),
    steps,
  };
}

/** All that a function must have, the same for each: names that the stub does not look at, and limits nobody reaches. */
const environmentOf = (name: FunctionName): Record<string, string> =>
  Object.fromEntries(
    Object.entries(functionEnv[name].entries).flatMap(([variable, { type }]) =>
      type === "optional" ? [] : [[variable, "1000000"]],
    ),
  );

const [bundle = "", calls = "1000"] = process.argv.slice(2);
const stub = fork(join(import.meta.dirname, "aws-stub.ts"));
try {
  const [port] = (await once(stub, "message")) as [number];
  Object.assign(process.env, environmentOf("mail"), {
    SESAMI_CACHE: "memory",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLEEXAMPLE01",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "t".repeat(800),
  });
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: HttpHandler };
  // What the function logs is not to be read by anyone.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const cost = await measure(handler, Number(calls));
  process.stdout.write = write;
  write(`${JSON.stringify(cost)}\n`);
} finally {
  stub.disconnect();
}
process.exit();
