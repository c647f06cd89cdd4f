// What could not be delivered: which errors are tried again, and what the dead-letter queue of a target is told.
// Source: EventBridge user guide, "Using dead-letter queues to process undelivered events".
import { AwsError } from "../protocol.ts";
import type { Queues } from "../sqs/queues.ts";
import type { Rule, Target } from "./rule.ts";
import { eventsService, type Passage } from "./targets.ts";

/** Code of the error → code in the dead letter. */
const deadLetterCodes: Record<string, string> = {
  AccessDeniedException: "NO_PERMISSIONS",
  QueueDoesNotExist: "NO_RESOURCE",
  ResourceNotFoundException: "NO_RESOURCE",
  ThrottlingException: "THROTTLING",
  TooManyRequestsException: "THROTTLING",
  FAILED_TO_ASSUME_ROLE: "FAILED_TO_ASSUME_ROLE",
  THIRD_ACCOUNT_HOP_DETECTED: "THIRD_ACCOUNT_HOP_DETECTED",
};

const notImplementedStatus = 501;

/** Missing permissions and missing targets are final; throttling and a target's own faults pass. */
export const isRetriable = ({ code, status }: AwsError): boolean =>
  deadLetterCodes[code] === "THROTTLING" || (status >= 500 && status !== notImplementedStatus);

export interface Failure {
  error: AwsError;
  /** Retries after the first attempt. */
  retries: number;
  /** Which limit of the retry policy ended it, where it was tried again at all. */
  exhausted?: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | undefined;
}

interface DeadLettersDeps {
  queues: Pick<Queues, "send">;
  log: (line: string) => void;
}

/** Logs every failure, and sends the event to the dead-letter queue of its target where it has one. */
export function createDeadLetters({ queues, log }: DeadLettersDeps) {
  return async (rule: Rule, target: Target, { event }: Passage, failure: Failure): Promise<void> => {
    const { error, retries, exhausted } = failure;
    const code = deadLetterCodes[error.code] ?? (isRetriable(error) ? "ERROR_FROM_TARGET" : "SDK_CLIENT_ERROR");
    const what = `event ${event.id} (${event["detail-type"]}) of rule ${rule.arn} to ${target.Arn}`;
    log(`EventBridge could not deliver ${what}: ${code}: ${error.message}`);
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return;
    const texts = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: code,
      ERROR_MESSAGE: error.message,
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted, RETRY_ATTEMPTS: String(retries) }),
    };
    const attributes = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, { DataType: "String", StringValue: text }]),
    );
    try {
      const origin = { service: eventsService, sourceArn: rule.arn };
      await queues.send(queueArn, JSON.stringify(event), { origin, attributes });
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) throw refusal;
      log(`EventBridge could not bury ${what} in ${queueArn}: ${refusal.message}`);
    }
  };
}
