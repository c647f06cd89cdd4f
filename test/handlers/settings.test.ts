// GET and PUT /settings: how long a tenant keeps things, from the answer to the last item in the table.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SettingsView } from "../../shared/contract/api/settings.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { adasKey, bob, call, type RequestParts } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { nowMs } from "../support/projected-ledger.ts";
import { countersIn, rowsIn, startRecipientRights, type RecipientRights } from "../support/recipient-rights.ts";
import { sesEvent } from "../support/ses-events.ts";

const tenantId = "ten_ada";
const dayMs = 86_400_000;

let rights: RecipientRights;
beforeEach(async () => {
  captureOutput();
  rights = await startRecipientRights();
});
afterEach(() => rights.stop());

const get = (parts: RequestParts = {}) => call<SettingsView>(rights.handler, "GET /settings", parts);
const put = (retentionDays: unknown, parts: RequestParts = {}) =>
  call<SettingsView>(rights.handler, "PUT /settings", { body: { retentionDays }, ...parts });

const daysAgo = (days: number): string => new Date(nowMs - days * dayMs).toISOString();

/** A mail and its delivery, both so many days ago. */
const mailOf = (days: number, messageId = `message-${days}`): SesEvent[] => [
  sesEvent("send", { "mail.messageId": messageId, "mail.timestamp": daysAgo(days) }),
  sesEvent("delivery", {
    "mail.messageId": messageId,
    "mail.timestamp": daysAgo(days),
    "delivery.timestamp": daysAgo(days - 0.01),
  }),
];

const opens = (count: number): SesEvent[] =>
  Array.from({ length: count }, (_, second) =>
    sesEvent("open", {
      "mail.messageId": "message-10",
      "mail.timestamp": daysAgo(10),
      "open.timestamp": new Date(nowMs - 9 * dayMs + second * 1000).toISOString(),
    }),
  );

const store = (events: SesEvent[]) => rights.store(events, tenantId);

const listed = async (): Promise<string[]> => {
  const query = { fromMs: nowMs - 400 * dayMs, toMs: nowMs + dayMs, limit: 100 };
  const { events } = await rights.ledger.listEvents(tenantId, query);
  return [...new Set(events.map(({ messageId }) => messageId))];
};

/** Expiry less sending, in days, of everything that belongs to messages. */
const keptDays = async (): Promise<number[]> => {
  const items = (await rights.items()).filter(({ sentAt }) => sentAt !== undefined);
  const days = items.map(({ sentAt, expiresAtSeconds }) =>
    Math.round((Number(expiresAtSeconds) * 1000 - Date.parse(String(sentAt))) / dayMs),
  );
  return [...new Set(days)].toSorted((a, b) => a - b);
};

describe("a tenant's settings", () => {
  it("keep things for 400 days until somebody decides otherwise", async () => {
    expect(await get()).toMatchObject({ status: 200, body: { retentionDays: 400 } });
    expect((await get()).body.retentionChange).toBeUndefined();
  });

  it("are changed for the tenant alone", async () => {
    const changed = await put(30);

    expect(changed).toMatchObject({
      status: 200,
      body: {
        retentionDays: 30,
        retentionChange: { state: "waiting", looked: 0, changedAt: "2026-11-23T12:00:00.000Z" },
      },
    });
    expect((await get()).body).toEqual(changed.body);
    expect((await get({ actor: bob })).body).toEqual({ retentionDays: 400, contentDays: 0 });
  });

  it.each([0, 3651, 1.5, -1, "30", null])("refuse %j days and say what would do", async (retentionDays) => {
    const refused = await put(retentionDays);

    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: {
          details: [{ path: "retentionDays", message: "must be a whole number of days from 1 to 3650" }],
        },
      },
    });
    expect(rights.queue).toEqual([]);
  });

  it.each([1, 3650])("take the bound of %i days", async (retentionDays) => {
    expect((await put(retentionDays)).body.retentionDays).toBe(retentionDays);
  });

  it("are for people at the dashboard, not for an app's key", async () => {
    expect((await get({ actor: adasKey })).status).toBe(403);
    expect((await put(30, { actor: adasKey })).status).toBe(403);
  });

  it("begin no work when nothing changes", async () => {
    await put(30);
    await rights.settle();

    const again = await put(30);

    expect(again.body.retentionChange?.state).toBe("done");
    expect(rights.queue).toEqual([]);
  });

  it("tell the slower of two who change them at once to look again", async () => {
    const before = await rights.settings.getSettings(tenantId);
    await rights.settings.changeRetention(tenantId, before, { retentionDays: 30, nowMs });

    const slower = rights.settings.changeRetention(tenantId, before, { retentionDays: 90, nowMs });

    await expect(slower).rejects.toMatchObject({ code: "conflict" });
    expect((await get()).body.retentionDays).toBe(30);
  });
});

