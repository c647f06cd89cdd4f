import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// The fixtures must fail: a rule that stopped working would else be noticed by nobody. They are linted in a tree of their
// own, with the project's configuration, at the places where their like would lie.

interface Report {
  diagnostics: { code: string; message: string; filename: string }[];
}

const root = join(import.meta.dirname, "../..");
const tree = mkdtempSync(join(tmpdir(), "sesami-lint-"));
const found = new Map<string, string>();

beforeAll(() => {
  cpSync(join(root, "test/fixtures/lint"), tree, { recursive: true });
  for (const file of [".oxlintrc.json", "tsconfig.json", "package.json", "scripts/lint-layers.mjs"])
    cpSync(join(root, file), join(tree, file));
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  const program = join(root, "node_modules/oxlint/bin/oxlint");
  const { stdout } = spawnSync(
    process.execPath,
    [program, "--type-aware", "--format=json", "shared", "lambdas", "web"],
    {
      cwd: tree,
      encoding: "utf8",
    },
  );
  for (const { code, message, filename } of (JSON.parse(stdout) as Report).diagnostics)
    found.set(filename, `${found.get(filename) ?? ""}${code} ${message}\n`);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe("the lint rules", () => {
  it("keep the domain without clock, randomness, environment and timers, and away from the store", () => {
    const about = found.get("shared/domain/impure.ts");

    expect(about).toContain("the domain has no clock");
    expect(about).toContain("Date.now");
    expect(about).toContain("Math.random");
    expect(about).toMatch(/process/);
    expect(about).toMatch(/setTimeout/);
    expect(about).toContain("shared/domain may not import shared/store");
  });

  it("keep functions apart and promises awaited", () => {
    const about = found.get("lambdas/mail/neighbour.ts");

    expect(about).toContain("lambdas/mail may not import lambdas/events");
    expect(about).toContain("no-floating-promises");
  });

  it("let the dashboard see the contract alone", () => {
    expect(found.get("web/deep.ts")).toContain("web may not import shared/domain");
  });
});
