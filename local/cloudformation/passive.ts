// Resource types that nothing on a laptop acts on: logs, alarms, keys, topics. They get names and ARNs as in AWS.
import type { ResourceContext, ResourceProviders } from "./provider.ts";
import { stableUuid } from "./stable-id.ts";

const arn = (service: string, { region, accountId }: ResourceContext, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** The same id for the same resource of the same stack, over all restarts. */
const idOf = ({ accountId, region, generatedName }: ResourceContext) =>
  stableUuid(`${accountId}/${region}/${generatedName}`);

const nameOf = (given: unknown, context: ResourceContext) =>
  typeof given === "string" ? given : context.generatedName;

export const passiveProviders: ResourceProviders = {
  "AWS::CDK::Metadata": {
    create: (_, context) => ({ ref: context.generatedName, attributes: {} }),
  },
  "AWS::Logs::LogGroup": {
    create: (properties, context) => {
      const name = nameOf(properties["LogGroupName"], context);
      return { ref: name, attributes: { Arn: arn("logs", context, `log-group:${name}:*`) } };
    },
  },
  "AWS::CloudWatch::Alarm": {
    create: (properties, context) => {
      const name = nameOf(properties["AlarmName"], context);
      return { ref: name, attributes: { Arn: arn("cloudwatch", context, `alarm:${name}`) } };
    },
  },
  "AWS::CloudWatch::Dashboard": {
    create: (properties, context) => ({ ref: nameOf(properties["DashboardName"], context), attributes: {} }),
  },
  "AWS::KMS::Key": {
    create: (_, context) => {
      const id = idOf(context);
      return { ref: id, attributes: { Arn: arn("kms", context, `key/${id}`), KeyId: id } };
    },
  },
  "AWS::KMS::Alias": {
    create: (properties) => ({ ref: String(properties["AliasName"]), attributes: {} }),
  },
  "AWS::SSM::Parameter": {
    create: (properties, context) => ({
      ref: nameOf(properties["Name"], context),
      attributes: { Type: properties["Type"], Value: properties["Value"] },
    }),
  },
  "AWS::SNS::Topic": {
    create: (properties, context) => {
      const name = nameOf(properties["TopicName"], context);
      const topicArn = arn("sns", context, name);
      return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
    },
  },
  "AWS::SNS::Subscription": {
    create: (properties, context) => {
      const subscriptionArn = `${properties["TopicArn"]}:${idOf(context)}`;
      return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
    },
  },
  "AWS::SNS::TopicPolicy": {
    create: (_, context) => ({ ref: context.generatedName, attributes: { Id: context.generatedName } }),
  },
};
