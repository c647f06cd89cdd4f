// Who sends bulks: a queue that says which lines have something to send, and the workers that send it.
import { Duration } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { assumeConnectionRoles } from "./connection-roles.ts";
import type { CredentialCache } from "./credential-cache.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { NodeFunction } from "./node-function.ts";

export interface BulkSenderProps {
  directory: TableV2;
  contents: TableV2;
  addressSecret: Secret;
  unsubscribeSecret: Secret;
  cache: CredentialCache;
}

/** A shift of 40 s (lambdas/mail/line/work-shift.ts) and its tail. */
const timeout = Duration.seconds(60);

/**
 * A message comes again once its worker's lease of 30 s has surely run out: then it finds the line free.
 */
const visibilityTimeout = Duration.seconds(120);

/** Lines that are worked on at once: with more of them, each gets a shift in turn. */
const maxLinesAtOnce = 100;

export class BulkSender extends Construct {
  /** Whoever puts something into a line says so here. */
  readonly queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { directory, contents, addressSecret, unsubscribeSecret, cache }: BulkSenderProps,
  ) {
    super(scope, id);
    this.queue = new Queue(this, "Lines", {
      visibilityTimeout,
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: new DeadLetterQueue(this, "BulkDeadLetters"), maxReceiveCount: 20 },
    });
    const sender = new NodeFunction(this, "BulkSender", {
      name: "bulk-sender",
      description: "Sends bulks, each connection's at its account's rate",
      environment: {
        DIRECTORY_TABLE: directory.tableName,
        CONTENTS_TABLE: contents.tableName,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
        UNSUBSCRIBE_SECRET_ARN: unsubscribeSecret.secretArn,
        BULK_QUEUE_URL: this.queue.queueUrl,
        ...cache.environment,
      },
      memoryMb: 1024,
      timeout,
    });
    sender.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 1, maxConcurrency: maxLinesAtOnce, reportBatchItemFailures: true }),
    );
    contents.grant(sender, "dynamodb:BatchWriteItem");
    directory.grant(
      sender,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
    );
    addressSecret.grantRead(sender);
    unsubscribeSecret.grantRead(sender);
    cache.grantRead(sender);
    sender.addToRolePolicy(assumeConnectionRoles());
    this.queue.grantSendMessages(sender);
    new Rule(this, "EveryMinute", {
      description: "Wakes the lines that a crash has left",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sender)],
    });
  }
}
