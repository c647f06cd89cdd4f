// Reads a function's environment once, at start: what infra promised to set is there and has the right form.
import * as v from "valibot";
import { functionEnv, type FunctionEnv, type FunctionName } from "../../shared/contract/env.ts";

/**
 * The validated environment of a function.
 * @throws Error that names every variable that is missing or malformed, and never shows a value
 */
export function parseEnv<Name extends FunctionName>(
  functionName: Name,
  variables: Record<string, string | undefined> = process.env,
): FunctionEnv<Name> {
  const parsed = v.safeParse(functionEnv[functionName], variables);
  if (parsed.success) return parsed.output;
  const wrong = parsed.issues.map((issue) => {
    const name = v.getDotPath(issue) ?? "";
    return variables[name] === undefined ? `${name} is not set` : `${name} is malformed`;
  });
  throw new Error(`The environment of the function ${functionName} is wrong: ${wrong.join(", ")}.`);
}
