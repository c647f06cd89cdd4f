// Groups and schedules of all accounts. Schedules outlive a restart; groups come from the templates at each start.
import { AwsError } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { arnOf, groupArn, scheduleArn, type Schedule } from "./schedule.ts";

const stateName = "scheduler";

/** Each account has it from the beginning. */
export const defaultGroup = "default";

interface Place {
  accountId: string;
  region: string;
}

export type ScheduleStore = ReturnType<typeof createScheduleStore>;

export function createScheduleStore(state: StateFolder) {
  const schedules = new Map<string, Schedule>();
  const groups = new Set<string>();
  for (const schedule of state.read<Schedule[]>(stateName) ?? []) schedules.set(arnOf(schedule), schedule);

  const save = () => state.save(stateName, () => [...schedules.values()]);

  const notFound = (what: string) =>
    new AwsError("ResourceNotFoundException", `${what} does not exist.`, { status: 404 });

  return {
    list: (): Schedule[] => [...schedules.values()],
    find: (place: Place, group: string, name: string): Schedule | undefined =>
      schedules.get(scheduleArn(place, group, name)),
    /** @throws AwsError `ResourceNotFoundException` */
    get: (place: Place, group: string, name: string): Schedule => {
      const schedule = schedules.get(scheduleArn(place, group, name));
      if (schedule) return schedule;
      throw notFound(`Schedule ${name}`);
    },
    put: (schedule: Schedule): void => {
      schedules.set(arnOf(schedule), schedule);
      save();
    },
    remove: (schedule: Schedule): void => {
      schedules.delete(arnOf(schedule));
      save();
    },
    addGroup: (place: Place, group: string): string => {
      const arn = groupArn(place, group);
      groups.add(arn);
      return arn;
    },
    /** With all that is in it. */
    removeGroup: (place: Place, group: string): Schedule[] => {
      groups.delete(groupArn(place, group));
      const inside = [...schedules.values()].filter(
        ({ accountId, region, GroupName }) =>
          accountId === place.accountId && region === place.region && GroupName === group,
      );
      for (const schedule of inside) schedules.delete(arnOf(schedule));
      save();
      return inside;
    },
    /** @throws AwsError `ResourceNotFoundException` */
    assertGroup: (place: Place, group: string): void => {
      if (group !== defaultGroup && !groups.has(groupArn(place, group))) throw notFound(`Schedule group ${group}`);
    },
  };
}
