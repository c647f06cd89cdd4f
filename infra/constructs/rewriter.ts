// What goes through stored data in the background, after a change of settings or for an erasure: a queue of steps, each
// asking for the next, and the function that does them.
import { Duration } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterDays } from "../../shared/contract/api/recipient-rights.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { NodeFunction } from "./node-function.ts";

export interface RewriterProps {
  ledger: TableV2;
  directory: TableV2;
  contents: TableV2;
  addressSecret: Secret;
}

const timeout = Duration.seconds(60);

export class Rewriter extends Construct {
  /** Whoever begins a work puts its first step here. */
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { ledger, directory, contents, addressSecret }: RewriterProps) {
    super(scope, id);
    this.queue = new Queue(this, "Steps", {
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(deadLetterDays),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: new DeadLetterQueue(this, "RewriterDeadLetters"), maxReceiveCount: 20 },
    });
    const rewriter = new NodeFunction(this, "Rewriter", {
      name: "rewriter",
      description: "Rewrites stored data for a changed retention, or an erasure",
      environment: {
        LEDGER_TABLE: ledger.tableName,
        DIRECTORY_TABLE: directory.tableName,
        CONTENTS_TABLE: contents.tableName,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
        REWRITE_QUEUE_URL: this.queue.queueUrl,
      },
      timeout,
    });
    rewriter.addEventSource(
      // Few at once: what it writes goes through the projector, beside the events that come in.
      new SqsEventSource(this.queue, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    ledger.grant(
      rewriter,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
    );
    directory.grant(
      rewriter,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
    );
    contents.grant(rewriter, "dynamodb:Query", "dynamodb:BatchWriteItem");
    addressSecret.grantRead(rewriter);
    this.queue.grantSendMessages(rewriter);
  }
}
