// GET /stats: which hours and days an answer has, in whose time zone, and what it counts.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getStats } from "../../lambdas/events/stats.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { StatsView } from "../../shared/contract/api/stats.ts";
import { bob, call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha } from "../support/events-api.ts";
import { startProjectedLedger, type ProjectedLedger } from "../support/projected-ledger.ts";
import { sesEvent, type Json } from "../support/ses-events.ts";

/** A Monday; in Berlin it is 13:20. */
const nowMs = Date.parse("2026-11-23T12:20:00Z");
let started: ProjectedLedger;
let timeMs = nowMs;

const mail = (messageId: string, sentAt: string, changes: Json = {}): Json => ({
  "mail.messageId": messageId,
  "mail.timestamp": sentAt,
  "mail.tags": { "ses:configuration-set": ["main"], campaign: ["autumn"] },
  ...changes,
});

beforeAll(async () => {
  started = await startProjectedLedger({ clock: () => timeMs });
  const late = mail("late", "2026-11-22T23:30:00.000Z");
  const winter = { "mail.tags": { "ses:configuration-set": ["main"], campaign: ["winter"] } };
  const bounced = mail("bounced", "2026-11-23T11:45:00.000Z", winter);
  await started.store([
    // Sunday in UTC, and already Monday in Berlin.
    sesEvent("send", late),
    sesEvent("open", { ...late, "open.timestamp": "2026-11-23T12:10:00.000Z" }),
    sesEvent("send", bounced),
    sesEvent("bounce", { ...bounced, "bounce.timestamp": "2026-11-23T11:46:00.000Z" }),
    sesEvent("send", mail("old", "2026-09-01T08:00:00.000Z")),
  ]);
});
afterAll(() => started.stop());
beforeEach(() => {
  captureOutput();
  timeMs = nowMs;
});

const stats = (query: Record<string, string>, actor = alpha) =>
  call<StatsView>(
    httpHandler({ "GET /stats": getStats({ ledger: started.ledger, clock: () => timeMs }) }),
    "GET /stats",
    { actor, query },
  );

/** The hours or days that have anything, and what was sent and opened in them. */
const busy = ({ body }: { body: StatsView }) =>
  body.series
    .filter(({ activity }) => activity.send + activity.open > 0)
    .map(({ at, activity }) => [at.slice(0, 16), activity.send, activity.open]);

describe("the range of GET /stats", () => {
  test("today begins at the caller's midnight and ends with the hour that it is now", async () => {
    const answer = await stats({ period: "today", tz: "Europe/Berlin" });

    expect(answer.body).toMatchObject({
      from: "2026-11-22T23:00:00.000Z",
      to: "2026-11-23T13:00:00.000Z",
      timeZone: "Europe/Berlin",
      interval: "hour",
    });
    expect(answer.body.series).toHaveLength(14);
    expect(busy(answer)).toEqual([
      ["2026-11-22T23:00", 1, 0],
      ["2026-11-23T11:00", 1, 0],
      ["2026-11-23T12:00", 0, 1],
    ]);
  });

  test("of UTC, today has not what was sent before its midnight", async () => {
    const { body } = await stats({ period: "today" });

    expect([body.from, body.timeZone]).toEqual(["2026-11-23T00:00:00.000Z", "UTC"]);
    expect([body.activity.send, body.activity.open]).toEqual([1, 1]);
  });

  test("24h are the hour that it is now and the 23 before", async () => {
    const { body } = await stats({ period: "24h" });

    expect([body.from, body.to, body.series.length]).toEqual([
      "2026-11-22T13:00:00.000Z",
      "2026-11-23T13:00:00.000Z",
      24,
    ]);
    expect(body.activity.send).toBe(2);
  });

  test("days are those of the caller's calendar", async () => {
    const answer = await stats({ period: "7d", tz: "Europe/Berlin" });

    expect(answer.body.series).toHaveLength(7);
    expect(busy(answer)).toEqual([["2026-11-22T23:00", 2, 1]]);
    expect(answer.body.days.at(-1)).toMatchObject({ day: "2026-11-23", counts: { send: 2, open: 1 } });
  });

  test.each([
    // 25 October 2026 has 25 hours in Berlin, 29 March 23 (EU directive 2000/84/EC).
    ["2026-10-25", 25],
    ["2026-03-29", 23],
    ["2026-11-01", 24],
  ])("the day %s has %i hours in Berlin", async (day, hours) => {
    const { body } = await stats({ from: day, to: day, tz: "Europe/Berlin" });

    expect(body.series).toHaveLength(hours);
    expect(body.days).toHaveLength(1);
  });

  test.each([
    ["Asia/Kolkata", "2026-11-22T18:30:00.000Z"],
    ["America/St_Johns", "2026-11-23T03:30:00.000Z"],
    ["Pacific/Kiritimati", "2026-11-23T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2026-11-23T11:00:00.000Z"],
  ])("midnight in %s is %s", async (tz, from) => {
    const { body } = await stats({ period: "today", tz });

    expect([body.from, body.note]).toEqual([from, undefined]);
  });

  test("a zone that is a quarter of an hour off is told that its days begin earlier", async () => {
    const { body } = await stats({ period: "today", tz: "Asia/Kathmandu" });

    // Midnight there is 18:15 UTC.
    expect(body.from).toBe("2026-11-22T18:00:00.000Z");
    expect(body.note).toContain("15 minutes earlier");
    expect(body.days.map(({ day }) => day)).toEqual(["2026-11-23"]);
  });

  test.each(["90d", "12mo"])("of %s the days are UTC's, and the answer says so", async (period) => {
    const { body } = await stats({ period, tz: "Europe/Berlin" });

    expect(body).toMatchObject({ timeZone: "UTC", interval: "day", note: expect.stringContaining("UTC") as string });
    expect(body.activity.send).toBe(3);
    expect(body.days).toContainEqual({ day: "2026-09-01", counts: expect.objectContaining({ send: 1 }) as object });
  });

  test("12 months end today and begin on the day after today's date of last year", async () => {
    const { body } = await stats({ period: "12mo" });

    expect([body.days[0]?.day, body.days.at(-1)?.day, body.days.length]).toEqual(["2025-11-24", "2026-11-23", 365]);
    expect(body.note).toBeUndefined();
  });

  test.each([
    [{ period: "7d", from: "2026-11-01" }, "query.period"],
    [{ period: "fortnight" }, "query.period"],
    [{ tz: "Berlin" }, "query.tz"],
    [{ split: "tags" }, "query.split"],
    [{ from: "2026-11-24", to: "2026-11-23" }, "query.from"],
    [{ from: "2025-01-01", to: "2026-11-23" }, "query.from"],
  ])("refuses %j at %s", async (query, path) => {
    expect(await stats(query as Record<string, string>)).toMatchObject({
      status: 400,
      body: { error: { details: [{ path }] } },
    });
  });
});

