// A program: prints as JSON the network steps of one warm call of the authorizer with an API key. Usage: call-authorizer.ts
// BUNDLE
import type { AuthorizerEvent, AuthorizerResult } from "../../lambdas/authorizer/authorize-request.ts";
import { listSteps } from "./network-steps.ts";
import { measureFunction } from "./stubbed-function.ts";

const event: AuthorizerEvent = {
  headers: { authorization: `Bearer sk_${"a".repeat(43)}` },
  requestContext: { requestId: "request" },
};

const [bundle = ""] = process.argv.slice(2);
await measureFunction<(event: AuthorizerEvent) => Promise<AuthorizerResult>>(bundle, "authorizer", async (handler) => {
  const call = async () => {
    const { isAuthorized } = await handler(event);
    if (!isAuthorized) throw new Error("The authorizer did not let the benchmark in.");
  };
  await call();
  return { steps: await listSteps(call) };
});
