// Runs inside a function's worker thread: loads the handler, answers one call at a time, reports what is written.
// Plain JavaScript, because stripping types would double the 20 ms that a thread takes to start.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

/** The call being answered; what is written meanwhile belongs to it. */
let requestId;

const send = (message) => parentPort.postMessage(message);

for (const stream of [process.stdout, process.stderr])
  stream.write = (chunk, encoding, done) => {
    send({ type: "log", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString(), requestId });
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };

const report = (error, errorType) =>
  error instanceof Error
    ? {
        errorType: errorType ?? error.name,
        errorMessage: errorType ? String(error) : error.message,
        trace: error.stack?.split("\n") ?? [],
      }
    : { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] };

const crash = (error, errorType) => {
  send({ type: "crashed", error: report(error, errorType) });
  process.exit(1);
};
process.on("uncaughtException", (error) => crash(error));
process.on("unhandledRejection", (reason) => crash(reason, "Runtime.UnhandledPromiseRejection"));

/** The type that Lambda's own Node.js runtime gives to what went wrong while loading. */
const loadErrorType = (error) => {
  if (error instanceof SyntaxError) return "Runtime.UserCodeSyntaxError";
  return ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code) ? "Runtime.ImportModuleError" : undefined;
};

const loadHandler = async () => {
  const { folder, handler } = workerData;
  const dot = handler.lastIndexOf(".");
  const [path, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = [".mjs", ".cjs"].map((ending) => join(folder, path + ending)).find((candidate) => existsSync(candidate));
  if (!file) throw Object.assign(new Error(`Cannot find module '${path}.mjs'`), { code: "MODULE_NOT_FOUND" });
  const module = await import(pathToFileURL(file).href);
  const found = module[name] ?? module.default?.[name];
  if (found === undefined)
    throw Object.assign(new Error(`${handler} is undefined or not exported`), { isMissing: true });
  if (typeof found !== "function") throw Object.assign(new Error(`${handler} is not a function`), { isMissing: true });
  return found;
};

const contextOf = () => {
  const deadline = Date.now() + workerData.timeoutMs;
  return {
    awsRequestId: requestId,
    functionName: workerData.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: workerData.functionArn,
    memoryLimitInMB: String(workerData.memoryMb),
    logGroupName: workerData.logGroupName,
    logStreamName: workerData.logStreamName,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
};

const answer = async (handler, call) => {
  requestId = call.requestId;
  let message;
  try {
    const result = await handler(JSON.parse(call.event), contextOf());
    message = { type: "result", result: JSON.stringify(result) ?? "null" };
  } catch (error) {
    message = { type: "failed", error: report(error) };
  }
  requestId = undefined;
  send(message);
};

try {
  const handler = await loadHandler();
  parentPort.on("message", (call) => answer(handler, call));
  send({ type: "ready" });
} catch (error) {
  send({
    type: "notReady",
    error: report(error, error?.isMissing ? "Runtime.HandlerNotFound" : loadErrorType(error)),
  });
  process.exit(1);
}
