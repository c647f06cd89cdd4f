// What the stores do when DynamoDB is busy or a race is lost: wait with jitter, and in the end say so in our words.
import { AppError } from "../contract/error.ts";

/** Waiting, as a dependency: tests neither wait nor roll dice. */
export interface Waiting {
  sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

export const realWaiting: Waiting = {
  sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  random: () => Math.random(),
};

const firstWaitMs = 20;
const longestWaitMs = 1000;

/** Waits before try `attempt` (1 is the first repetition): full jitter under a doubling bound of at most a second. */
export const waitBeforeTry = ({ sleep, random }: Waiting, attempt: number): Promise<void> =>
  sleep(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** attempt));

/** Errors after which the same call may succeed (DynamoDB developer guide, "Error handling with DynamoDB"). */
const busyErrors = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ThrottlingException",
  "TimeoutError",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

const busyReasons = new Set(["ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"]);

interface DynamoError {
  name?: string;
  CancellationReasons?: { Code?: string }[];
}

/** Whether DynamoDB was merely busy: throttled, out of reach, or two transactions met. */
export function isBusy(error: unknown): boolean {
  const { name = "", CancellationReasons = [] } = (error ?? {}) as DynamoError;
  return busyErrors.has(name) || CancellationReasons.some(({ Code = "" }) => busyReasons.has(Code));
}

/**
 * The answer of a call, after the client's own retries.
 * @throws AppError `unavailable` when DynamoDB was busy; any other error as it is
 */
export async function orUnavailable<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw isBusy(error) ? unavailable(error) : error;
  }
}

const maxBusyTries = 8;

/**
 * The answer of a call that may be made again, tried for some seconds while DynamoDB is busy.
 * @throws AppError `unavailable`
 */
export async function untilServed<Answer>(call: () => Promise<Answer>, waiting: Waiting): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await orUnavailable(call());
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable") || tries === maxBusyTries) throw error;
      await waitBeforeTry(waiting, tries);
    }
  }
}

export const unavailable = (cause?: unknown): AppError =>
  new AppError("unavailable", "The database is busy: try again in a moment.", { cause });
