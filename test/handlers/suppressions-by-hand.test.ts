// POST and DELETE /suppression-list: what a person, or their app, adds and takes away, and what of it events can undo.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addSuppressions, removeSuppression } from "../../lambdas/suppressions/change.ts";
import { listSuppressions } from "../../lambdas/suppressions/operations.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler, type HttpHandler } from "../../lambdas/runtime/http.ts";
import type { AddedSuppressions, SuppressionPage } from "../../shared/contract/api/suppressions.ts";
import { createErasures } from "../../shared/store/erasures.ts";
import { createSuppressions, type SuppressionRecord, type Suppressions } from "../../shared/store/suppressions.ts";
import { ada, adasKey, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { getDigest } from "../support/keyed-digest.ts";
import { waiting } from "../support/projected-ledger.ts";

let dynamodb: LocalDynamoDb;
let suppressions: Suppressions;
let erase: (address: string, at: string) => Promise<void>;
let handler: HttpHandler;
let output: ReturnType<typeof captureOutput>;
let nowMs = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const directory = { client: dynamodb.client, tableName: await dynamodb.createDirectoryTable(), getDigest, waiting };
  suppressions = createSuppressions(directory);
  const erasures = createErasures(directory);
  erase = async (address, at) => {
    await erasures.beginErasure("ten_ada", { address, nowMs: Date.parse(at), runId: "run-1", pseudonym: "erased:1" });
    await suppressions.eraseSuppression("ten_ada", address);
  };
  const deps = { suppressions, cursors: createCursors(async () => "a secret"), clock: () => nowMs };
  handler = httpHandler({
    "GET /suppression-list": listSuppressions(deps),
    "POST /suppression-list": addSuppressions(deps),
    "DELETE /suppression-list/{address}": removeSuppression(deps),
  });
});
afterAll(() => dynamodb.stop());
beforeEach(() => {
  output = captureOutput();
  nowMs = Date.parse("2026-11-23T08:00:00.000Z");
});

const bounce = (address: string, since: string, eventId = `bounce-${since}`): SuppressionRecord => ({
  address,
  reason: "bounce",
  since,
  evidence: { messageId: "message-1", eventId },
});

const add = (body: unknown, actor = adasKey) =>
  call<AddedSuppressions>(handler, "POST /suppression-list", { actor, body });
const remove = (address: string, query: Record<string, string> = {}, actor = ada) =>
  call(handler, "DELETE /suppression-list/{address}", { actor, path: { address }, query });
const find = async (address: string, query: Record<string, string> = {}) => {
  const { body } = await call<SuppressionPage>(handler, "GET /suppression-list", { query: { address, ...query } });
  return body.items[0]?.reasons.map(({ reason, list, since }) => [reason, list, since]) ?? [];
};

describe("adding by hand", () => {
  it("suppresses one address or several, with no evidence, and a second time changes nothing", async () => {
    const one = await add({ address: "Grace <Grace@Example.com>" });
    nowMs += 1000;
    const several = await add({ address: ["grace@example.com", "linus@example.com"] });

    expect(one).toMatchObject({ status: 201, body: { items: [{ address: "grace@example.com", reason: "manual" }] } });
    expect(several.body.items).toHaveLength(2);
    expect(await find("grace@example.com")).toEqual([["manual", undefined, "2026-11-23T08:00:00.000Z"]]);
    expect(await find("linus@example.com")).toEqual([["manual", undefined, "2026-11-23T08:00:01.000Z"]]);
  });

  it("brings those who unsubscribed elsewhere, from one list or from everything", async () => {
    await add({ address: "mary@example.com", reason: "unsubscribe", list: "news" });
    await add({ address: "mary@example.com", reason: "unsubscribe" });

    expect(await find("mary@example.com")).toEqual([
      ["unsubscribe", undefined, "2026-11-23T08:00:00.000Z"],
      ["unsubscribe", "news", "2026-11-23T08:00:00.000Z"],
    ]);
  });

  it.each([
    [{ address: "nobody" }, "address"],
    [{ address: ["ada@example.com", "nobody"] }, "address[1]"],
    [{ address: [] }, "address"],
    [{ address: Array.from({ length: 101 }, (_, index) => `p${index}@example.com`) }, "address"],
    [{ address: "ada@example.com", reason: "bounce" }, "reason"],
    [{ address: "ada@example.com", list: "news" }, "list"],
    [{ address: "ada@example.com", reason: "unsubscribe", list: "News Letter" }, "list"],
  ])("refuses %j and says that it is %s", async (body, path) => {
    expect(await add(body)).toMatchObject({ status: 400, body: { error: { details: [{ path }] } } });
    expect(await find("ada@example.com")).toEqual([]);
  });

  it("keeps an international domain as it is mailed, and finds it in letters, too", async () => {
    const { body } = await add({ address: "ada@bücher.example" });

    expect(body.items.map(({ address }) => address)).toEqual(["ada@xn--bcher-kva.example"]);
    expect(await find("Ada@Bücher.example")).toHaveLength(1);
  });

  it("is written to the log with who did it and never with the address", async () => {
    await add({ address: "secretive@example.com" });

    const logged = output.text();
    expect(logged).toContain('"actor":"key_ada"');
    expect(logged).not.toContain("secretive");
  });
});

