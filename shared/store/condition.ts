// Telling a lost race from a failure: which condition of a DynamoDB write did not hold, and trying again when it was a race.
import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { realWaiting, waitBeforeTry, type Waiting } from "./dynamo-retry.ts";

export const isConditionFailed = (error: unknown): boolean => error instanceof ConditionalCheckFailedException;

/**
 * The positions, in the transaction, of the writes whose conditions did not hold; none when the error is another one.
 */
export function failedConditions(error: unknown): number[] {
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).flatMap((reason, index) =>
    reason.Code === "ConditionalCheckFailed" ? [index] : [],
  );
}

/** Two transactions touched one item at once: nothing was written. */
export const isTransactionConflict = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some((reason) => reason.Code === "TransactionConflict");

/** DynamoDB refuses what was to be written, and always will: an item too large, a key it does not take. */
export const isInvalid = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name === "ValidationException" ||
    (error instanceof TransactionCanceledException &&
      (error.CancellationReasons ?? []).some((reason) => reason.Code === "ValidationError")));

const maxTries = 5;

/**
 * Runs "read, decide, write if unchanged" until nobody wrote in between; at most five times. A lost race is a failed
 * condition of a single write, or of the first write of a transaction: the other writes' conditions are the caller's rules.
 */
export async function untilWon<Result>(
  attempt: () => Promise<Result>,
  waiting: Waiting = realWaiting,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const lost = isConditionFailed(error) || failedConditions(error).includes(0) || isTransactionConflict(error);
      if (!lost || tries === maxTries) throw error;
      await waitBeforeTry(waiting, tries);
    }
  }
}
