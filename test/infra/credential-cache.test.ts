// The stacks with `-c cache=momento`: what is there for it, who may read it, and what is not there without it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCacheKind } from "../../infra/constructs/credential-cache.ts";
import { addSesami } from "../../infra/stacks/sesami.ts";
import { functionEnv, type FunctionName } from "../../shared/contract/env.ts";

const outdir = mkdtempSync(join(tmpdir(), "sesami-infra-cache-"));
let api: Template;

beforeAll(() => {
  const app = new App({ outdir, analyticsReporting: false });
  api = Template.fromStack(addSesami(app, { withWeb: false, cache: "momento" }).api);
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const environmentOf = (name: FunctionName): Record<string, unknown> => {
  const functions = Object.values(api.findResources("AWS::Lambda::Function"));
  const found = functions.find(({ Metadata }) => Metadata["sesami:function"] === name);
  return found?.Properties.Environment.Variables ?? expect.fail(`no function ${name}`);
};

const users = (Object.keys(functionEnv) as FunctionName[]).filter(
  (name) => "SESAMI_CACHE" in functionEnv[name].entries,
);

describe("with Momento as the cache of sessions", () => {
  it("every function that sends through customers' accounts, or ends their sessions, is told all of it", () => {
    expect(users).toEqual(expect.arrayContaining(["mail", "connections"]));
    for (const name of users)
      expect(environmentOf(name), name).toMatchObject({
        SESAMI_CACHE: "momento",
        MOMENTO_CACHE: { Ref: "MomentoCache" },
        MOMENTO_ENDPOINT: { Ref: "MomentoEndpoint" },
        MOMENTO_KEY_ARN: { Ref: expect.stringMatching(/^CredentialCacheMomentoApiKey/) as string },
        CACHE_SEAL_ARN: { Ref: expect.stringMatching(/^CredentialCacheSeal/) as string },
      });
  });

  it("its secrets are read by those functions alone", () => {
    const readers = Object.entries(api.findResources("AWS::IAM::Policy")).filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes("CredentialCacheSeal"),
    );

    expect(readers).toHaveLength(users.length);
  });

  it("the API key has no value of the template's, and the operator learns where to put it", () => {
    const secrets = api.findResources("AWS::SecretsManager::Secret");

    for (const { Properties } of Object.values(secrets)) expect(Properties.SecretString).toBeUndefined();
    expect(Object.keys(api.findOutputs("MomentoApiKeySecret"))).toHaveLength(1);
  });
});

it("the choice is memory unless told, and nothing else is understood", () => {
  expect(parseCacheKind(undefined)).toBe("memory");
  expect(parseCacheKind("momento")).toBe("momento");
  expect(() => parseCacheKind("redis")).toThrow('-c cache=redis: it is "memory" or "momento".');
});
