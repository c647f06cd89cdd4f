// Configuration sets and their event destinations, as the templates make them. The default event bus is the only
// destination that the laptop cloud has.
import * as v from "valibot";
import type { ResourceContext, ResourceProviders } from "../cloudformation/provider.ts";
import { parseInput, templateBoolean } from "../json-input.ts";
import { AwsError, unsupported } from "../protocol.ts";
import type { Accounts, SesAccount } from "./accounts.ts";
import {
  configurationSetArn,
  eventNames,
  type ConfigurationSet,
  type EventDestination,
  type EventName,
} from "./configuration-set.ts";

/** `renderingFailure` (CloudFormation) and `RENDERING_FAILURE` (API) alike. */
function parseEventName(value: string): EventName {
  const bare = (text: string) => text.replaceAll("_", "").toUpperCase();
  const found = eventNames.find((name) => bare(name) === bare(value));
  if (!found) throw new AwsError("ValidationError", `MatchingEventTypes: SES has no event type ${value}`);
  return found;
}

const setProperties = v.strictObject({
  Name: v.optional(v.string()),
  SendingOptions: v.optional(v.strictObject({ SendingEnabled: templateBoolean })),
  SuppressionOptions: v.optional(
    v.strictObject({ SuppressedReasons: v.optional(v.array(v.picklist(["BOUNCE", "COMPLAINT"]))) }),
  ),
  // Of no consequence where no mail leaves the machine.
  DeliveryOptions: v.optional(v.unknown()),
  ReputationOptions: v.optional(v.unknown()),
  Tags: v.optional(v.unknown()),
});

const destinationProperties = v.strictObject({
  ConfigurationSetName: v.string(),
  EventDestination: v.strictObject({
    Name: v.optional(v.string()),
    Enabled: v.optional(templateBoolean, false),
    MatchingEventTypes: v.array(v.string()),
    EventBridgeDestination: v.optional(v.strictObject({ EventBusArn: v.string() })),
  }),
});

const identityProperties = v.strictObject({
  EmailIdentity: v.string(),
  ConfigurationSetAttributes: v.optional(v.strictObject({ ConfigurationSetName: v.optional(v.string()) })),
  // DNS and feedback mails, of which the laptop has none.
  DkimAttributes: v.optional(v.unknown()),
  DkimSigningAttributes: v.optional(v.unknown()),
  FeedbackAttributes: v.optional(v.unknown()),
  MailFromAttributes: v.optional(v.unknown()),
  Tags: v.optional(v.unknown()),
});

const parseProperties = <const Schema extends v.GenericSchema>(schema: Schema, properties: unknown, type: string) =>
  parseInput(schema, properties, { what: `AWS::SES::${type}`, code: "ValidationError" });

function toEventDestination(
  properties: v.InferOutput<typeof destinationProperties>["EventDestination"],
  context: ResourceContext,
): EventDestination {
  const eventBusArn = properties.EventBridgeDestination?.EventBusArn;
  if (eventBusArn === undefined) throw unsupported("an SES event destination other than EventBridge");
  const defaultBus = `arn:aws:events:${context.region}:${context.accountId}:event-bus/default`;
  if (eventBusArn !== defaultBus)
    throw new AwsError("ValidationError", `SES publishes to the default bus ${defaultBus} only, not to ${eventBusArn}`);
  return {
    name: properties.Name ?? context.generatedName,
    enabled: properties.Enabled,
    types: properties.MatchingEventTypes.map(parseEventName),
    eventBusArn,
  };
}

function getSet(account: SesAccount, name: string): ConfigurationSet {
  const set = account.configurationSets.get(name);
  if (!set) throw new AwsError("NotFoundException", `Configuration set <${name}> does not exist.`);
  return set;
}

/** AWS::SES::ConfigurationSet, AWS::SES::ConfigurationSetEventDestination, AWS::SES::EmailIdentity. */
export const createProviders = (accounts: Accounts): ResourceProviders => ({
  "AWS::SES::ConfigurationSet": {
    create: (unchecked, context) => {
      const properties = parseProperties(setProperties, unchecked, "ConfigurationSet");
      const account = accounts.accountOf(context.accountId, context.region);
      const name = properties.Name ?? context.generatedName;
      const reasons = properties.SuppressionOptions?.SuppressedReasons;
      account.configurationSets.set(name, {
        name,
        sendingEnabled: properties.SendingOptions?.SendingEnabled ?? true,
        ...(reasons && { suppressedReasons: reasons }),
        eventDestinations: account.configurationSets.get(name)?.eventDestinations ?? [],
      });
      return { ref: name, attributes: { Arn: configurationSetArn(account, name) } };
    },
    delete: ({ ref }, context) => {
      accounts.accountOf(context.accountId, context.region).configurationSets.delete(ref);
    },
  },

  "AWS::SES::ConfigurationSetEventDestination": {
    create: (unchecked, context) => {
      const properties = parseProperties(destinationProperties, unchecked, "ConfigurationSetEventDestination");
      const set = getSet(accounts.accountOf(context.accountId, context.region), properties.ConfigurationSetName);
      const destination = toEventDestination(properties.EventDestination, context);
      const others = set.eventDestinations.filter(({ name }) => name !== destination.name);
      set.eventDestinations = [...others, destination];
      const id = `${set.name}|${destination.name}`;
      return { ref: id, attributes: { Id: id } };
    },
    delete: ({ ref }, context) => {
      const [setName = "", destinationName] = ref.split("|");
      const set = accounts.accountOf(context.accountId, context.region).configurationSets.get(setName);
      if (set) set.eventDestinations = set.eventDestinations.filter(({ name }) => name !== destinationName);
    },
  },

  "AWS::SES::EmailIdentity": {
    create: (unchecked, context) => {
      const properties = parseProperties(identityProperties, unchecked, "EmailIdentity");
      const configurationSet = properties.ConfigurationSetAttributes?.ConfigurationSetName;
      const account = accounts.accountOf(context.accountId, context.region);
      account.identities.set(properties.EmailIdentity, configurationSet === undefined ? {} : { configurationSet });
      accounts.changed();
      return { ref: properties.EmailIdentity, attributes: {} };
    },
    delete: ({ ref }, context) => {
      accounts.accountOf(context.accountId, context.region).identities.delete(ref);
      accounts.changed();
    },
  },
});
