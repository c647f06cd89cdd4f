// The template that a customer deploys in their own account: the role we assume, a configuration set that publishes
// all ten event types, and the rule that forwards SES events to our bus, with its own role and dead-letter queue.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, Aws, BootstraplessSynthesizer, CfnOutput, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { AccountPrincipal, Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from "aws-cdk-lib/aws-ses";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  configurationSetName,
  connectionRoleName,
  eventDestinationName,
  forwardingRuleName,
  publishedEventTypes,
  templateParameter,
} from "../../shared/contract/connection.ts";
import { connectionTemplateFile } from "./template-location.ts";

const here = (service: string, resource: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

export class ConnectionStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description:
        "Connects this account's Amazon SES to SESami: a narrow role, a configuration set, and a rule that forwards SES events",
      synthesizer: new BootstraplessSynthesizer(),
      analyticsReporting: false,
    });
    const externalId = new CfnParameter(this, templateParameter.externalId, {
      description: "Shown on the dashboard; only SESami acting for you presents it",
      allowedPattern: "[A-Za-z0-9_-]{16,128}",
    });
    const operator = new CfnParameter(this, templateParameter.operatorAccountId, {
      description: "The AWS account that SESami runs in",
      allowedPattern: "\\d{12}",
    });
    const bus = new CfnParameter(this, templateParameter.eventBusArn, {
      description: "The event bus that SESami receives SES events on",
      allowedPattern: "arn:[^:]+:events:[^:]+:\\d{12}:event-bus/.+",
    });
    this.configurationSet();
    this.forwardEvents(bus.valueAsString);
    this.role(operator.valueAsString, externalId.valueAsString);
  }

  private configurationSet(): void {
    const set = new CfnConfigurationSet(this, "ConfigurationSet", { name: configurationSetName });
    new CfnConfigurationSetEventDestination(this, "EventDestination", {
      configurationSetName: set.ref,
      eventDestination: {
        name: eventDestinationName,
        enabled: true,
        matchingEventTypes: [...publishedEventTypes],
        eventBridgeDestination: { eventBusArn: here("events", "event-bus/default") },
      },
    });
  }

  private forwardEvents(busArn: string): void {
    const deadLetters = new Queue(this, "ForwardingDeadLetters", {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const forwarder = new Role(this, "Forwarder", {
      assumedBy: new ServicePrincipal("events.amazonaws.com"),
      inlinePolicies: {
        forward: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ["events:PutEvents"], resources: [busArn] })],
        }),
      },
    });
    const rule = new CfnRule(this, "Forward", {
      name: forwardingRuleName,
      description: "Copies SES events to SESami",
      eventPattern: { source: ["aws.ses"], "detail-type": [{ prefix: "Email " }] },
      targets: [
        { id: "sesami", arn: busArn, roleArn: forwarder.roleArn, deadLetterConfig: { arn: deadLetters.queueArn } },
      ],
    });
    deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [deadLetters.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": rule.attrArn } },
      }),
    );
    new CfnOutput(this, "ForwardingDeadLetterQueue", { value: deadLetters.queueUrl });
  }

  private role(operatorAccountId: string, externalId: string): void {
    const role = new Role(this, "Role", {
      roleName: connectionRoleName(Aws.REGION),
      description: "Lets SESami send mail through SES and check the connection; nothing else",
      assumedBy: new AccountPrincipal(operatorAccountId).withConditions({
        StringEquals: { "sts:ExternalId": externalId },
      }),
      maxSessionDuration: Duration.hours(1),
      inlinePolicies: { sesami: new PolicyDocument({ statements: connectionStatements() }) },
    });
    new CfnOutput(this, "RoleArn", { value: role.roleArn });
  }
}

/** All that the role allows. SES calls without a resource in their ARN form need `*` (Service Authorization Reference, SES). */
const connectionStatements = (): PolicyStatement[] => [
  new PolicyStatement({
    sid: "Send",
    effect: Effect.ALLOW,
    actions: ["ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail"],
    resources: [here("ses", "identity/*"), here("ses", "configuration-set/*"), here("ses", "template/*")],
  }),
  new PolicyStatement({
    sid: "ReadAccount",
    actions: [
      "ses:GetAccount",
      "ses:GetSendQuota",
      "ses:GetSendStatistics",
      "ses:ListEmailIdentities",
      "ses:ListConfigurationSets",
      "ses:ListSuppressedDestinations",
      "ses:GetSuppressedDestination",
      "ses:PutSuppressedDestination",
      "ses:DeleteSuppressedDestination",
    ],
    resources: ["*"],
  }),
  new PolicyStatement({
    sid: "ReadSetup",
    actions: ["ses:GetEmailIdentity", "ses:GetConfigurationSet", "ses:GetConfigurationSetEventDestinations"],
    resources: [here("ses", "identity/*"), here("ses", "configuration-set/*")],
  }),
  new PolicyStatement({
    sid: "ReadRule",
    actions: ["events:DescribeRule", "events:ListTargetsByRule"],
    resources: [here("events", `rule/${forwardingRuleName}`)],
  }),
];

/** The template as plain JSON, in an app of its own below `folder`: no stack of the operator's. */
export function connectionTemplate(folder: string): Record<string, unknown> {
  const app = new App({
    outdir: join(folder, "assembly"),
    analyticsReporting: false,
    treeMetadata: false,
    context: { "aws:cdk:enable-path-metadata": false },
  });
  const stack = new ConnectionStack(app, "SesamiConnection");
  return app.synth().getStackArtifact(stack.artifactId).template as Record<string, unknown>;
}

/** Writes the template below `folder` and returns the folder that holds it alone, ready to be published. */
export function writeConnectionTemplate(folder: string): string {
  const published = join(folder, "customer");
  mkdirSync(published, { recursive: true });
  const template = connectionTemplate(join(folder, "customer-app"));
  writeFileSync(join(published, connectionTemplateFile), `${JSON.stringify(template, null, 2)}\n`);
  return published;
}
