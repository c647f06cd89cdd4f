// A cursor opens for the list, filters and tenant that it was made for, and for nothing else.
import { expect, test } from "vitest";
import { createCursors, type CursorScope } from "../../../lambdas/runtime/cursor.ts";

const cursors = createCursors(async () => "a secret of the test");
const scope: CursorScope = { list: "events", tenantId: "ten_ada", filter: ["2026-11-01", null] };
const position = { before: "2026-11-23T08:00:00.000Z#abc", note: "ü" };

test("a cursor opens for its own scope", async () => {
  const cursor = await cursors.seal(position, scope);

  expect(cursor).toMatch(/^[\w.-]+$/);
  expect(await cursors.open(cursor, { ...scope })).toEqual(position);
});

test.each<[string, CursorScope]>([
  ["another tenant", { ...scope, tenantId: "ten_bob" }],
  ["other filters", { ...scope, filter: ["2026-11-02", null] }],
  ["another list", { ...scope, list: "suppressions" }],
])("a cursor does not open for %s", async (_, other) => {
  const cursor = await cursors.seal(position, scope);

  await expect(cursors.open(cursor, other)).rejects.toMatchObject({
    code: "invalid_request",
    details: [{ path: "query.cursor" }],
  });
});

test("a cursor that was changed, cut or made up does not open", async () => {
  const cursor = await cursors.seal(position, scope);
  const [text = "", mac = ""] = cursor.split(".");
  const forged = Buffer.from(JSON.stringify({ before: "2000" })).toString("base64url");
  const foreign = await createCursors(async () => "another secret").seal(position, scope);

  for (const bad of [
    "",
    "x",
    ".",
    text,
    `${text}.`,
    `${forged}.${mac}`,
    `${text}.${mac.slice(0, -2)}`,
    `${cursor}.`,
    foreign,
  ])
    await expect(cursors.open(bad, scope)).rejects.toMatchObject({ code: "invalid_request" });
});
