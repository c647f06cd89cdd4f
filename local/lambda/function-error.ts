// How a call of a function fails, in the words of Lambda's runtime: what callers see as errorType and errorMessage.

/** An error as it crosses the border of a worker. */
export interface ErrorReport {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** The function was called and failed: it threw, ended, took too long, or never loaded. */
export class FunctionError extends Error {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: string[];
  readonly requestId: string;

  constructor(requestId: string, report: { errorType: string; errorMessage: string; trace?: string[] }) {
    super(`${report.errorType}: ${report.errorMessage}`);
    this.name = "FunctionError";
    this.errorType = report.errorType;
    this.errorMessage = report.errorMessage;
    this.trace = report.trace ?? [];
    this.requestId = requestId;
  }
}

/** Message as AWS logs and returns it; the seconds have two decimals. */
export const timedOut = (requestId: string, timeoutMs: number): FunctionError =>
  new FunctionError(requestId, {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  });

/** The worker ended while the call ran. `reason` as AWS words it: `exit status 1`, `signal: killed`. */
export const exited = (requestId: string, reason: string): FunctionError =>
  new FunctionError(requestId, {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${reason}`,
  });
