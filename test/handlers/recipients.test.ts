// GET /recipients/{address}: every message to an address, with what became of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RecipientPage } from "../../shared/contract/api/recipients.ts";
import { bob, call } from "../support/api-request.ts";
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
