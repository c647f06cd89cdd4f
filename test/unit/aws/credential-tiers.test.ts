// Which tiers a deployment has chosen for the sessions of customers' roles.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCredentialTiers } from "../../../shared/aws/credential-tiers.ts";

const env = { AWS_REGION: "us-east-1" };
const onFault = () => undefined;

test("with memory there is none beyond the process", () => {
  expect(createCredentialTiers({ ...env, SESAMI_CACHE: "memory" }, { onFault })).toEqual([]);
});

test("Momento without its secrets is a mistake that is told at the start", () => {
  expect(() =>
    createCredentialTiers({ ...env, SESAMI_CACHE: "momento", MOMENTO_CACHE: "sesami" }, { onFault }),
  ).toThrow("SESAMI_CACHE=momento needs MOMENTO_CACHE, MOMENTO_KEY_ARN and CACHE_SEAL_ARN.");
});

describe("the mail function's bundle", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sesami-bundle-"));
    const bundle = join(import.meta.dirname, "../../../infra/bundle.ts");
    expect(spawnSync(process.execPath, [bundle, "mail", folder], { encoding: "utf8" }).stderr).toBe("");
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("loads Momento's client only where Momento is used by it: it is a file of its own", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
    const holding = files.filter((name) => readFileSync(join(folder, name), "utf8").includes("momentohq"));

    expect(holding).toHaveLength(1);
    expect(holding[0]).toMatch(/^momento-sdk-/);
    // Nobody imports it but by `import()`.
    for (const name of files)
      expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/(?:from|import) ?"\.\/momento-sdk-/);
  });
});
