// Which elements of a batch a test wants throttled, and so answered as unprocessed.
import { AwsError } from "../protocol.ts";
import type { Database } from "./database.ts";

/** What a fault on one element may throw to leave it unprocessed: the errors that AWS answers so. */
const throttlingCodes = new Set(["ProvisionedThroughputExceededException", "ThrottlingException"]);

/** True where a test lets this one element of a batch be throttled. @throws what else the fault throws */
export async function isThrottled({ faults }: Database, operation: string): Promise<boolean> {
  try {
    await faults(`${operation}:element`);
    return false;
  } catch (error) {
    if (error instanceof AwsError && throttlingCodes.has(error.code)) return true;
    throw error;
  }
}

export const throughputExceeded = (): AwsError =>
  new AwsError("ProvisionedThroughputExceededException", "The level of configured throughput was exceeded.");
