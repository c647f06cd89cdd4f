// EventBridge Scheduler: who tells the workers of the lines that the time of a bulk has come.
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from "@aws-sdk/client-scheduler";
import type { BulkJob } from "../contract/bulk-job.ts";
import type { SchedulesEnv } from "../contract/env.ts";

export interface Scheduled {
  tenantId: string;
  bulkId: string;
  dueAtMs: number;
}

export interface Schedules {
  /** The same again is no error. */
  createSchedule: (scheduled: Scheduled) => Promise<void>;
  /** One that is not there, or has run, is no error. */
  deleteSchedule: (scheduled: Scheduled) => Promise<void>;
}

/** Schedules are exact to the second: never before the time. */
const dueSecondsOf = ({ dueAtMs }: Scheduled): number => Math.ceil(dueAtMs / 1000);

/** One for each time that a bulk is given: at most 64 characters. */
const nameOf = (scheduled: Scheduled): string => `${scheduled.bulkId}-${dueSecondsOf(scheduled)}`;

/**
 * One-time schedules that delete themselves. The message has no group: Scheduler knows groups of FIFO queues alone (API
 * reference, SqsParameters), and the work it asks for is small.
 */
export function createSchedules({ client, env }: { client: SchedulerClient; env: SchedulesEnv }): Schedules {
  const { SCHEDULE_GROUP, SCHEDULE_ROLE_ARN, SCHEDULE_TARGET_ARN, SCHEDULE_DEAD_LETTERS_ARN } = env;

  return {
    createSchedule: async (scheduled) => {
      const { tenantId, bulkId } = scheduled;
      const at = new Date(dueSecondsOf(scheduled) * 1000).toISOString().slice(0, 19);
      try {
        await client.send(
          new CreateScheduleCommand({
            Name: nameOf(scheduled),
            GroupName: SCHEDULE_GROUP,
            ScheduleExpression: `at(${at})`,
            ScheduleExpressionTimezone: "UTC",
            FlexibleTimeWindow: { Mode: "OFF" },
            ActionAfterCompletion: "DELETE",
            Target: {
              Arn: SCHEDULE_TARGET_ARN,
              RoleArn: SCHEDULE_ROLE_ARN,
              Input: JSON.stringify({ kind: "due", tenantId, bulkId } satisfies BulkJob),
              DeadLetterConfig: { Arn: SCHEDULE_DEAD_LETTERS_ARN },
            },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
      }
    },

    deleteSchedule: async (scheduled) => {
      try {
        await client.send(new DeleteScheduleCommand({ Name: nameOf(scheduled), GroupName: SCHEDULE_GROUP }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}