describe("removing by hand", () => {
  it("lets no older bounce bring the address back, and a newer one does", async () => {
    const address = "bounced@example.com";
    const old = bounce(address, "2026-11-20T08:00:00.000Z");
    await suppressions.recordSuppression("ten_ada", old);

    const { status } = await remove(address);
    await suppressions.recordSuppression("ten_ada", old);
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-23T07:59:59.999Z"));
    const afterOld = await find(address);
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-23T08:00:00.001Z"));

    expect(status).toBe(204);
    expect(afterOld).toEqual([]);
    expect(await find(address)).toEqual([["bounce", undefined, "2026-11-23T08:00:00.001Z"]]);
  });

  it("takes one reason or one list away, and leaves the others", async () => {
    const address = "several@example.com";
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-20T08:00:00.000Z"));
    for (const list of ["news", "offers"]) await add({ address, reason: "unsubscribe", list });
    await add({ address, reason: "unsubscribe" });
    await add({ address });

    await remove(address, { list: "news" });
    await remove(address, { reason: "bounce" });
    await remove(address, { reason: "unsubscribe" });

    expect((await find(address)).map(([reason, list]) => [reason, list])).toEqual([
      ["unsubscribe", "offers"],
      ["manual", undefined],
    ]);
  });

  it("lets a person leave again after they came back", async () => {
    const address = "undecided@example.com";
    await add({ address, reason: "unsubscribe" });
    await remove(address);

    await add({ address, reason: "unsubscribe" });

    expect((await find(address)).map(([reason]) => reason)).toEqual(["unsubscribe"]);
  });

  it("says so when nothing is there to remove, also to another tenant, who removes nothing", async () => {
    const address = "adas@example.com";
    await add({ address });

    const byStranger = await remove(address, {}, bob);
    const otherReason = await remove(address, { reason: "bounce" });
    const unknown = await remove("nobody-known@example.com");

    expect([byStranger.status, otherReason.status, unknown.status]).toEqual([404, 404, 404]);
    expect(await find(address)).toHaveLength(1);
  });

  it("refuses a list with another reason", async () => {
    const answer = await remove("ada@example.com", { reason: "bounce", list: "news" });

    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ path: "query.list" }] } } });
  });
});

