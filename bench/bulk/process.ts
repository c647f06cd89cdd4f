// Another process of a benchmark that is asked things and tells things: both ends. It dies with the one that started it.
import { fork } from "node:child_process";

interface Question {
  id: number;
  ask: unknown;
}

type Said = { id: number; answer?: unknown; failure?: string } | { told: unknown };

export interface AskedProcess {
  /** @throws when the process fails to answer, or ends before it does */
  ask: <Answer>(question: unknown) => Promise<Answer>;
  /** At once: nothing that it was at is finished, cleaned up or recorded. */
  kill: () => Promise<void>;
}

/** @param onTold what it says unasked */
export function startAsked(
  program: string,
  {
    args = [],
    env = {},
    onTold = () => undefined,
  }: {
    args?: readonly string[];
    env?: Record<string, string>;
    onTold?: (told: unknown) => void;
  } = {},
): AskedProcess {
  const child = fork(program, args, { env: { ...process.env, ...env }, execArgv: ["--enable-source-maps"] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let questions = 0;
  let hasEnded = false;
  const die = () => child.kill("SIGKILL");
  process.once("exit", die);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      hasEnded = true;
      process.off("exit", die);
      for (const { reject } of waiting.values()) reject(new Error(`${program} ended.`));
      resolve();
    });
  });
  child.on("message", (said: Said) => {
    if ("told" in said) return onTold(said.told);
    const asked = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.failure === undefined) asked?.resolve(said.answer);
    else asked?.reject(new Error(said.failure));
  });
  return {
    ask: <Answer>(ask: unknown) => {
      const asked = Promise.withResolvers<unknown>();
      if (hasEnded) return Promise.reject(new Error(`${program} has ended.`));
      waiting.set((questions += 1), asked);
      child.send({ id: questions, ask } satisfies Question);
      return asked.promise as Promise<Answer>;
    },
    kill: async () => {
      die();
      await ended;
    },
  };
}

/** The other end: answers questions, several at a time. */
export function answerQuestions(answer: (question: unknown) => Promise<unknown>): void {
  const say = (said: Said) => process.send?.(said);
  process.on("message", ({ id, ask }: Question) => {
    answer(ask).then(
      (answered) => say({ id, answer: answered }),
      (error: unknown) => say({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once("disconnect", () => process.exit());
}

/** Unasked. */
export const tell = (told: unknown): void => void process.send?.({ told } satisfies Said);
