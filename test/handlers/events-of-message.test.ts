// GET /messages/{messageId} and GET /stats: what became of one message, and how many events a day has.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MessageView, StatsView } from "../../shared/contract/api/events.ts";
import { bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha, groupMessageId, startEventsApi, type EventsApi } from "../support/events-api.ts";
import { fixtureMessageId, fixtureRecipient } from "../support/ses-events.ts";

let api: EventsApi;

beforeAll(async () => {
  api = await startEventsApi();
});
afterAll(() => api.stop());
beforeEach(() => {
  captureOutput();
});

describe("GET /messages/{messageId}", () => {
  const get = (messageId: string, actor = alpha) =>
    call<MessageView>(api.handler, "GET /messages/{messageId}", { actor, path: { messageId } });

  test("tells what became of a message, with its timeline and links", async () => {
    const { status, body } = await get(fixtureMessageId);

    expect(status).toBe(200);
    expect(body).toMatchObject({ messageId: fixtureMessageId, sentAt: "2026-11-23T08:00:00.125Z", ambiguous: [] });
    expect(Object.keys(body.tags).some((name) => name.startsWith("ses:"))).toBe(false);
    expect(body.recipients).toHaveLength(1);
    const [ada] = body.recipients;
    expect(ada).toMatchObject({
      recipient: fixtureRecipient,
      status: "clicked",
      opens: { total: 1 },
      clicks: { total: 2, lastAt: "2026-11-23T08:20:00.000Z" },
      links: [{ total: 2, url: expect.stringMatching(/^https:/) as string }],
      automaticReply: false,
    });
    expect(ada?.events.map(({ type }) => type)).toEqual(["send", "delivery", "open", "click", "click"]);
  });

  test("keeps what is nobody's in particular apart", async () => {
    const { body } = await get(groupMessageId);

    expect(body.recipients.map(({ recipient, opens }) => [recipient, opens.total])).toEqual([
      ["a@example.com", 0],
      ["b@example.com", 0],
    ]);
    expect(body.ambiguous.map(({ type, recipient }) => [type, recipient])).toEqual([["open", null]]);
  });

  test("does not find an unknown message, nor another tenant's", async () => {
    const unknown = await get("unknown");
    const foreign = await get(fixtureMessageId, bob);

    for (const answer of [unknown, foreign])
      expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    expect(foreign.body).toEqual(unknown.body);
  });
});

describe("GET /stats", () => {
  const stats = (query: Record<string, string> = {}, actor = alpha) =>
    call<StatsView>(api.handler, "GET /stats", { actor, query });

  test("counts the last fourteen days, every day of them", async () => {
    const { body } = await stats();

    expect(body.days).toHaveLength(14);
    expect([body.days[0]?.day, body.days[13]?.day]).toEqual(["2026-11-10", "2026-11-23"]);
    expect(body.days[13]?.counts).toEqual(body.totals);
    expect(body.totals).toMatchObject({ send: 3, delivery: 1, open: 2, click: 2, bounce: 0 });
  });

  test("counts the days that are asked for, both ends included", async () => {
    const { body } = await stats({ from: "2026-08-31", to: "2026-09-01" });

    expect(body.days.map(({ day, counts }) => [day, counts.bounce])).toEqual([
      ["2026-08-31", 0],
      ["2026-09-01", 1],
    ]);
  });

  test.each([
    [{ from: "2026-11-24", to: "2026-11-23" }, "query.from"],
    [{ from: "2024-11-24", to: "2026-11-23" }, "query.from"],
    [{ to: "2026-02-30" }, "query.to"],
  ])("refuses %j at %s", async (query, path) => {
    expect(await stats(query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { error: { details: [{ path }] } },
    });
  });

  test("counts nothing of another tenant", async () => {
    const { body } = await stats({}, bob);

    expect(Object.values(body.totals).every((count) => count === 0)).toBe(true);
  });
});