describe("removing and erasing", () => {
  it("frees an erased address too, and keeps its name out of the table", async () => {
    const address = "erased@example.com";
    const old = bounce(address, "2026-11-20T08:00:00.000Z");
    await suppressions.recordSuppression("ten_ada", old);
    await erase(address, "2026-11-22T08:00:00.000Z");
    const before = await find(address);

    const { status } = await remove(address);
    await suppressions.recordSuppression("ten_ada", old);
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-22T09:00:00.000Z"));

    expect(before).toEqual([["bounce", undefined, "2026-11-20T00:00:00.000Z"]]);
    expect(status).toBe(204);
    expect(await find(address)).toEqual([]);
    expect(
      (await suppressions.listSuppressions("ten_ada", { limit: 1000 })).items.map((item) => item.address),
    ).not.toContain(address);
  });

  it("remembers what was removed before the erasure", async () => {
    const address = "removed-then-erased@example.com";
    const old = bounce(address, "2026-11-20T08:00:00.000Z");
    await suppressions.recordSuppression("ten_ada", old);
    await remove(address);
    await erase(address, "2026-11-24T08:00:00.000Z");

    await suppressions.recordSuppression("ten_ada", old);

    expect(await find(address)).toEqual([]);
  });

  it("keeps against an erased address what happened after a removal on the same day", async () => {
    const address = "bounced-again@example.com";
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-20T08:00:00.000Z"));
    await remove(address);
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-23T12:00:00.000Z"));

    await erase(address, "2026-11-24T08:00:00.000Z");

    expect(await find(address)).toEqual([["bounce", undefined, "2026-11-23T00:00:00.000Z"]]);
  });

  it("keeps against an address that is erased twice what happened after its removal in between", async () => {
    const address = "erased-twice@example.com";
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-20T08:00:00.000Z"));
    await erase(address, "2026-11-22T08:00:00.000Z");
    await remove(address);
    await suppressions.recordSuppression("ten_ada", bounce(address, "2026-11-23T12:00:00.000Z"));

    await erase(address, "2026-11-24T08:00:00.000Z");

    expect(await find(address)).toEqual([["bounce", undefined, "2026-11-23T00:00:00.000Z"]]);
  });

  it("keeps under the digest alone who leaves by a mail from before the erasure", async () => {
    const address = "left-late@example.com";
    await erase(address, "2026-11-22T08:00:00.000Z");

    await suppressions.recordSuppression("ten_ada", {
      address,
      reason: "unsubscribe",
      since: "2026-11-23T08:00:00.000Z",
      mailSentAt: "2026-11-21T08:00:00.000Z",
    });

    expect(await find(address)).toEqual([["unsubscribe", undefined, "2026-11-23T00:00:00.000Z"]]);
    const { items } = await suppressions.listSuppressions("ten_ada", { limit: 1000 });
    expect(items.map((item) => item.address)).not.toContain(address);
  });
});

describe("the list, filtered", () => {
  it("shows by reason and by list, over its pages, each address once", async () => {
    for (let index = 0; index < 130; index++) {
      const address = `filtered${String(index).padStart(3, "0")}@example.com`;
      await suppressions.recordSuppression("ten_bob", { ...bounce(address, "2026-11-20T08:00:00.000Z") });
      if (index % 10 === 0)
        await suppressions.recordSuppression("ten_bob", {
          address,
          reason: "unsubscribe",
          list: "news",
          since: "2026-11-20T08:00:00.000Z",
        });
    }
    const list = (query: Record<string, string>) =>
      call<SuppressionPage>(handler, "GET /suppression-list", { actor: bob, query });

    const bounced = await list({ reason: "bounce" });
    const next = await list({ reason: "bounce", cursor: bounced.body.cursor ?? "" });
    const left = await list({ list: "news" });
    const other = await list({ list: "offers" });
    const swapped = await list({ list: "news", cursor: bounced.body.cursor ?? "" });

    expect(new Set([...bounced.body.items, ...next.body.items].map(({ address }) => address)).size).toBe(130);
    expect(next.body.cursor).toBeUndefined();
    expect(left.body.items).toHaveLength(13);
    expect(left.body.items[0]).toMatchObject({
      reason: "bounce",
      reasons: [{}, { reason: "unsubscribe", list: "news" }],
    });
    expect(other.body).toEqual({ items: [] });
    expect(swapped.status).toBe(400);
  });
});

describe("what a recount asks", () => {
  it("is answered that a bounce is known, or that it was removed since, and no where it must be recorded", async () => {
    const address = "recounted@example.com";
    const old = bounce(address, "2026-11-20T08:00:00.000Z");
    const holds = (record: SuppressionRecord) => suppressions.holdsSuppression("ten_ada", record);
    const before = await holds(old);
    await suppressions.recordSuppression("ten_ada", old);
    const known = await holds(old);

    await remove(address);

    expect([before, known]).toEqual([false, true]);
    expect(await holds(old)).toBe(true);
    expect(await holds(bounce(address, "2026-11-23T09:00:00.000Z"))).toBe(false);
  });
});
