// A program that a benchmark measures, with all the processes it starts: as one job of a terminal.
import { spawn } from "node:child_process";

export interface Program {
  /** Resolves as soon as it has printed that. @throws with its last output when it ends, or the time is over, before */
  waitForOutput: (wanted: RegExp, withinMs: number) => Promise<void>;
  /** Ctrl-C: the signal goes to every process of the job. */
  interrupt: () => void;
  /** The exit code, null after a signal; processes that outlive the first are killed. @throws when the time is over before */
  end: (withinMs: number) => Promise<number | null>;
  /** Ends what still runs, at once. */
  kill: () => void;
  /** All that was printed so far. */
  output: () => string;
}

export function startProgram(command: string, args: readonly string[], cwd: string): Program {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    // `npm run -s` would have an npm that it starts be silent too, about its errors even.
    env: { ...process.env, npm_config_loglevel: "notice" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let onOutput = (): void => undefined;
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      onOutput();
    });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    // Not "exit": the last of the output comes after that.
    child.once("close", resolve);
  });
  const signal = (name: NodeJS.Signals) => {
    if (hasEnded || child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const kill = () => signal("SIGKILL");
  // Before the folder it runs in is removed.
  process.prependOnceListener("exit", kill);
  const forget = () => {
    // A build that was under way when the program failed would write on.
    kill();
    hasEnded = true;
    process.off("exit", kill);
  };
  ended.then(forget, forget);

  const failure = (what: string) => new Error(`${[command, ...args].join(" ")} ${what}:\n${output.slice(-4000)}`);
  const within = async <Value>(withinMs: number, what: string, promise: Promise<Value>): Promise<Value> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(failure(`did not ${what} within ${withinMs / 1000} s`)), withinMs);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };

  return {
    waitForOutput: (wanted, withinMs) => {
      const printed = new Promise<void>((resolve) => {
        onOutput = () => {
          if (wanted.test(output)) resolve();
        };
        onOutput();
      });
      const endedBefore = ended.then((code) => {
        throw failure(`ended with ${code ?? "a signal"} before it printed ${wanted}`);
      });
      return within(withinMs, `print ${wanted}`, Promise.race([printed, endedBefore]));
    },
    interrupt: () => signal("SIGINT"),
    end: (withinMs) => within(withinMs, "end", ended),
    kill,
    output: () => output,
  };
}
