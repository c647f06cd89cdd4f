// GET /events: filters, order, pages. One message and the counts: events-of-message.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EventPage } from "../../shared/contract/api/events.ts";
import { bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha, groupMessageId, startEventsApi, type EventsApi } from "../support/events-api.ts";
import { nowMs } from "../support/projected-ledger.ts";
import { fixtureMessageId, fixtureRecipient } from "../support/ses-events.ts";

let api: EventsApi;

beforeAll(async () => {
  api = await startEventsApi();
});
afterAll(() => api.stop());
beforeEach(() => {
  captureOutput();
  api.time.nowMs = nowMs;
});

const list = (query: Record<string, string> = {}, actor = alpha) =>
  call<EventPage>(api.handler, "GET /events", { actor, query });
const typesOf = ({ body }: { body: EventPage }) => body.items.map(({ type }) => type);

describe("GET /events", () => {
  test("lists the last 30 days, newest first, with what each event says", async () => {
    const answer = await list();

    expect(answer.status).toBe(200);
    expect(typesOf(answer)).toEqual(["click", "click", "open", "open", "delivery", "send", "send", "send"]);
    expect(answer.body.items[0]).toMatchObject({
      type: "click",
      messageId: fixtureMessageId,
      recipient: fixtureRecipient,
      attribution: "exact",
      occurredAt: "2026-11-23T08:20:00.000Z",
      link: expect.stringMatching(/^https:/) as string,
    });
    expect(answer.body.cursor).toBeUndefined();
  });

  test.each([
    ["sent,opened", ["open", "open", "send", "send", "send"]],
    ["click", ["click", "click"]],
    ["complained", []],
  ])("filters by the status %s", async (status, types) => {
    expect(typesOf(await list({ status }))).toEqual(types);
  });

  test("filters by recipient, however the address is written", async () => {
    const { body } = await list({ recipient: "  Ada <ADA@Example.com>" });

    expect(body.items).toHaveLength(5);
    expect(body.items.every(({ recipient }) => recipient === "ada@example.com")).toBe(true);
  });

  test("filters by message; an open that may be either's is nobody's", async () => {
    const { body } = await list({ messageId: groupMessageId });

    expect(body.items.map(({ type, recipient, attribution }) => [type, recipient, attribution])).toEqual([
      ["open", null, "ambiguous"],
      ["send", expect.stringMatching(/^[ab]@example\.com$/), "exact"],
      ["send", expect.stringMatching(/^[ab]@example\.com$/), "exact"],
    ]);
  });

  test("a day as end is in, an instant is not", async () => {
    const wholeDay = await list({ from: "2026-09-01", to: "2026-09-01" });
    const until = await list({ from: "2026-09-01", to: "2026-09-01T08:00:01Z" });
    const since = await list({ from: "2026-09-01T10:00:01+02:00", to: "2026-09-02" });

    expect(typesOf(wholeDay)).toEqual(["bounce"]);
    expect(typesOf(until)).toEqual([]);
    expect(typesOf(since)).toEqual(["bounce"]);
    expect(wholeDay.body.items[0]?.bounce).toEqual({
      type: "Permanent",
      subType: "General",
      status: "5.1.1",
      diagnosticCode: "smtp; 550 5.1.1 unknown",
    });
  });

  test("gives every event once over its pages, also while time goes on", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await list({ limit: "3", ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...body.items.map(({ eventId }) => eventId));
      cursor = body.cursor;
      api.time.nowMs += 86_400_000;
    } while (cursor !== undefined);

    expect(seen).toHaveLength(8);
    expect(new Set(seen).size).toBe(8);
  });

  test("takes no cursor of other filters, of another tenant, or made up", async () => {
    const cursor = (await list({ limit: "3" })).body.cursor ?? "";

    const tries = [
      await list({ limit: "3", cursor, status: "opened" }),
      await list({ limit: "3", cursor }, bob),
      await list({ cursor: `${cursor}A` }),
      await list({ cursor: "eyJiZWZvcmUiOiIyMDI3In0.AAAA" }),
    ];

    expect(cursor).not.toBe("");
    for (const answer of tries)
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", details: [{ path: "query.cursor" }] } },
      });
  });

  test.each([
    [{ from: "yesterday" }, "query.from"],
    [{ from: "2026-11-23", to: "2026-11-22" }, "query.from"],
    [{ from: "2024-01-01", to: "2026-01-01" }, "query.from"],
    [{ status: "lost" }, "query.status[0]"],
    [{ recipient: "nobody" }, "query.recipient"],
    [{ limit: "0" }, "query.limit"],
    [{ limit: "101" }, "query.limit"],
    [{ recipients: "ada@example.com" }, "query.recipients"],
  ])("refuses %j at %s", async (query, path) => {
    expect(await list(query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", details: [{ path }] } },
    });
  });

  test("shows another tenant nothing, whatever they ask for", async () => {
    const answers = [
      await list({}, bob),
      await list({ messageId: fixtureMessageId }, bob),
      await list({ recipient: fixtureRecipient }, bob),
    ];

    for (const { body } of answers) expect(body).toEqual({ items: [] });
  });
});
