// AWS::SQS::Queue and AWS::SQS::QueuePolicy of a template.
import * as v from "valibot";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { AwsError, unsupported } from "../protocol.ts";
import { maximumMessageSizeBytes } from "./message.ts";
import type { QueueRegistry } from "./registry.ts";

const between = (least: number, most: number) => v.pipe(templateNumber, v.minValue(least), v.maxValue(most));

/** Ranges and defaults: API reference, "SetQueueAttributes". */
const queueProperties = v.strictObject({
  QueueName: v.optional(v.string()),
  DelaySeconds: v.optional(between(0, 900), 0),
  MaximumMessageSize: v.optional(between(1024, maximumMessageSizeBytes), maximumMessageSizeBytes),
  MessageRetentionPeriod: v.optional(between(60, 1_209_600), 345_600),
  ReceiveMessageWaitTimeSeconds: v.optional(between(0, 20), 0),
  VisibilityTimeout: v.optional(between(0, 43_200), 30),
  RedrivePolicy: v.optional(v.strictObject({ deadLetterTargetArn: v.string(), maxReceiveCount: between(1, 1000) })),
  RedriveAllowPolicy: v.optional(
    v.strictObject({
      redrivePermission: v.picklist(["allowAll", "denyAll", "byQueue"]),
      sourceQueueArns: v.optional(v.array(v.string())),
    }),
  ),
  SqsManagedSseEnabled: v.optional(templateBoolean),
  KmsMasterKeyId: v.optional(v.string()),
  KmsDataKeyReusePeriodSeconds: v.optional(templateNumber),
  FifoQueue: v.optional(templateBoolean),
  Tags: v.optional(v.unknown()),
});

const policyProperties = v.strictObject({ Queues: v.array(v.string()), PolicyDocument: v.unknown() });

const encryptionOf = (properties: v.InferOutput<typeof queueProperties>): Record<string, string> =>
  properties.KmsMasterKeyId === undefined
    ? { SqsManagedSseEnabled: String(properties.SqsManagedSseEnabled ?? true) }
    : { KmsMasterKeyId: properties.KmsMasterKeyId, SqsManagedSseEnabled: "false" };

/** An address of a queue → its ARN; the last two parts of its path are account and name. */
export function queueArnOfUrl(queueUrl: string, region: string): string {
  const [, accountId, name] = /\/(\d{12})\/([\w-]+)\/?$/.exec(queueUrl) ?? [];
  if (accountId === undefined || name === undefined)
    throw new AwsError("InvalidAddress", `The address ${queueUrl} is not valid for this endpoint.`, { status: 404 });
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

export function queueProviders(registry: QueueRegistry): ResourceProviders {
  return {
    "AWS::SQS::Queue": {
      create: (rawProperties, { accountId, region, generatedName }) => {
        const properties = parseInput(queueProperties, rawProperties, {
          what: "AWS::SQS::Queue",
          code: "InvalidParameterValue",
        });
        const name = properties.QueueName ?? generatedName;
        if (properties.FifoQueue === true || name.endsWith(".fifo")) throw unsupported(`FIFO queues (${name})`);
        if (!/^[\w-]{1,80}$/.test(name))
          throw new AwsError("InvalidParameterValue", `The queue name ${name} has other than 1-80 of A-Z a-z 0-9 _ -.`);
        const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
        registry.declareQueue({
          arn,
          settings: {
            delaySeconds: properties.DelaySeconds,
            maximumMessageSizeBytes: properties.MaximumMessageSize,
            retentionSeconds: properties.MessageRetentionPeriod,
            receiveWaitSeconds: properties.ReceiveMessageWaitTimeSeconds,
            visibilityTimeoutSeconds: properties.VisibilityTimeout,
            ...(properties.RedrivePolicy && { redrive: properties.RedrivePolicy }),
          },
          ...(properties.RedriveAllowPolicy && { redriveAllow: properties.RedriveAllowPolicy }),
          encryption: encryptionOf(properties),
        });
        const url = registry.urlOf(arn);
        return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
      },
      delete: ({ attributes }) => {
        registry.removeQueue(String(attributes["Arn"]));
      },
    },
    "AWS::SQS::QueuePolicy": {
      create: (rawProperties, { region, generatedName }) => {
        const { Queues, PolicyDocument } = parseInput(policyProperties, rawProperties, {
          what: "AWS::SQS::QueuePolicy",
          code: "InvalidParameterValue",
        });
        const queueArns = Queues.map((url) => queueArnOfUrl(url, region));
        for (const queueArn of queueArns) registry.setPolicy(queueArn, PolicyDocument);
        return { ref: generatedName, attributes: { Id: generatedName, queueArns } };
      },
      delete: ({ attributes }) => {
        const declared = new Set(registry.listQueues().map(({ arn }) => arn));
        for (const queueArn of attributes["queueArns"] as string[])
          if (declared.has(queueArn)) registry.setPolicy(queueArn, undefined);
      },
    },
  };
}
