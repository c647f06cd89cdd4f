// GET /events: what no key serves (tag, verdict, subject), presets, and places that hold while events arrive.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listEvents } from "../../lambdas/events/operations.ts";
import { createCursors } from "../../lambdas/runtime/cursor.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { EventPage } from "../../shared/contract/api/events.ts";
import type { SesEvent } from "../../shared/domain/event.ts";
import { bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha } from "../support/events-api.ts";
import { nowMs, startProjectedLedger, type ProjectedLedger } from "../support/projected-ledger.ts";
import { sesEvent, type Json } from "../support/ses-events.ts";

let started: ProjectedLedger;
const minuteMs = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

const mail = (messageId: string, minutesAgo: number, changes: Json = {}): Json => ({
  "mail.messageId": messageId,
  "mail.timestamp": iso(nowMs - minutesAgo * minuteMs),
  "mail.destination": [`${messageId}@example.com`],
  ...changes,
});

const autumn = {
  "mail.tags": { campaign: ["autumn"] },
  "mail.commonHeaders.subject": "Herbst bei Müller: ALLES muss raus",
};
const winter = {
  "mail.tags": { campaign: ["winter"], "the kind": ["news"] },
  "mail.commonHeaders.subject": "Winter news",
};
/** Google's image proxy, as SES reports an open in Gmail. */
const gmail = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";

const open = (messageId: string, minutesAgo: number, userAgent: string): SesEvent =>
  sesEvent("open", {
    ...mail(messageId, 3 * 60, autumn),
    "open.timestamp": iso(nowMs - minutesAgo * minuteMs),
    "open.userAgent": userAgent,
  });

beforeAll(async () => {
  started = await startProjectedLedger();
  await started.store([
    sesEvent("send", mail("a1", 3 * 60, autumn)),
    sesEvent("send", mail("a2", 2 * 60, autumn)),
    sesEvent("send", mail("w1", 60, winter)),
    open("a1", 30, gmail),
    open("a2", 20, "python-requests/2.32"),
  ]);
});
afterAll(() => started.stop());
beforeEach(() => {
  captureOutput();
});

const list = (query: Record<string, string> = {}, actor = alpha, timeMs = nowMs) =>
  call<EventPage>(
    httpHandler({
      "GET /events": listEvents({
        ledger: started.ledger,
        cursors: createCursors(async () => "a secret of the test"),
        clock: () => timeMs,
      }),
    }),
    "GET /events",
    { actor, query },
  );

const idsOf = ({ body }: { body: EventPage }) => body.items.map(({ type, messageId }) => `${type} ${messageId}`);

describe("filters that no key serves", () => {
  test.each([
    [{ tag: "campaign:autumn" }, ["open a2", "open a1", "send a2", "send a1"]],
    [{ tag: "campaign:autumn", status: "sent" }, ["send a2", "send a1"]],
    [{ tag: "the kind:news" }, ["send w1"]],
    [{ tag: "campaign:autum" }, []],
    [{ verdict: "imageProxy" }, ["open a1"]],
    [{ verdict: "imageProxy,scanner" }, ["open a2", "open a1"]],
    [{ verdict: "person", status: "sent" }, []],
    [{ q: "MÜLLER" }, ["open a2", "open a1", "send a2", "send a1"]],
    [{ q: "alles muss" }, ["open a2", "open a1", "send a2", "send a1"]],
    [{ q: "news", tag: "campaign:winter" }, ["send w1"]],
    [{ q: "news", recipient: "a1@example.com" }, []],
    [{ q: "herbst", messageId: "a1" }, ["open a1", "send a1"]],
    [{ verdict: "scanner", recipient: "a2@example.com" }, ["open a2"]],
  ])("finds with %j", async (query, expected) => {
    expect(idsOf(await list(query as Record<string, string>))).toEqual(expected);
  });

  test("say who caused an open, and why", async () => {
    const { body } = await list({ verdict: "imageProxy" });

    expect(body.items[0]).toMatchObject({ verdict: "imageProxy", tags: { campaign: ["autumn"] } });
    expect(body.items[0]?.verdictReason).toMatch(/ /);
  });

  test.each([
    [{ tag: "autumn" }, "query.tag"],
    [{ tag: ":autumn" }, "query.tag"],
    [{ verdict: "human" }, "query.verdict[0]"],
    [{ q: "  " }, "query.q"],
    [{ q: "x".repeat(201) }, "query.q"],
    [{ period: "7d", to: "2026-11-23" }, "query.period"],
    [{ tz: "Mars/Olympus" }, "query.tz"],
  ])("refuse %j at %s", async (query, path) => {
    expect(await list(query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", details: [{ path }] } },
    });
  });

  test("find nothing of another tenant", async () => {
    const answers = [
      await list({ tag: "campaign:autumn" }, bob),
      await list({ verdict: "imageProxy" }, bob),
      await list({ q: "herbst" }, bob),
    ];

    for (const { body } of answers) expect(body).toEqual({ items: [] });
  });

  test("belong to their cursor", async () => {
    const { body } = await list({ q: "herbst", limit: "1" });

    const other = await list({ q: "winter", limit: "1", cursor: body.cursor ?? "" });

    expect(body.cursor).toBeDefined();
    expect(other).toMatchObject({ status: 400, body: { error: { details: [{ path: "query.cursor" }] } } });
  });
});

describe("presets", () => {
  test.each([
    // The events are of 9:00 to 11:40 UTC, and now is noon: in Auckland the next day began at 11:00 UTC.
    ["today", undefined, 5],
    ["today", "Pacific/Auckland", 3],
    ["24h", undefined, 5],
    ["7d", "Europe/Berlin", 5],
    ["12mo", undefined, 5],
  ])("%s in %s", async (period, tz, count) => {
    const { body } = await list({ period, ...(tz ? { tz } : {}) });

    expect(body.items).toHaveLength(count);
  });

  test("a day given as a range is the caller's", async () => {
    const { body } = await list({ from: "2026-11-24", to: "2026-11-24", tz: "Pacific/Auckland" });

    expect(idsOf({ body })).toEqual(["open a2", "open a1", "send w1"]);
  });
});

describe("places in a filtered list", () => {
  test("hold while events arrive before and behind them", async () => {
    const first = await list({ q: "herbst", limit: "2" });
    await started.store([
      sesEvent("send", mail("newer", 5, autumn)),
      sesEvent("send", mail("between", 2.5 * 60, autumn)),
      sesEvent("send", mail("other", 2.6 * 60, winter)),
    ]);

    const second = await list({ q: "herbst", limit: "10", cursor: first.body.cursor ?? "" }, alpha, nowMs + minuteMs);

    expect(idsOf(first)).toEqual(["open a2", "open a1"]);
    expect(idsOf(second)).toEqual(["send a2", "send between", "send a1"]);
    expect(second.body.cursor).toBeUndefined();
  });
});
