// Runs the rules that have a schedule, in real time. When a schedule is due next is schedule.ts's knowledge.
import { createEnvelope, placeOfArn, type EventEnvelope } from "./event.ts";
import type { Rule } from "./rule.ts";

/** The longest that a timer of Node waits, about 24 days. */
const longestTimerMs = 2 ** 31 - 1;

interface SchedulesDeps {
  clock: () => number;
  onDue: (rule: Rule, event: EventEnvelope) => void;
}

/** A rule is run from when it is put until it is disabled or removed. What was missed while stopped stays missed. */
export function createSchedules({ clock, onDue }: SchedulesDeps) {
  const timers = new Map<string, NodeJS.Timeout>();

  const cancel = (ruleArn: string) => {
    clearTimeout(timers.get(ruleArn));
    timers.delete(ruleArn);
  };

  const waitUntil = (rule: Rule, dueMs: number) => {
    const timer = setTimeout(
      () => {
        if (clock() < dueMs) {
          waitUntil(rule, dueMs);
          return;
        }
        const detail = { source: "aws.events", "detail-type": "Scheduled Event", detail: {}, resources: [rule.arn] };
        onDue(rule, createEnvelope(detail, placeOfArn(rule.busArn), dueMs));
        follow(rule);
      },
      Math.min(Math.max(0, dueMs - clock()), longestTimerMs),
    );
    timer.unref();
    timers.set(rule.arn, timer);
  };

  function follow(rule: Rule): void {
    cancel(rule.arn);
    const dueMs = rule.state === "ENABLED" ? rule.schedule?.(clock()) : undefined;
    if (dueMs !== undefined) waitUntil(rule, dueMs);
  }

  return {
    /** Begins, or begins anew. */
    follow,
    cancel,
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