describe("a shorter retention", () => {
  it("hides at once what is past it: in lists, messages and of recipients", async () => {
    await store([...mailOf(10), ...mailOf(40)]);

    await put(30);

    expect(await listed()).toEqual(["message-10"]);
    expect(await rights.ledger.getMessageOutcomes(tenantId, "message-40")).toEqual([]);
    const { outcomes } = await rights.ledger.getRecipientOutcomes(tenantId, "ada@example.com", { limit: 10 });
    expect(outcomes.map(({ messageId }) => messageId)).toEqual(["message-10"]);
  });

  it("leaves another tenant's events alone", async () => {
    await rights.store(mailOf(40), "ten_bob");

    await put(30);
    await rights.settle();

    expect(await rights.ledger.getMessageOutcomes("ten_bob", "message-40")).toHaveLength(1);
    expect(await keptDays()).toEqual([400]);
  });

  it("refuses late events of what is past it", async () => {
    await put(30);

    const recorded = await rights.ledger.recordEvents(tenantId, mailOf(40));

    expect(recorded.map(({ result }) => result)).toEqual(["expired", "expired"]);
  });

  it("lets the table forget what is past it, and keeps what was counted", async () => {
    await store([...mailOf(10), ...mailOf(40)]);
    const chart = () => rights.ledger.dailyCounts(tenantId, daysAgo(41).slice(0, 10), daysAgo(39).slice(0, 10));
    const counted = await chart();
    await put(30);
    await rights.settle();

    rights.time.nowMs += dayMs;
    await rights.db.service.sweepExpired();
    await store([]);

    const items = await rights.items();
    expect(new Set(rowsIn(items).map(({ messageId }) => messageId))).toEqual(new Set(["message-10"]));
    expect(items.some(({ sk }) => sk === "M#message-40")).toBe(false);
    expect(await chart()).toEqual(counted);
  });

  it("gives nothing an expiry that DynamoDB would pass over, for being more than five years ago", async () => {
    rights.time.nowMs = nowMs - 3000 * dayMs;
    await put(3650);
    await rights.ledger.recordEvents(tenantId, mailOf(3000));
    await store([]);
    rights.time.nowMs = nowMs;

    await put(1);
    await rights.settle();

    const old = (await rights.items()).filter(({ sentAt }) => sentAt !== undefined);
    expect(old).toHaveLength(3);
    expect(old.map(({ expiresAtSeconds }) => Number(expiresAtSeconds) * 1000)).toEqual([nowMs, nowMs, nowMs]);
  });
});