describe("the counts of GET /stats", () => {
  test("tell activity by when it happened from cohorts by when the mail was sent", async () => {
    const { body } = await stats({ period: "7d" });

    expect(body.activity).toMatchObject({ send: 2, open: 1, bounce: 1 });
    expect(body.cohort).toMatchObject({ sent: 2, delivered: 1, opened: 1, bouncedHard: 1, clicked: 0 });
    const sunday = body.series.find(({ at }) => at.startsWith("2026-11-22"));
    expect([sunday?.activity.open, sunday?.cohort.opened]).toEqual([0, 1]);
  });

  test("give shares of the cohort, and none where there is nothing to share", async () => {
    const { body } = await stats({ period: "7d" });
    const empty = await stats({ from: "2026-01-01", to: "2026-01-01" });

    expect(body.rates).toMatchObject({ delivered: 0.5, bounced: 0.5, opened: 1, clicked: 0 });
    expect(new Set(Object.values(empty.body.rates))).toEqual(new Set([null]));
  });

  test("split by tag and by configuration set, most sent first", async () => {
    const byTag = await stats({ period: "90d", split: "tag:campaign" });
    const bySet = await stats({ period: "7d", split: "configurationSet", tz: "Europe/Berlin" });

    expect(byTag.body.split?.values.map(({ value, cohort, rates }) => [value, cohort.sent, rates.delivered])).toEqual([
      ["autumn", 2, 0.5],
      ["winter", 1, 0],
    ]);
    expect(byTag.body.split?.values[0]?.series).toHaveLength(90);
    expect(byTag.body.split?.other).toBeUndefined();
    expect(bySet.body.split?.values.map(({ value, activity }) => [value, activity.send])).toEqual([["main", 2]]);
    expect(bySet.body).toMatchObject({ timeZone: "UTC", note: expect.stringContaining("UTC") as string });
    expect(bySet.body.activity.send).toBe(2);
  });

  test("say that a split of 24 hours is of two days of UTC, whatever the zone", async () => {
    const { body } = await stats({ period: "24h", split: "tag:campaign" });

    expect(body.interval).toBe("day");
    expect(body.note).toBe("What is split is counted by days of UTC.");
  });

  test("split by a tag that nobody uses into nothing", async () => {
    const { body } = await stats({ period: "7d", split: "tag:season" });

    expect(body.split).toEqual({ by: "tag:season", values: [] });
  });

  test("are nobody else's", async () => {
    const { body } = await stats({ period: "12mo", split: "tag:campaign" }, bob);

    expect(Object.values(body.activity).every((count) => count === 0)).toBe(true);
    expect(body.split).toEqual({ by: "tag:campaign", values: [] });
  });
});
