// GET /recipients/{address}: every message to an address, with what became of it.
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RecipientPage } from "../../shared/contract/api/recipients.ts";
import { apiEvent, bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha, startEventsApi, type EventsApi } from "../support/events-api.ts";
import { fixtureMessageId, fixtureRecipient, sesEvent } from "../support/ses-events.ts";

let api: EventsApi;
beforeAll(async () => {
  api = await startEventsApi();
  await api.store(
    ["many-1", "many-2", "many-3"].map((messageId) =>
      sesEvent("send", { "mail.messageId": messageId, "mail.destination": ["many@example.com"] }),
    ),
  );
});
afterAll(() => api.stop());
beforeEach(() => {
  captureOutput();
});

const get = (address: string, query: Record<string, string> = {}, actor = alpha) =>
  call<RecipientPage>(api.handler, "GET /recipients/{address}", { actor, query, path: { address } });

describe("GET /recipients/{address}", () => {
  test("tells what became of each message, however the address is written", async () => {
    const { status, body } = await get(" Ada <ADA@example.com>");

    expect(status).toBe(200);
    expect(body).toMatchObject({
      recipient: fixtureRecipient,
      items: [
        {
          messageId: fixtureMessageId,
          status: "clicked",
          subject: "Your order has left the shop",
          tags: { campaign: ["orders"] },
          opens: { total: 1, byPersons: { total: 1 } },
          clicks: { total: 2, lastAt: "2026-11-23T08:20:00.000Z" },
          eventCount: 5,
        },
      ],
    });
    expect(body.cursor).toBeUndefined();
    expect(body.items[0]).not.toHaveProperty("events");
  });

  test("tells of a bounce", async () => {
    const { body } = await get("old@example.com");

    expect(body.items).toMatchObject([{ status: "bounced", bounce: { type: "Permanent" }, opens: { total: 0 } }]);
  });

  test("does not count to a person what may be somebody else's", async () => {
    const { body } = await get("a@example.com");

    expect(body.items).toMatchObject([{ status: "sent", opens: { total: 0 } }]);
  });

  test("knows nothing of an address without mail, nor of another tenant's", async () => {
    expect((await get("nobody@example.com")).body).toEqual({ recipient: "nobody@example.com", items: [] });
    expect((await get(fixtureRecipient, {}, bob)).body).toEqual({ recipient: fixtureRecipient, items: [] });
  });

  test("comes in pages whose cursors are for that address and tenant alone", async () => {
    const first = await get("many@example.com", { limit: "2" });
    const cursor = first.body.cursor ?? "";
    const second = await get("many@example.com", { limit: "2", cursor });

    expect([first, second].map(({ body }) => body.items.map(({ messageId }) => messageId))).toEqual([
      ["many-3", "many-2"],
      ["many-1"],
    ]);
    expect(second.body.cursor).toBeUndefined();
    for (const answer of [await get(fixtureRecipient, { cursor }), await get("many@example.com", { cursor }, bob)])
      expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ path: "query.cursor" }] } } });
  });

  test.each([
    ["nobody", {}, "path.address"],
    ["ada@example.com", { limit: "0" }, "query.limit"],
    ["ada@example.com", { status: "sent" }, "query.status"],
  ])("refuses %s with %j", async (address, query, path) => {
    expect(await get(address, query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { error: { details: [{ path }] } },
    });
  });
});

describe("GET /recipients/{address}/messages/export", () => {
  const route = "GET /recipients/{address}/messages/export";
  const ask = (address: string, query: Record<string, string>, actor = alpha) =>
    api.handler(apiEvent(route, { actor, query, path: { address } }));

  test("is one CSV of every message once, over several answers", async () => {
    const first = await ask("many@example.com", { format: "csv" });
    const cursor = first.headers["x-next-cursor"] ?? "";
    const second = await ask("many@example.com", { format: "csv", cursor });

    const rows = parse(first.body + second.body, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ messageId }) => messageId)).toEqual(["many-3", "many-2", "many-1"]);
    expect(first.headers["link"]).toContain("/recipients/many%40example.com/messages/export?");
    expect(second.headers["x-next-cursor"]).toBeUndefined();
  });

  test("says what became of each", async () => {
    const { body } = await ask(fixtureRecipient, { format: "csv" });

    expect(parse(body, { columns: true })).toMatchObject([
      {
        messageId: fixtureMessageId,
        subject: "Your order has left the shop",
        tags: "campaign:orders",
        status: "clicked",
        opens: "1",
        opensByPersons: "1",
        clicks: "2",
        firstClickAt: "2026-11-23T08:11:00.000Z",
        events: "5",
      },
    ]);
  });

  test("is NDJSON, too, as the list shows it", async () => {
    const { body } = await ask("old@example.com", { format: "ndjson" });
    const { body: page } = await get("old@example.com");

    expect(
      body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(page.items);
  });

  test("goes on with no cursor of another address, format or tenant, and shows another tenant the head alone", async () => {
    const { headers } = await ask("many@example.com", { format: "csv" });
    const cursor = headers["x-next-cursor"] ?? "";

    expect((await ask(fixtureRecipient, { format: "csv", cursor })).statusCode).toBe(400);
    expect((await ask("many@example.com", { format: "ndjson", cursor })).statusCode).toBe(400);
    expect((await ask("many@example.com", { format: "csv", cursor }, bob)).statusCode).toBe(400);
    expect(parse((await ask("many@example.com", { format: "csv" }, bob)).body, { columns: true })).toEqual([]);
  });
});
