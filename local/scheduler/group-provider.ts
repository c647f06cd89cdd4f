// AWS::Scheduler::ScheduleGroup.
import * as v from "valibot";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { parseInput } from "../json-input.ts";
import { scheduleName, type Schedule } from "./schedule.ts";
import type { ScheduleStore } from "./schedule-store.ts";

const type = "AWS::Scheduler::ScheduleGroup";

/** Tags have no meaning on a laptop. */
const properties = v.strictObject({ Name: v.optional(scheduleName), Tags: v.optional(v.unknown()) });

export const groupProviders = ({
  store,
  forget,
}: {
  store: ScheduleStore;
  forget: (schedule: Schedule) => void;
}): ResourceProviders => ({
  [type]: {
    create: (given, context) => {
      const { Name: name = context.generatedName.slice(0, 64) } = parseInput(properties, given, {
        what: type,
        code: "ValidationError",
      });
      return { ref: name, attributes: { Arn: store.addGroup(context, name), State: "ACTIVE" } };
    },
    delete: ({ ref }, context) => {
      for (const schedule of store.removeGroup(context, ref)) forget(schedule);
    },
  },
});
