// GET /stats against the events themselves: each is in the hour and day that a clock on the caller's wall shows for it.
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getStats } from "../../lambdas/events/stats.ts";
import { httpHandler } from "../../lambdas/runtime/http.ts";
import type { StatsView } from "../../shared/contract/api/stats.ts";
import { call } from "../support/api-request.ts";
import { captureOutput } from "../support/captured-output.ts";
import { alpha } from "../support/events-api.ts";
import { startProjectedLedger, type ProjectedLedger } from "../support/projected-ledger.ts";
import { sesEvent } from "../support/ses-events.ts";

let started: ProjectedLedger;
let tenants = 0;

beforeAll(async () => {
  started = await startProjectedLedger();
});
afterAll(() => started.stop());
beforeEach(() => {
  captureOutput();
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Days on which clocks are changed there, by an hour and by half of one, and zones that are half an hour off. */
const places = fc.constantFrom(
  { tz: "Europe/Berlin", around: "2026-10-25T01:00:00Z" },
  { tz: "Europe/Berlin", around: "2026-03-29T01:00:00Z" },
  { tz: "America/New_York", around: "2026-11-01T06:00:00Z" },
  { tz: "Australia/Lord_Howe", around: "2026-04-04T15:00:00Z" },
  { tz: "Australia/Lord_Howe", around: "2026-10-03T15:30:00Z" },
  { tz: "America/St_Johns", around: "2026-03-08T05:30:00Z" },
  { tz: "Asia/Kolkata", around: "2026-11-22T18:30:00Z" },
  { tz: "UTC", around: "2026-11-23T00:00:00Z" },
);

/** What the wall shows: `2026-10-25`. */
const dayOn = (tz: string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: tz });
  return (ms: number) => format.format(ms);
};

const view = async (tenantId: string, nowMs: number, query: Record<string, string>) => {
  const handler = httpHandler({ "GET /stats": getStats({ ledger: started.ledger, clock: () => nowMs }) });
  const actor = { ...alpha, tenantId };
  return (await call<StatsView>(handler, "GET /stats", { actor, query })).body;
};

test("counts each event in its hour and on its day, whatever the zone does to its clocks", async () => {
  const minutes = fc.array(fc.integer({ min: -50 * 60, max: 50 * 60 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(places, minutes, async ({ tz, around }, offsets) => {
      const tenantId = `ten_${(tenants += 1)}`;
      const times = offsets.map((offset) => Date.parse(around) + offset * minuteMs);
      await started.store(
        times.map((ms, index) =>
          sesEvent("send", { "mail.messageId": `message-${index}`, "mail.timestamp": new Date(ms).toISOString() }),
        ),
        tenantId,
      );
      const nowMs = Date.parse(around) + 100 * hourMs;
      const wallDay = dayOn(tz);
      const day = wallDay(Date.parse(around));

      const oneDay = await view(tenantId, nowMs, { tz, from: day, to: day });
      const week = await view(tenantId, nowMs, { tz, period: "7d" });

      const onThatDay = times.filter((ms) => wallDay(ms) === day);
      expect(oneDay.series.map(({ activity }) => activity.send)).toEqual(
        oneDay.series.map(({ at }, index) => {
          const [from, to] = [Date.parse(at), Date.parse(oneDay.series[index + 1]?.at ?? oneDay.to)];
          return onThatDay.filter((ms) => ms >= from && ms < to).length;
        }),
      );
      expect(oneDay.activity.send).toBe(onThatDay.length);
      expect(oneDay.cohort.sent).toBe(onThatDay.length);
      expect(Object.fromEntries(week.days.map(({ day: name, counts }) => [name, counts.send]))).toEqual(
        Object.fromEntries(week.days.map(({ day: name }) => [name, times.filter((ms) => wallDay(ms) === name).length])),
      );
      expect(week.days.map(({ day: name }) => name)).toContain(wallDay(nowMs));
    }),
    { numRuns: 40 },
  );
});