describe("a longer retention", () => {
  it("shows again what is still there", async () => {
    await store(mailOf(40));
    await put(30);
    expect(await listed()).toEqual([]);

    await put(60);

    expect(await listed()).toEqual(["message-40"]);
  });

  it("is given to everything that is stored: outcomes, further events, list rows", async () => {
    await store([...mailOf(10), ...mailOf(300), ...opens(60)]);
    const before = countersIn(await rights.items());
    expect(await keptDays()).toEqual([400]);

    await put(1000);
    await rights.settle();

    expect(await keptDays()).toEqual([1000]);
    expect(countersIn(await rights.items())).toEqual(before);
  });

  it("does not reach back behind the shorter one that was: what was refused then stays refused", async () => {
    await put(1000);

    const recorded = await rights.ledger.recordEvents(tenantId, mailOf(500));

    expect(recorded.map(({ result }) => result)).toEqual(["expired", "expired"]);
  });

  it("does not let a replay count again what had expired", async () => {
    await put(30);
    await rights.ledger.recordEvents(tenantId, mailOf(20));
    await store([]);
    rights.time.nowMs += 15 * dayMs;
    await rights.db.service.sweepExpired();
    await store([]);
    const counted = countersIn(await rights.items());

    await put(400);
    const replayed = await rights.ledger.recordEvents(tenantId, mailOf(20));
    await store([]);

    expect(replayed.map(({ result }) => result)).toEqual(["expired", "expired"]);
    expect(countersIn(await rights.items())).toEqual(counted);
  });

  it("still takes late events of an outcome that was hidden for a while but never gone", async () => {
    await store(mailOf(40));
    await put(30);
    await put(60);

    const recorded = await rights.ledger.recordEvents(tenantId, [
      sesEvent("click", { "mail.messageId": "message-40", "mail.timestamp": daysAgo(40) }),
    ]);

    expect(recorded[0]?.result).toBe("stored");
  });
});

describe("the work on what is stored", () => {
  it("waits a quarter of an hour, goes step by step, and says how far it is", async () => {
    await store(Array.from({ length: 200 }, (_, index) => mailOf(1 + (index % 50), `message-${index}`)).flat());
    await put(90);
    expect(rights.queue[0]?.delaySeconds).toBe(900);
    await rights.rewrite(rights.queue.shift()!.job);

    const underWay = (await get()).body.retentionChange;
    const steps = 1 + (await rights.settle());
    const done = (await get()).body.retentionChange;

    expect(underWay?.state).toBe("running");
    expect(underWay?.looked).toBeGreaterThan(0);
    expect(underWay?.looked).toBeLessThan(400);
    expect(underWay?.lookedAtDaysAfter).toMatch(/^2026-1[01]-\d\d$/);
    expect(steps).toBeGreaterThan(2);
    expect(done).toMatchObject({ state: "done", looked: 400, rewritten: 200, finishedAt: "2026-11-23T12:00:00.000Z" });
    expect(await keptDays()).toEqual([90]);
  });

  it("rewrites nothing twice when a message comes twice, and goes on when the next one was lost", async () => {
    await store(Array.from({ length: 200 }, (_, index) => mailOf(1 + (index % 50), `message-${index}`)).flat());
    await put(90);
    const first = rights.queue.shift()!.job;
    await rights.rewrite(first);
    rights.queue.length = 0;

    await rights.rewrite(first);
    await rights.settle();
    await rights.rewrite(first);

    expect(rights.queue).toEqual([]);
    expect((await get()).body.retentionChange).toMatchObject({ state: "done", looked: 400, rewritten: 200 });
  });

  it("stops when the retention is changed again", async () => {
    await store(mailOf(10));
    await put(30);
    await put(60);

    await rights.settle();

    expect(await keptDays()).toEqual([60]);
    expect((await get()).body.retentionChange).toMatchObject({ state: "done", rewritten: 1 });
  });

  it("is not begun for a change that could not be written", async () => {
    await rights.rewrite({ kind: "retention", tenantId, change: 1, step: 0 });

    expect(rights.queue).toEqual([]);
    expect(rights.errors).toEqual([]);
  });

  it("gives back a message that it cannot do, and one alone", async () => {
    const response = await rights.rewrite({ kind: "unheard of" } as never);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "record-0" }] });
  });
});
