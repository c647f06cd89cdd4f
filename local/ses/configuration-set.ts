// What a configuration set is: which events go where. How templates make one: configuration-sets.ts.

export type SuppressionReason = "BOUNCE" | "COMPLAINT";

/** Event types by their names in the SES v2 API. */
export const eventNames = [
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
export type EventName = (typeof eventNames)[number];

export interface EventDestination {
  name: string;
  enabled: boolean;
  types: EventName[];
  eventBusArn: string;
}

export interface ConfigurationSet {
  name: string;
  sendingEnabled: boolean;
  /** Absent: the account's. */
  suppressedReasons?: SuppressionReason[];
  eventDestinations: EventDestination[];
}

export const configurationSetArn = (account: { accountId: string; region: string }, name: string): string =>
  `arn:aws:ses:${account.region}:${account.accountId}:configuration-set/${name}`;

/** Whether any event destination of the set asks for events of this type. */
export const publishes = (set: ConfigurationSet | undefined, name: EventName): boolean =>
  set?.eventDestinations.some((destination) => destination.enabled && destination.types.includes(name)) ?? false;
