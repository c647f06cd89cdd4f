// How many network steps a call takes: requests that are under way together are one step, those that wait for another's
// answer are the next. Seen where Node's HTTP client tells of its requests (Node.js documentation, "Diagnostics Channel").
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

const started = "http.client.request.start";
const answered = "http.client.response.finish";

/** The operation of services that speak JSON, else the service, as the signature names it. */
function describe(request: ClientRequest): string {
  const target = request.getHeader("x-amz-target");
  if (typeof target === "string") return target.split(".")[1] ?? target;
  return /\/(\w+)\/aws4_request/.exec(String(request.getHeader("authorization")))?.[1] ?? "unknown";
}

/** The requests of a call, step by step, each by its operation or service. */
export async function listSteps(call: () => Promise<void>): Promise<string[][]> {
  const steps: string[][] = [];
  const stepOf = new WeakMap<ClientRequest, number>();
  let lastAnswered = -1;
  const onStart = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    stepOf.set(request, lastAnswered + 1);
    (steps[lastAnswered + 1] ??= []).push(describe(request));
  };
  const onAnswer = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    lastAnswered = Math.max(lastAnswered, stepOf.get(request) ?? -1);
  };
  subscribe(started, onStart);
  subscribe(answered, onAnswer);
  try {
    await call();
  } finally {
    unsubscribe(started, onStart);
    unsubscribe(answered, onAnswer);
  }
  return steps;
}
