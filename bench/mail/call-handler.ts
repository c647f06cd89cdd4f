// A program: calls a function's bundle one call at a time, as Lambda does, and prints as JSON what each call cost.
// Usage: call-handler.ts BUNDLE CALLS
import type { HttpApiEvent, HttpHandler } from "../../lambdas/runtime/http.ts";
import { listSteps } from "./network-steps.ts";
import { measureFunction } from "./stubbed-function.ts";

export interface HandlerCost {
  /** Of the process, per call, sorted; milliseconds. */
  cpuMs: number[];
  /** Calls that one core can do in a second. */
  callsPerCpuSecond: number;
  /** The requests of one warm call, step by step: without, and with an idempotency key. */
  steps: string[][];
  keyedSteps: string[][];
}

/** Until the compiler has seen everything, and a busy tenant's suppressions are known. */
const warmUpCalls = 1000;

const mail = {
  from: "Shop <hello@shop.example>",
  subject: "Your order",
  html: "<p>It is <a href='https://shop.example/track'>on its way</a>.</p>".repeat(20),
  text: "It is on its way: https://shop.example/track",
  tags: { campaign: "orders" },
};

/** A request to a person of its own: nothing that is remembered of one serves another. */
const eventTo = (number: number, headers: Record<string, string> = {}): HttpApiEvent => ({
  routeKey: "POST /mail",
  rawPath: "/mail",
  headers: { host: "api.shop.example", "content-type": "application/json", ...headers },
  body: JSON.stringify({ ...mail, to: `person${number}@example.com` }),
  isBase64Encoded: false,
  requestContext: {
    requestId: `request-${number}`,
    domainName: "api.shop.example",
    stage: "$default",
    authorizer: { lambda: { tenantId: "ten_bench", kind: "key", id: "key_bench" } },
  },
});

async function measure(handler: HttpHandler, calls: number): Promise<HandlerCost> {
  const call = async (event: HttpApiEvent) => {
    const { statusCode, body: answer } = await handler(event);
    if (statusCode !== 202) throw new Error(`The function answered ${statusCode}: ${answer}`);
  };
  for (let done = 0; done < warmUpCalls; done += 1) await call(eventTo(done));
  const events = Array.from({ length: calls }, (_, index) => eventTo(warmUpCalls + index));
  const cpuMs: number[] = [];
  const before = process.cpuUsage();
  for (const event of events) {
    const start = process.cpuUsage();
    await call(event);
    const { user, system } = process.cpuUsage(start);
    cpuMs.push((user + system) / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    cpuMs: cpuMs.toSorted((one, other) => one - other),
    callsPerCpuSecond: calls / ((user + system) / 1_000_000),
    steps: await listSteps(() => call(eventTo(0))),
    keyedSteps: await listSteps(() => call(eventTo(1, { "idempotency-key": "order-7" }))),
  };
}

const [bundle = "", calls = "1000"] = process.argv.slice(2);
await measureFunction<HttpHandler>(bundle, "mail", (handler) => measure(handler, Number(calls)));
