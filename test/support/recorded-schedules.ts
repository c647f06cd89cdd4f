// EventBridge Scheduler as a list of what it was asked for. What the real client says: test/local/scheduler-wire.test.ts and
// test/unit/aws/schedules.test.ts.
import type { Scheduled, Schedules } from "../../shared/aws/schedules.ts";

export interface RecordedSchedules extends Schedules {
  /** Made and not deleted. */
  open: Scheduled[];
  /** Each call then fails. */
  isDown: boolean;
}

const isSame = (one: Scheduled, other: Scheduled) => one.bulkId === other.bulkId && one.dueAtMs === other.dueAtMs;

export function recordedSchedules(): RecordedSchedules {
  const schedules: RecordedSchedules = {
    open: [],
    isDown: false,
    createSchedule: async (scheduled) => {
      if (schedules.isDown) throw new Error("EventBridge Scheduler is down.");
      schedules.open.push(scheduled);
    },
    deleteSchedule: async (scheduled) => {
      if (schedules.isDown) throw new Error("EventBridge Scheduler is down.");
      schedules.open = schedules.open.filter((one) => !isSame(one, scheduled));
    },
  };
  return schedules;
}
