// What both sides of a connection must agree on: the names in the customer's account.
// infra/customer makes them, lambdas/connections checks them.

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

/** SES API names of the ten event types (SES v2 API, EventDestinationDefinition.MatchingEventTypes). */
export const matchingEventTypes = [
  "SEND",
  "REJECT",
  "BOUNCE",
  "COMPLAINT",
  "DELIVERY",
  "OPEN",
  "CLICK",
  "RENDERING_FAILURE",
  "DELIVERY_DELAY",
  "SUBSCRIPTION",
] as const;

/** The message tag of the mail that a connection check sends to SES's simulator. */
export const testMailTag = "sesami-test";
