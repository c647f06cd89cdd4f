import { afterEach, describe, expect, it } from "vitest";
import type { SesEvent } from "../../../shared/domain/event.ts";
import type { EventList, EventPosition, EventQuery } from "../../../shared/store/ledger/ledger.ts";
import { nowMs, startProjectedLedger, tenantId, type ProjectedLedger } from "../../support/projected-ledger.ts";
import { fixtureMessageId, fixtureRecipient, sesEvent } from "../../support/ses-events.ts";

let started: ProjectedLedger;
afterEach(() => started.stop());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearAgoMs = nowMs - 365 * dayMs;

const iso = (atMs: number) => new Date(atMs).toISOString();

const sendAt = (messageId: string, atMs: number, recipient = fixtureRecipient): SesEvent =>
  sesEvent("send", {
    "mail.messageId": messageId,
    "mail.timestamp": iso(atMs),
    "mail.destination": [recipient],
  });

/** `message-0` is the newest, one every `everyMs` before noon. */
const sendsEvery = (everyMs: number, count: number): SesEvent[] =>
  Array.from({ length: count }, (_, index) => sendAt(`message-${index}`, nowMs - (index + 1) * everyMs));

const list = (query: Partial<EventQuery> = {}): Promise<EventList> =>
  started.ledger.listEvents(tenantId, { fromMs: yearAgoMs, toMs: nowMs, limit: 100, ...query });

const messageIds = ({ events }: EventList) => events.map(({ messageId }) => messageId);

async function listAll(query: Partial<EventQuery>): Promise<{ ids: string[]; pages: EventList[] }> {
  const pages: EventList[] = [];
  let position: EventPosition | undefined;
  do {
    const page = await list({ ...query, position });
    pages.push(page);
    position = page.position;
  } while (position);
  return { ids: pages.flatMap(messageIds), pages };
}

const queries = () => started.db.service.consumed().calls["Query"] ?? 0;

