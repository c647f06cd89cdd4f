// What a function needs to start in a benchmark: tables by their names, limits that nobody reaches, addresses of a stub, and
// else what nobody looks at.
import * as v from "valibot";
import { functionEnv, type FunctionName } from "../shared/contract/env.ts";

/** @param url of whatever plays AWS */
export const environmentOf = (name: FunctionName, url: string): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(functionEnv[name].entries).flatMap(([variable, schema]) =>
      schema.type === "optional" ? [] : [[variable, v.is(schema, "1000000") ? "1000000" : `${url}/queue`]],
    ),
  ),
  DIRECTORY_TABLE: "Directory",
  LEDGER_TABLE: "Ledger",
  SESAMI_CACHE: "memory",
  AWS_REGION: "us-east-1",
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: "ASIAEXAMPLEEXAMPLE01",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "t".repeat(800),
});
