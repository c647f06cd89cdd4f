// What the SES v2 API tells of an account: quota, configuration sets, identities.
import * as v from "valibot";
import { parseInput } from "../json-input.ts";
import { AwsError } from "../protocol.ts";
import type { SesAccount } from "./accounts.ts";
import type { ConfigurationSet } from "./configuration-set.ts";
import { identityType } from "./identities.ts";
import { sentLast24Hours } from "./quota.ts";
import type { WireDeps } from "./v1-operation.ts";
import type { V2Operation } from "./v2-operation.ts";

const newIdentity = v.strictObject({
  EmailIdentity: v.pipe(v.string(), v.nonEmpty()),
  ConfigurationSetName: v.optional(v.string()),
  Tags: v.optional(v.array(v.unknown())),
});

const notFound = (message: string): AwsError => new AwsError("NotFoundException", message, { status: 404 });

function getSet(account: SesAccount, name: string): ConfigurationSet {
  const set = account.configurationSets.get(name);
  if (!set) throw notFound(`Configuration set <${name}> does not exist.`);
  return set;
}

export const createReadOperations = ({ accounts, clock }: WireDeps): Record<string, V2Operation> => ({
  GetAccount: ({ account: { production, quota, suppressedReasons } }) => ({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: "HEALTHY",
    ProductionAccessEnabled: production,
    SendQuota: {
      Max24HourSend: quota.max24Hours,
      MaxSendRate: quota.maxSendRate,
      SentLast24Hours: sentLast24Hours(quota, clock()),
    },
    SendingEnabled: true,
    SuppressionAttributes: { SuppressedReasons: suppressedReasons },
  }),

  ListConfigurationSets: ({ account }) => ({ ConfigurationSets: [...account.configurationSets.keys()] }),

  GetConfigurationSet: ({ account, name }) => {
    const set = getSet(account, name);
    return {
      ConfigurationSetName: set.name,
      SendingOptions: { SendingEnabled: set.sendingEnabled },
      ReputationOptions: { ReputationMetricsEnabled: false },
      DeliveryOptions: { TlsPolicy: "OPTIONAL" },
      ...(set.suppressedReasons && { SuppressionOptions: { SuppressedReasons: set.suppressedReasons } }),
      Tags: [],
    };
  },

  GetConfigurationSetEventDestinations: ({ account, name }) => ({
    EventDestinations: getSet(account, name).eventDestinations.map((destination) => ({
      Name: destination.name,
      Enabled: destination.enabled,
      MatchingEventTypes: destination.types,
      EventBridgeDestination: { EventBusArn: destination.eventBusArn },
    })),
  }),

  ListEmailIdentities: ({ account }) => ({
    EmailIdentities: [...account.identities.keys()].map((identity) => ({
      IdentityName: identity,
      IdentityType: identityType(identity),
      SendingEnabled: true,
      VerificationStatus: "SUCCESS",
    })),
  }),

  GetEmailIdentity: ({ account, name }) => {
    const identity = account.identities.get(name);
    if (!identity) throw notFound(`Email identity <${name}> does not exist.`);
    return {
      IdentityType: identityType(name),
      FeedbackForwardingStatus: true,
      VerifiedForSendingStatus: true,
      VerificationStatus: "SUCCESS",
      ...(identity.configurationSet !== undefined && { ConfigurationSetName: identity.configurationSet }),
      Policies: {},
      Tags: [],
    };
  },

  /** Verified at once: the laptop has neither DNS nor anybody to send a confirmation to. */
  CreateEmailIdentity: ({ account, body }) => {
    const { EmailIdentity, ConfigurationSetName } = parseInput(newIdentity, body, {
      what: "CreateEmailIdentity",
      code: "BadRequestException",
    });
    if (account.identities.has(EmailIdentity))
      throw new AwsError("AlreadyExistsException", `Email identity ${EmailIdentity} already exists.`);
    if (ConfigurationSetName !== undefined) getSet(account, ConfigurationSetName);
    account.identities.set(
      EmailIdentity,
      ConfigurationSetName === undefined ? {} : { configurationSet: ConfigurationSetName },
    );
    accounts.changed();
    return { IdentityType: identityType(EmailIdentity), VerifiedForSendingStatus: true };
  },
});
