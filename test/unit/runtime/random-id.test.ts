// Identifiers and secrets have the form that the contract says.
import { expect, test } from "vitest";
import { sha256Hex } from "../../../lambdas/runtime/hash.ts";
import { randomId, randomSecret } from "../../../lambdas/runtime/random-id.ts";
import { apiKeyPattern } from "../../../shared/contract/api/api-keys.ts";

test("an id is its prefix and twenty letters and digits, another each time", () => {
  const ids = Array.from({ length: 100 }, () => randomId("con"));

  for (const id of ids) expect(id).toMatch(/^con_[a-z0-9]{20}$/);
  expect(new Set(ids).size).toBe(100);
});

test("a secret has the asked length and uses the whole alphabet", () => {
  const text = randomSecret(10_000);

  expect(text).toMatch(/^[0-9A-Za-z]{10000}$/);
  expect(new Set(text).size).toBe(62);
  expect(`sk_${randomSecret(43)}`).toMatch(apiKeyPattern);
});

test("the hash is SHA-256 of the UTF-8 in hex", async () => {
  // FIPS 180-4 example, "abc".
  expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
