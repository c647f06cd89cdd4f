// One execution environment: a worker thread that answers one call at a time until it ends. Which one is used when is
// the pool's matter.
import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "./function-definition.ts";
import { exited, FunctionError, timedOut, type ErrorReport } from "./function-error.ts";
import type { WorkerCall, WorkerData, WorkerMessage } from "./worker-protocol.ts";

/** One line that a function wrote. */
export interface FunctionLog {
  functionName: string;
  /** Absent for what was written outside a call, such as while loading. */
  requestId?: string;
  line: string;
}

export interface FunctionWorker {
  /** False once the thread has ended, or will: it takes no further call. */
  isUsable: () => boolean;
  /**
   * Calls the handler with an event in JSON and gives its result in JSON. One call at a time.
   * @throws FunctionError when the handler fails, takes longer than the function's timeout, or its thread ends
   */
  call: (call: WorkerCall) => Promise<string>;
  /** Ends the thread at once; a running call fails as AWS reports a killed runtime. */
  end: () => Promise<void>;
  readonly ended: Promise<void>;
}

interface StartOptions {
  environment: Record<string, string>;
  logStreamName: string;
  onLog: (log: FunctionLog) => void;
  /** A call and loading are ended after so many times what AWS allows; the function is told of AWS's limit. */
  patience: number;
}

interface PendingCall {
  requestId: string;
  resolve: (result: string) => void;
  reject: (error: FunctionError) => void;
}

/** Of a request and of a response (Lambda quotas, "Invocation payload"). */
export const maximumPayloadBytes = 6 * 1024 * 1024;

const responseTooLarge: ErrorReport = {
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`,
  trace: [],
};

/** AWS gives a function ten seconds to load. */
const loadTimeoutMs = 10_000;

const entry = new URL("./worker-entry.mjs", import.meta.url);

const startThread = (definition: FunctionDefinition, options: StartOptions): Worker => {
  const workerData: WorkerData = {
    folder: definition.folder,
    handler: definition.handler,
    functionName: definition.name,
    functionArn: definition.arn,
    memoryMb: definition.memoryMb,
    timeoutMs: definition.timeoutMs,
    logGroupName: definition.logGroupName,
    logStreamName: options.logStreamName,
  };
  return new Worker(entry, {
    name: definition.name,
    workerData,
    env: options.environment,
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
  });
};

/** Starts a thread that loads the function's code. Failing to load shows at the first call. */
export function startWorker(definition: FunctionDefinition, options: StartOptions): FunctionWorker {
  const thread = startThread(definition, options);
  let usable = true;
  let pending: PendingCall | undefined;
  /** Why the thread is about to end, as far as it could tell. */
  let lastWords: ErrorReport | undefined;
  let killed = false;
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();

  const log = (text: string, requestId: string | undefined) => {
    for (const line of text.replace(/\n$/, "").split("\n"))
      options.onLog({ functionName: definition.name, ...(requestId !== undefined && { requestId }), line });
  };
  const settle = (act: (call: PendingCall) => void) => {
    const call = pending;
    pending = undefined;
    if (call) act(call);
  };
  const fail = (report: ErrorReport) => {
    log(`Invoke Error ${JSON.stringify(report)}`, pending?.requestId);
    settle(({ requestId, reject }) => reject(new FunctionError(requestId, report)));
  };
  const give = ({ requestId, reject }: PendingCall, error: FunctionError) => {
    log(error.errorMessage, requestId);
    reject(error);
  };
  const failEnded = (reason: string) => {
    if (lastWords) fail(lastWords);
    else settle((call) => give(call, exited(call.requestId, reason)));
  };

  thread.on("message", (message: WorkerMessage) => {
    if (message.type === "log") return log(message.text, message.requestId);
    if (message.type === "ready") return ready.resolve();
    if (message.type === "result")
      return Buffer.byteLength(message.result) > maximumPayloadBytes
        ? fail(responseTooLarge)
        : settle((call) => call.resolve(message.result));
    if (message.type === "failed") return fail(message.error);
    usable = false;
    lastWords = message.error;
  });
  thread.on("error", (error: NodeJS.ErrnoException) => {
    usable = false;
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") killed = true;
    else lastWords ??= { errorType: error.name, errorMessage: error.message, trace: [] };
  });
  thread.on("exit", (code) => {
    usable = false;
    failEnded(killed ? "signal: killed" : `exit status ${code}`);
    ended.resolve();
  });

  const end = async () => {
    usable = false;
    killed = true;
    await thread.terminate();
  };
  const expire = (timeoutMs: number) => {
    settle((call) => give(call, timedOut(call.requestId, timeoutMs)));
    void end();
  };

  const call = ({ requestId, event }: WorkerCall): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    pending = { requestId, resolve, reject };
    const limit = (timeoutMs: number) => setTimeout(() => expire(timeoutMs), timeoutMs * options.patience);
    let timer = limit(loadTimeoutMs);
    if (!usable) failEnded("signal: killed");
    const begin = async () => {
      await ready.promise;
      clearTimeout(timer);
      if (pending?.requestId !== requestId) return;
      timer = limit(definition.timeoutMs);
      thread.postMessage({ requestId, event } satisfies WorkerCall);
    };
    void begin();
    return promise.finally(() => clearTimeout(timer));
  };

  return { isUsable: () => usable, call, end, ended: ended.promise };
}

/** AWS names a log stream after the day, the version and the environment. */
export const newLogStreamName = (nowMs: number): string =>
  `${new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
