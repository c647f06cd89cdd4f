// The execution environments of one function: reuses idle workers, starts more where calls run at once, replaces old
// and ended ones. What happens inside a worker is function-worker.ts.
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { FunctionWorker } from "./function-worker.ts";

export interface FunctionPool {
  readonly definition: FunctionDefinition;
  /**
   * One call, event and result in JSON.
   * @throws AwsError `TooManyRequestsException` above the reserved concurrency; FunctionError when the function fails
   */
  call: (event: string) => Promise<string>;
  /** Starts workers ahead of calls until this many are idle. */
  warm: (count: number) => Promise<void>;
  /** From now on calls run in fresh workers, with this definition. Resolves when the last old call has ended. */
  replace: (definition: FunctionDefinition) => Promise<void>;
  /** Ends the workers that are running a call now: what a crash of the machine would do. */
  killRunning: () => Promise<void>;
  isIdle: () => boolean;
  stop: () => Promise<void>;
}

export interface StartedWorker {
  worker: FunctionWorker;
  /** When the credentials in its environment run out. */
  expiresAtMs: number;
}

interface PoolOptions {
  start: (definition: FunctionDefinition) => Promise<StartedWorker>;
  clock: () => number;
  /** Workers at once; more calls wait in line, as this is a limit of the laptop and not of AWS. */
  maxWorkers: number;
}

interface Member extends StartedWorker {
  generation: number;
  usedAtMs: number;
}

/** A call lasts 15 minutes at most; its credentials must outlast it. */
const reservedLifeMs = 16 * 60_000;
/** What a burst has started is given back when it has not been used for a minute. */
const maxIdleMs = 60_000;

const throttled = (name: string) =>
  new AwsError("TooManyRequestsException", `Rate Exceeded: the reserved concurrency of ${name} is in use.`, {
    status: 429,
    extra: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
  });

const stopping = () => new AwsError("ServiceException", "The laptop cloud is stopping.", { status: 500 });

export function createFunctionPool(
  initial: FunctionDefinition,
  { start, clock, maxWorkers }: PoolOptions,
): FunctionPool {
  let definition = initial;
  let generation = 0;
  let calls = 0;
  let stopped = false;
  const idle: Member[] = [];
  const busy = new Set<Member>();
  const ending = new Set<Promise<void>>();
  const line: (() => void)[] = [];
  let freeSlots = maxWorkers;

  const retire = (member: Member) => {
    const end = member.worker.end();
    ending.add(end);
    void end.finally(() => ending.delete(end));
  };
  const retireIdle = (isOver: (member: Member) => boolean) => {
    for (const member of idle.filter(isOver)) {
      idle.splice(idle.indexOf(member), 1);
      retire(member);
    }
  };
  const isFit = (member: Member) =>
    member.worker.isUsable() && member.generation === generation && member.expiresAtMs - clock() > reservedLifeMs;

  const startMember = async (): Promise<Member> => {
    const startedIn = generation;
    const started = await start(definition);
    if (!stopped) return { ...started, generation: startedIn, usedAtMs: clock() };
    await started.worker.end();
    throw stopping();
  };

  const takeSlot = async () => {
    if (freeSlots > 0) freeSlots -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
  };
  const giveSlot = () => {
    const next = line.shift();
    if (next) next();
    else freeSlots += 1;
  };

  const release = (member: Member) => {
    busy.delete(member);
    member.usedAtMs = clock();
    if (isFit(member)) idle.push(member);
    else retire(member);
    const latest = idle.at(-1);
    retireIdle((each) => each !== latest && clock() - each.usedAtMs > maxIdleMs);
  };

  const callInSlot = async (event: string): Promise<string> => {
    if (stopped) throw stopping();
    retireIdle((member) => !isFit(member));
    const member = idle.pop() ?? (await startMember());
    busy.add(member);
    try {
      return await member.worker.call({ requestId: randomUUID(), event });
    } finally {
      release(member);
    }
  };

  return {
    get definition() {
      return definition;
    },
    call: async (event) => {
      if (definition.reservedConcurrency !== undefined && calls >= definition.reservedConcurrency)
        throw throttled(definition.name);
      calls += 1;
      await takeSlot();
      try {
        return await callInSlot(event);
      } finally {
        giveSlot();
        calls -= 1;
      }
    },
    warm: async (count) => {
      const missing = Math.min(count, maxWorkers) - idle.length - busy.size;
      idle.push(...(await Promise.all(Array.from({ length: Math.max(0, missing) }, startMember))));
    },
    replace: async (next) => {
      definition = next;
      generation += 1;
      retireIdle(() => true);
      await Promise.all([...[...busy].map(({ worker }) => worker.ended), ...ending]);
    },
    killRunning: async () => {
      await Promise.all([...busy].map(({ worker }) => worker.end()));
    },
    isIdle: () => calls === 0,
    stop: async () => {
      stopped = true;
      retireIdle(() => true);
      for (const resume of line.splice(0)) resume();
      await Promise.all([...[...busy].map(({ worker }) => worker.end()), ...ending]);
    },
  };
}
