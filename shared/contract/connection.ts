// What both sides of a connection must agree on: the names in the customer's account.
// infra/customer makes them, lambdas/connections checks them.

import { eventTypes } from "../domain/event.ts";

/** The role in the customer's account that trusts us; one per region. */
export const connectionRoleName = (region: string): string => `sesami-connection-${region}`;

export const connectionRoleArn = (accountId: string, region: string): string =>
  `arn:aws:iam::${accountId}:role/${connectionRoleName(region)}`;

export const configurationSetName = "sesami";
export const eventDestinationName = "sesami-eventbridge";
export const forwardingRuleName = "sesami-forward";

/** The parameters of the connection template. */
export const templateParameter = {
  externalId: "ExternalId",
  operatorAccountId: "OperatorAccountId",
  eventBusArn: "EventBusArn",
} as const;

/** CloudFormation's names of the ten event types (AWS::SES::ConfigurationSetEventDestination, MatchingEventTypes). */
export { eventTypes as publishedEventTypes } from "../domain/event.ts";

/** The same ten as the SES API names them (SES v2 API, EventDestination.MatchingEventTypes): `RENDERING_FAILURE`. */
export const matchingEventTypes: readonly string[] = eventTypes.map((type) =>
  type.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
);

/** The message tag of the mail that a connection check sends to SES's simulator. */
export const testMailTag = "sesami-test";
