// What a function's worker thread and its host say to each other. worker-entry.mjs is the other side.
import type { ErrorReport } from "./function-error.ts";

export interface WorkerData {
  /** The unpacked code, with the file that the handler names. */
  folder: string;
  /** `file.export` */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  timeoutMs: number;
  logGroupName: string;
  logStreamName: string;
}

export interface WorkerCall {
  requestId: string;
  /** JSON, as it would cross the network: nothing is shared with the caller. */
  event: string;
}

export type WorkerMessage =
  | { type: "ready" }
  | { type: "notReady"; error: ErrorReport }
  | { type: "result"; result: string }
  | { type: "failed"; error: ErrorReport }
  /** Thrown outside the handler's promise: the thread ends after it. */
  | { type: "crashed"; error: ErrorReport }
  | { type: "log"; text: string; requestId?: string };
