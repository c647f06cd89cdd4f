import { beforeEach, describe, expect, test, vi } from "vitest";
import { periods as contractPeriods } from "../../../shared/contract/api/period.ts";
import {
  addDays,
  dayOf,
  dayTimeOf,
  findTimeZone,
  instantOf,
  periods,
  pointNames,
  rangeOf,
  showDay,
  showFullTime,
  showTime,
} from "./time.ts";

describe.each([
  ["Pacific/Auckland", "2026-11-24"],
  ["America/Los_Angeles", "2026-11-23"],
])("days are the reader's own, as in %s", (zone, dayAtNoonUtc) => {
  beforeEach(() => {
    vi.stubEnv("TZ", zone);
    return () => vi.unstubAllEnvs();
  });

  test("which zone that is, is told to the API", () => {
    expect(findTimeZone()).toBe(zone);
  });

  test("the day of an instant is the one on the reader's calendar", () => {
    expect(dayOf(Date.UTC(2026, 10, 23, 12))).toBe(dayAtNoonUtc);
  });

  test("a day and a time that are written are the reader's own, there and back", () => {
    const written = "2026-03-29T02:05";
    const expected = new Date(2026, 2, 29, 2, 5);

    expect(instantOf(written)).toBe(expected.toISOString());
    expect(dayTimeOf(expected.getTime())).toBe(written);
    expect(instantOf("")).toBeUndefined();
  });

  test.each([
    ["2026-11-23", 1, "2026-11-24"],
    ["2026-11-30", 1, "2026-12-01"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-03-01", -1, "2026-02-28"],
    ["2028-02-28", 1, "2028-02-29"],
    // Europe puts the clock forward that night.
    ["2026-03-28", 2, "2026-03-30"],
  ])("%s and %i days are %s", (day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });

  test("a range of one's own begins as the period before it, today among its days", () => {
    const nowMs = new Date(2026, 2, 2, 0, 30).getTime();

    expect(rangeOf("today", nowMs)).toEqual({ from: "2026-03-02", to: "2026-03-02" });
    expect(rangeOf("7d", nowMs)).toEqual({ from: "2026-02-24", to: "2026-03-02" });
    expect(rangeOf("30d", nowMs)).toEqual({ from: "2026-02-01", to: "2026-03-02" });
  });

  test("a shown day is the day as it is written", () => {
    expect(showDay("2026-11-23")).toContain("23");
    expect(showDay("2026-01-01")).toMatch(/(^|\D)1(\D|$)/);
  });
});

test("there is a word for every period of the API", () => {
  expect(periods).toEqual(contractPeriods);
});

describe("what a chart is labelled with", () => {
  test("an hour is the hour of the zone in which the chart was counted", () => {
    const nameOf = pointNames("hour", "Asia/Kolkata");

    expect(nameOf("2026-11-23T18:30:00.000Z")).toBe("00:00");
  });

  test("a day that begins a quarter of an hour early, as Nepal's do, is still that day", () => {
    const nameOf = pointNames("day", "Asia/Kathmandu");

    expect(nameOf("2026-11-22T18:00:00.000Z")).toContain("23");
  });
});

describe("times", () => {
  // Local, so that the test means the same in every zone.
  const noon = new Date(2026, 10, 23, 12);
  const monthOf = (date: Date) => date.toLocaleDateString(undefined, { month: "short" });

  test("of today are the clock alone", () => {
    const morning = new Date(2026, 10, 23, 8, 5, 9);

    const shown = showTime(morning.toISOString(), noon.getTime());

    expect(shown).toContain("05");
    expect(shown).not.toContain(monthOf(morning));
  });

  test("of this year have the day and no year", () => {
    const yesterday = new Date(2026, 10, 22, 8, 5, 9);

    const shown = showTime(yesterday.toISOString(), noon.getTime());

    expect(shown).toContain(monthOf(yesterday));
    expect(shown).not.toContain("2026");
  });

  test("of another year say which", () => {
    const lastYear = new Date(2025, 11, 31, 23, 59);

    expect(showTime(lastYear.toISOString(), noon.getTime())).toContain("2025");
  });

  test("in full hold what the API said", () => {
    expect(showFullTime("2026-11-23T08:00:00.000Z")).toContain("2026-11-23T08:00:00.000Z");
  });
});
