import { describe, expect, test } from "vitest";
import { safeNext, signInPath } from "./next.ts";

describe("where to go after sign-in", () => {
  test.each(["/", "/connections", "/?status=opened,clicked", "/messages/0100019a-1%2F2"])("%s is ours", (next) => {
    expect(safeNext(next)).toBe(next);
  });

  test.each([
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
    "/a/..//evil.example",
    "evil.example",
    "",
    undefined,
  ])("%s leads to the start page", (next) => {
    expect(safeNext(next)).toBe("/");
  });

  test("comes back from the sign-in page", () => {
    const path = signInPath("/?recipient=ada%40shop.example&status=sent");

    const next = new URL(path, "https://dashboard.example").searchParams.get("next");

    expect(safeNext(next ?? undefined)).toBe("/?recipient=ada%40shop.example&status=sent");
  });

  test("the start page needs no mention", () => {
    expect(signInPath("/")).toBe("/sign-in");
  });
});