describe("listing a tenant's events", () => {
  it("merges all types, newest first", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("click"), sesEvent("send"), sesEvent("open"), sesEvent("delivery")]);

    const { events, ...rest } = await list();

    expect(events.map(({ type }) => type)).toEqual(["click", "open", "delivery", "send"]);
    expect(rest).toEqual({});
    expect(events[0]).toMatchObject({
      messageId: fixtureMessageId,
      recipient: fixtureRecipient,
      attribution: "exact",
      occurredAt: "2026-11-23T08:11:00.000Z",
    });
  });

  it("gives every event once over its pages, and no further page behind the last", async () => {
    started = await startProjectedLedger();
    const sends = sendsEvery(5 * hourMs, 30);
    await started.store(sends);

    const { ids, pages } = await listAll({ limit: 10 });

    expect(ids).toEqual(sends.map(({ messageId }) => messageId));
    expect(pages.map(({ events }) => events.length)).toEqual([10, 10, 10]);
  });

  it("keeps its place while newer and older events arrive", async () => {
    started = await startProjectedLedger();
    await started.store(sendsEvery(hourMs, 6));
    const first = await list({ limit: 3 });

    await started.store([sendAt("newer", nowMs - hourMs / 2), sendAt("late", nowMs - 3.5 * hourMs)]);
    const second = await list({ limit: 10, position: first.position });

    expect(messageIds(first)).toEqual(["message-0", "message-1", "message-2"]);
    expect(messageIds(second)).toEqual(["late", "message-3", "message-4", "message-5"]);
  });

  it("keeps its place among events of one millisecond", async () => {
    started = await startProjectedLedger();
    const sends = Array.from({ length: 9 }, (_, index) => sendAt(`message-${index}`, nowMs - hourMs));
    await started.store(sends);

    const { ids } = await listAll({ limit: 2 });

    expect(ids.toSorted()).toEqual(sends.map(({ messageId }) => messageId));
  });

  it("begins with the first instant of its range and ends before the last", async () => {
    started = await startProjectedLedger();
    await started.store([sendAt("before", nowMs - 1), sendAt("first", nowMs), sendAt("end", nowMs + hourMs)]);

    const found = await list({ fromMs: nowMs, toMs: nowMs + hourMs });

    expect(messageIds(found)).toEqual(["first"]);
  });

  it("finds nothing in a range that is none", async () => {
    started = await startProjectedLedger();
    await started.store(sendsEvery(hourMs, 1));

    expect(await list({ fromMs: nowMs, toMs: nowMs })).toEqual({ events: [] });
  });

  it("lists the types that are asked for alone", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("send"), sesEvent("delivery"), sesEvent("bounce"), sesEvent("open")]);

    const { events } = await list({ types: ["bounce", "open"] });

    expect(events.map(({ type }) => type)).toEqual(["open", "bounce"]);
  });

  it("asks of an empty year no more than one query a month", async () => {
    started = await startProjectedLedger();
    const before = queries();

    const found = await list();

    expect(found).toEqual({ events: [] });
    expect(queries() - before).toBeLessThanOrEqual(13);
  });

  it("reads the page and not the table: as many queries for ten events of ten as of a thousand", async () => {
    started = await startProjectedLedger();
    await started.store(sendsEvery(hourMs / 60, 20));
    await list({ limit: 10 });
    const few = queries();
    await list({ limit: 10 });
    const ofFew = queries() - few;

    await started.store(sendsEvery(hourMs / 120, 400));
    const many = queries();
    await list({ limit: 10 });

    expect(queries() - many).toBe(ofFew);
  });

  it("stops at its read budget, says how far it got, and goes on from there", async () => {
    started = await startProjectedLedger();
    const sends = sendsEvery(dayMs, 200);
    await started.store(sends);

    const { ids, pages } = await listAll({ limit: 100, types: ["send"] });

    const [first] = pages;
    expect(first?.events.length).toBeLessThan(100);
    expect(first?.searchedTo).toBeDefined();
    expect(first!.events.every(({ occurredAt }) => occurredAt >= first!.searchedTo!)).toBe(true);
    expect(pages.at(-1)).not.toHaveProperty("searchedTo");
    expect(ids).toEqual(sends.map(({ messageId }) => messageId));
  });

  it("passes over expired rows without losing the order of those behind them", async () => {
    let clockMs = nowMs - 399 * dayMs;
    started = await startProjectedLedger({ clock: () => clockMs });
    const openedMs = nowMs - 300 * dayMs;
    const opensOf = (name: string, sentMs: number, count: number, firstOpenMs: number) =>
      Array.from({ length: count }, (_, index) =>
        sesEvent("open", {
          "mail.messageId": `${name}-${index}`,
          "mail.timestamp": iso(sentMs),
          "open.timestamp": iso(firstOpenMs - index * 1000),
        }),
      );
    const click = sesEvent("click", {
      "mail.messageId": "clicked",
      "mail.timestamp": iso(nowMs - 399 * dayMs),
      "click.timestamp": iso(openedMs - hourMs),
    });
    await started.store(opensOf("expired", nowMs - 401 * dayMs, 60, openedMs));
    await started.store([...opensOf("kept", nowMs - 399 * dayMs, 3, openedMs - 60_000), click]);
    clockMs = nowMs;

    const { ids } = await listAll({ fromMs: openedMs - dayMs, limit: 2 });

    expect(ids).toEqual(["kept-0", "kept-1", "kept-2", "clicked"]);
  });

  it("shows the sender's tags and not those of SES", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("send", { "mail.tags": { campaign: ["autumn"], "ses:source-ip": ["192.0.2.1"] } })]);

    const { events } = await list();

    expect(events[0]?.tags).toEqual({ campaign: ["autumn"] });
  });
});

