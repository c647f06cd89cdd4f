// Confirming that a topic may post to us: a GET of the address that SNS sent, at SNS alone.
import { AppError } from "../contract/error.ts";
import { snsOrigin, type GetFromSns } from "./sns-host.ts";
import type { SnsMessage } from "./sns-message.ts";

export type SubscriptionConfirmation = Extract<SnsMessage, { Type: "SubscriptionConfirmation" }>;

/**
 * @param message verified (sns-signature.ts)
 * @throws AppError `forbidden` when the address does anything but confirm this topic's subscription, `unavailable` when SNS
 *   does not confirm it now
 */
export async function confirmSubscription(
  getFromSns: GetFromSns,
  { SubscribeURL, TopicArn, Token }: SubscriptionConfirmation,
  region: string,
): Promise<void> {
  const url = URL.parse(SubscribeURL);
  // With a user, a port or another path the address does not begin like this.
  const isAtSns = url?.href.startsWith(`${snsOrigin(region)}/?`) === true;
  const wanted = { Action: "ConfirmSubscription", TopicArn, Token };
  if (!url || !isAtSns || Object.entries(wanted).some(([name, value]) => url.searchParams.get(name) !== value))
    throw new AppError("forbidden", "The address that confirms the subscription is not one of Amazon SNS.");
  const { status } = await getFromSns(url.href);
  if (status !== 200)
    throw new AppError("unavailable", `Amazon SNS did not confirm the subscription (${status}): request it again.`);
}
