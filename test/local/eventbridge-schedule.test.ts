// Expected times by the calendar; the expressions are those of the EventBridge user guide where it has one.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createRule } from "../../local/eventbridge/rule.ts";
import { parseSchedule } from "../../local/eventbridge/schedule.ts";
import { createSchedules } from "../../local/eventbridge/schedules.ts";
import { busArn, operatorId, region } from "./eventbridge-setup.ts";

/** A Monday. */
const monday = Date.parse("2026-11-23T08:00:30Z");

describe("a schedule expression", () => {
  test.each([
    ["rate(5 minutes)", "2026-11-23T08:05:30Z"],
    ["rate(1 hour)", "2026-11-23T09:00:30Z"],
    ["rate(2 days)", "2026-11-25T08:00:30Z"],
    ["cron(15 12 * * ? *)", "2026-11-23T12:15:00Z"],
    ["cron(0 10 * * ? *)", "2026-11-23T10:00:00Z"],
    ["cron(0 8 1 * ? *)", "2026-12-01T08:00:00Z"],
    ["cron(0 18 ? * MON-FRI *)", "2026-11-23T18:00:00Z"],
    ["cron(0/10 * ? * MON-FRI *)", "2026-11-23T08:10:00Z"],
    ["cron(0/5 8-17 ? * MON-FRI *)", "2026-11-23T08:05:00Z"],
    ["cron(0 0 ? * SUN *)", "2026-11-29T00:00:00Z"],
    ["cron(30 7 29 FEB ? *)", "2028-02-29T07:30:00Z"],
    ["cron(0 0 1 1 ? 2030)", "2030-01-01T00:00:00Z"],
  ])("%s is next due at %s", (expression, expected) => {
    const dueMs = parseSchedule(expression)(monday);

    expect(new Date(dueMs ?? Number.NaN).toISOString()).toBe(new Date(expected).toISOString());
  });

  test("of the past is never due again", () => {
    expect(parseSchedule("cron(0 0 1 1 ? 2020)")(monday)).toBeUndefined();
  });

  test.each([
    ["rate(1 minutes)", "ValidationException"],
    ["rate(5 minute)", "ValidationException"],
    ["rate(0 days)", "ValidationException"],
    ["every day", "ValidationException"],
    ["cron(0 10 * * * *)", "ValidationException"],
    ["cron(0 10 ? * ? *)", "ValidationException"],
    ["cron(60 10 * * ? *)", "ValidationException"],
    ["cron(0 10 * * ?)", "ValidationException"],
    ["cron(0 10 L * ? *)", "NotImplemented"],
    ["cron(0 10 3W * ? *)", "NotImplemented"],
    ["cron(0 10 ? * 6#3 *)", "NotImplemented"],
  ])("%s is refused with %s", (expression, code) => {
    expect(() => parseSchedule(expression)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("a scheduled rule", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: monday });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const ruleArn = `arn:aws:events:${region}:${operatorId}:rule/tick`;
  const tick = (state: "ENABLED" | "DISABLED") =>
    createRule(
      { name: "tick", busArn: busArn("default"), scheduleExpression: "rate(1 day)", state, targets: [] },
      ruleArn,
      "template",
    );

  test("is run each time it is due, with AWS's scheduled event", () => {
    const onDue = vi.fn<Parameters<typeof createSchedules>[0]["onDue"]>();
    const schedules = createSchedules({ clock: Date.now, onDue });

    schedules.follow(tick("ENABLED"));
    vi.advanceTimersByTime(2 * 86_400_000);

    expect(onDue.mock.calls.map(([, { time }]) => time)).toEqual(["2026-11-24T08:00:30Z", "2026-11-25T08:00:30Z"]);
    expect(onDue.mock.calls[0]?.[1]).toMatchObject({
      source: "aws.events",
      "detail-type": "Scheduled Event",
      account: operatorId,
      resources: [ruleArn],
      detail: {},
    });
    schedules.stop();
  });

  test("is not run while it is disabled, nor after it was removed", () => {
    const onDue = vi.fn<Parameters<typeof createSchedules>[0]["onDue"]>();
    const schedules = createSchedules({ clock: Date.now, onDue });

    schedules.follow(tick("ENABLED"));
    schedules.follow(tick("DISABLED"));
    vi.advanceTimersByTime(86_400_000);
    schedules.follow(tick("ENABLED"));
    schedules.cancel(ruleArn);
    vi.advanceTimersByTime(86_400_000);

    expect(onDue).not.toHaveBeenCalled();
  });
});
