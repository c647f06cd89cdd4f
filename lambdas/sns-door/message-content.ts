// What an SNS message holds, as far as the door must know: an SES event, something SES merely says, or something else.
import { parseDelivery } from "../../shared/domain/parse.ts";

/** `sesEvent`: SES sent it, readable or not; if it is not, the categorizer sets it aside with the reason. */
export type MessageContent = "sesEvent" | "sesNotice" | "other";

export function contentOf(message: string): MessageContent {
  const deliveries = parseDelivery({ Records: [{ Sns: { Type: "Notification", Message: message } }] });
  if (deliveries.some(({ result }) => result === "events")) return "sesEvent";
  if (deliveries.every(({ result }) => result === "ignored")) return "sesNotice";
  return isOfSes(message) ? "sesEvent" : "other";
}

/** By what every SES event has, of each style and inside EventBridge's envelope. */
function isOfSes(message: string): boolean {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return false;
  }
  if (typeof json !== "object" || json === null) return false;
  const { eventType, notificationType, source } = json as Record<string, unknown>;
  return typeof eventType === "string" || typeof notificationType === "string" || source === "aws.ses";
}
