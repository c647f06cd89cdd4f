import { expect, it } from "vitest";
import { environmentOf } from "../../bench/function-environment.ts";
import { parseEnv } from "../../lambdas/runtime/env.ts";
import { functionEnv, type FunctionName } from "../../shared/contract/env.ts";

it.each(Object.keys(functionEnv) as FunctionName[])("the function %s starts in a benchmark", (name) => {
  const environment = environmentOf(name, "http://127.0.0.1:1");

  expect(parseEnv(name, environment)).toMatchObject({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
});
