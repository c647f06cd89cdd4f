// The environment of a function is checked once, at its start.
import { expect, test } from "vitest";
import { parseEnv } from "../../../lambdas/runtime/env.ts";

const complete = {
  AWS_REGION: "eu-west-1",
  DIRECTORY_TABLE: "Directory",
  USER_POOL_ID: "eu-west-1_Pool",
  USER_POOL_CLIENT_ID: "client",
  JWKS_URI: "https://keys.shop.example/jwks.json",
};

test("a complete environment is given as it is", () => {
  expect(parseEnv("authorizer", { ...complete, PATH: "/bin" })).toEqual(complete);
});

test("every variable that is missing or malformed is named, without its value", () => {
  const { DIRECTORY_TABLE: _missing, ...rest } = complete;
  const variables = { ...rest, JWKS_URI: "not an address" };

  expect(() => parseEnv("authorizer", variables)).toThrow(
    "The environment of the function authorizer is wrong: DIRECTORY_TABLE is not set, JWKS_URI is malformed.",
  );
});
