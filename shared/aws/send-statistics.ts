// SES's own figures of an account and region.
import { GetSendStatisticsCommand, type SESClient } from "@aws-sdk/client-ses";
import type { SesReported } from "../contract/api/connections.ts";

/**
 * The last 14 days, in points of 15 minutes, of all mail of the account in this region, whoever sent it (SES API,
 * GetSendStatistics): an upper bound for what went through us. SES counts a mail once for each recipient.
 */
export async function getSendStatistics(ses: SESClient): Promise<Omit<SesReported, "note">> {
  const { SendDataPoints = [] } = await ses.send(new GetSendStatisticsCommand({}));
  const sum = (member: "DeliveryAttempts" | "Bounces" | "Complaints" | "Rejects") =>
    SendDataPoints.reduce((total, point) => total + (point[member] ?? 0), 0);
  return {
    deliveryAttempts: sum("DeliveryAttempts"),
    bounces: sum("Bounces"),
    complaints: sum("Complaints"),
    rejects: sum("Rejects"),
  };
}