describe("listing the events of one address", () => {
  it("finds them newest first, whatever the order of the message ids", async () => {
    started = await startProjectedLedger();
    await started.store([
      sendAt("a", nowMs - 2 * dayMs, "grace@example.com"),
      sendAt("b", nowMs - 3 * dayMs, "grace@example.com"),
      sendAt("c", nowMs - dayMs, "grace@example.com"),
      sendAt("d", nowMs - dayMs),
    ]);

    const { ids } = await listAll({ recipient: "grace@example.com", limit: 2 });

    expect(ids).toEqual(["c", "a", "b"]);
  });

  it("keeps to the range and the types", async () => {
    started = await startProjectedLedger();
    await started.store([sendAt("old", nowMs - 9 * dayMs), sesEvent("send"), sesEvent("open")]);

    const { events } = await list({ recipient: fixtureRecipient, fromMs: nowMs - dayMs, types: ["send"] });

    expect(events.map(({ messageId }) => messageId)).toEqual([fixtureMessageId]);
  });

  it("searches the list when the address has more mail than one request may read", async () => {
    started = await startProjectedLedger();
    const subject = "x".repeat(150_000);
    const heavy = Array.from({ length: 30 }, (_, index) => {
      const event = sendAt(`heavy-${index}`, nowMs - (index + 1) * hourMs, "grace@example.com");
      return { ...event, message: { ...event.message, subject } };
    });
    for (let start = 0; start < heavy.length; start += 5) await started.store(heavy.slice(start, start + 5));
    await started.store(sendsEvery(hourMs, 3));

    const { ids } = await listAll({ recipient: "grace@example.com", limit: 20 });

    expect(ids).toEqual(heavy.map(({ messageId }) => messageId));
  });
});

describe("listing the events of one message", () => {
  it("finds those of every recipient, and the ambiguous ones as nobody's", async () => {
    started = await startProjectedLedger();
    const mail = { "mail.destination": ["ada@example.com", "grace@example.com"] };
    await started.store([sesEvent("delivery", mail), sesEvent("open", mail), sendAt("other", nowMs - hourMs)]);

    const { events } = await list({ messageId: fixtureMessageId });

    expect(events.map(({ type, recipient, attribution }) => [type, recipient, attribution])).toEqual([
      ["open", null, "ambiguous"],
      ["delivery", "ada@example.com", "exact"],
    ]);
  });

  it("finds one recipient's when both are asked for, and pages", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("send"), sesEvent("delivery"), sesEvent("open"), sesEvent("click")]);

    const first = await list({ messageId: fixtureMessageId, recipient: fixtureRecipient, limit: 3 });
    const second = await list({ messageId: fixtureMessageId, limit: 3, position: first.position });

    expect(first.events.map(({ type }) => type)).toEqual(["click", "open", "delivery"]);
    expect(second.events.map(({ type }) => type)).toEqual(["send"]);
    expect(second.position).toBeUndefined();
  });

  it("searches the list when the message has more events than one request may read", async () => {
    started = await startProjectedLedger();
    const subject = "x".repeat(150_000);
    const opens = Array.from({ length: 75 }, (_, minute) => {
      const event = sesEvent("open", { "open.timestamp": iso(Date.parse("2026-11-23T09:00:00Z") + minute * 60_000) });
      return { ...event, message: { ...event.message, subject } };
    });
    for (let start = 0; start < opens.length; start += 5) await started.store(opens.slice(start, start + 5));
    await started.store(sendsEvery(hourMs / 2, 6));

    const { ids, pages } = await listAll({ messageId: fixtureMessageId, limit: 20 });

    expect(ids).toEqual(Array.from(opens, () => fixtureMessageId));
    expect(new Set(pages.flatMap(({ events }) => events.map(({ eventId }) => eventId))).size).toBe(75);
  });

  it("finds nothing of another tenant's message", async () => {
    started = await startProjectedLedger();
    await started.store([sesEvent("send")], "ten_other");

    expect(await list({ messageId: fixtureMessageId })).toEqual({ events: [] });
    expect(await list({ recipient: fixtureRecipient })).toEqual({ events: [] });
    expect(await list()).toEqual({ events: [] });
  });
});
