// One step of a connection check: how it is told, and how an AWS error becomes its result.
import { describeAwsError, isTransient } from "../../shared/aws/aws-error.ts";
import type { Hop, HopResult } from "../../shared/contract/api/connections.ts";

/** A hop's result, and whether it says something about the connection at all. */
export interface Tried extends HopResult {
  /** AWS could not answer: asked again, it may. The connection's state stays as it was. */
  inconclusive?: true;
}

export const passed = (hop: Hop, message: string): Tried => ({ hop, result: "ok", message });

export const broken = (hop: Hop, message: string, fix: string): Tried => ({ hop, result: "broken", message, fix });

export const waiting = (hop: Hop, message: string): Tried => ({ hop, result: "waiting", message });

export const skipped = (hop: Hop): Tried => ({
  hop,
  result: "skipped",
  message: "Not tried: something before it is broken.",
});

/** What to do about an error that has no remedy of its own. */
export function brokenBy(hop: Hop, error: unknown, what: string, fix: string): Tried {
  if (!(error instanceof Error)) throw error;
  if (!isTransient(error)) return broken(hop, `${what}: ${describeAwsError(error)}`, fix);
  return {
    ...broken(hop, `${what}, for AWS did not answer: ${describeAwsError(error)}`, "Check again in a minute."),
    inconclusive: true,
  };
}

export const deployAgain = (region: string): string =>
  `Deploy the connection template (again) in ${region}, with the parameters shown here.`;
