// Letters of a queue in somebody else's account, such as the dead letters of a customer's rule: whoever owns the queue can put
// anything into it, so only what is an SES event of that very account may go on.
import { stampMember } from "../shared/domain/stamp.ts";
import type { DeadLetter } from "./dead-letters.ts";

/** Of a queue's URL: `https://sqs.eu-west-1.amazonaws.com/222222222222/name`. */
export const accountOfQueue = (queueUrl: string): string | undefined =>
  /^https?:\/\/[^/]+\/(\d{12})\/[^/]+$/.exec(queueUrl)?.[1];

/** An event as EventBridge wrote it, of this account. */
export function isEventOf(accountId: string, { body }: Pick<DeadLetter, "body">): boolean {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return false;
  }
  if (typeof event !== "object" || event === null || Array.isArray(event) || stampMember in event) return false;
  const { source, account, "detail-type": type, Records: records } = event as Record<string, unknown>;
  return source === "aws.ses" && account === accountId && typeof type === "string" && records === undefined;
}
