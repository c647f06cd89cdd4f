// EventBridge Scheduler of the laptop cloud, for all its accounts: one-time schedules that tell a queue when their time has
// come. They outlive a restart; what came due meanwhile runs then, as AWS would have run it.
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { Identity } from "../identity/identity.ts";
import type { AwsService } from "../protocol.ts";
import type { Queues } from "../sqs/queues.ts";
import type { StateFolder } from "../state.ts";
import { createDelivery } from "./delivery.ts";
import { groupProviders } from "./group-provider.ts";
import { arnOf, type Schedule } from "./schedule.ts";
import { createScheduleStore } from "./schedule-store.ts";
import { createWire } from "./wire.ts";

export interface SchedulerDeps {
  state: StateFolder;
  clock: () => number;
  queues: Pick<Queues, "send">;
  identity: Pick<Identity, "findRole" | "findManagedPolicy">;
  /** Hears of what could not be delivered. */
  log: (line: string) => void;
  /** Awaited before an operation of the wire; an AwsError that it throws is the answer. */
  faults?: (operation: string) => Promise<void> | void;
}

export interface Scheduler {
  /** The wire protocol: CreateSchedule, GetSchedule, DeleteSchedule. */
  handle: AwsService;
  /** AWS::Scheduler::ScheduleGroup. */
  providers: ResourceProviders;
  /** Runs the schedules that were kept from before, once the queues that they name are there. */
  resume: () => void;
  /** What is due and not delivered is kept. */
  stop: () => Promise<void>;
}

/** The longest that a timer of Node waits, about 24 days. */
const longestTimerMs = 2 ** 31 - 1;

export function createScheduler({ state, clock, queues, identity, log, faults }: SchedulerDeps): Scheduler {
  const store = createScheduleStore(state);
  const timers = new Map<string, NodeJS.Timeout>();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const sleep = (ms: number): Promise<boolean> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve(false);
      const stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        stopping.signal.removeEventListener("abort", stop);
        resolve(true);
      }, ms);
      stopping.signal.addEventListener("abort", stop, { once: true });
    });
  const deliver = createDelivery({ clock, queues, identity, log, sleep });

  const forget = (schedule: Schedule): void => {
    clearTimeout(timers.get(arnOf(schedule)));
    timers.delete(arnOf(schedule));
  };

  async function run(schedule: Schedule): Promise<void> {
    forget(schedule);
    try {
      if (!(await deliver(schedule))) return;
    } catch (error) {
      log(`EventBridge Scheduler failed at ${arnOf(schedule)}: ${String(error)}`);
    }
    if (schedule.ActionAfterCompletion === "DELETE") store.remove(schedule);
    else store.put(Object.assign(schedule, { isCompleted: true }));
  }

  function follow(schedule: Schedule): void {
    if (schedule.isCompleted || stopping.signal.aborted) return;
    const leftMs = schedule.dueAtMs - clock();
    const timer = setTimeout(
      () => {
        if (clock() < schedule.dueAtMs) return follow(schedule);
        const work = run(schedule).finally(() => running.delete(work));
        running.add(work);
      },
      Math.min(Math.max(0, leftMs), longestTimerMs),
    );
    timer.unref();
    timers.set(arnOf(schedule), timer);
  }

  return {
    handle: createWire({ store, clock, identity, follow, forget, ...(faults && { faults }) }),
    providers: groupProviders({ store, forget }),
    resume: () => {
      for (const schedule of store.list()) if (!timers.has(arnOf(schedule))) follow(schedule);
    },
    stop: async () => {
      stopping.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      await Promise.all(running);
    },
  };
}
