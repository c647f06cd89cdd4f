// How events come in: our bus, its archive, a rule to a queue, the categorizer, and the projector on the Ledger's stream.
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, Match, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { operatorAlarm } from "../constructs/alarm.ts";
import { DeadLetterQueue } from "../constructs/dead-letter-queue.ts";
import { NodeFunction } from "../constructs/node-function.ts";

export interface IngestStackProps extends StackProps {
  ledger: TableV2;
  directory: TableV2;
}

const categorizerTimeout = Duration.seconds(30);

export class IngestStack extends Stack {
  /** Its resource policy names the proven accounts; the connections function keeps it. */
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: IngestStackProps) {
    super(scope, id, props);
    const bus = new EventBus(this, "Bus", { eventBusName: "sesami", description: "SES events of connected accounts" });
    this.bus = bus;
    bus.archive("Archive", {
      description: "SES events, for replay",
      eventPattern: { source: ["aws.ses"] },
      retention: Duration.days(30),
    });
    this.categorize(props);
    this.project(props);
  }

  private categorize({ ledger, directory }: IngestStackProps): void {
    const deadLetters = new DeadLetterQueue(this, "EventsDeadLetters");
    const events = new Queue(this, "Events", {
      visibilityTimeout: Duration.seconds(6 * categorizerTimeout.toSeconds()),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 20 },
    });
    new Rule(this, "SesEvents", {
      eventBus: this.bus,
      eventPattern: { source: ["aws.ses"], detailType: Match.prefix("Email ") },
      targets: [
        new SqsQueue(events, {
          deadLetterQueue: new DeadLetterQueue(this, "RuleDeadLetters"),
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
    const categorizer = new NodeFunction(this, "Categorizer", {
      name: "categorizer",
      description: "Stores SES events as outcomes in the Ledger",
      environment: {
        LEDGER_TABLE: ledger.tableName,
        DIRECTORY_TABLE: directory.tableName,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      },
      memoryMb: 512,
      timeout: categorizerTimeout,
    });
    categorizer.addEventSource(
      new SqsEventSource(events, {
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 20,
        reportBatchItemFailures: true,
      }),
    );
    ledger.grant(
      categorizer,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:PutItem",
      "dynamodb:ConditionCheckItem",
    );
    directory.grant(categorizer, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem");
    deadLetters.grantSendMessages(categorizer);
  }

  private project({ ledger, directory }: IngestStackProps): void {
    const deadLetters = new DeadLetterQueue(this, "ProjectorDeadLetters");
    const projector = new NodeFunction(this, "Projector", {
      name: "projector",
      description: "Derives list rows, counters and suppressions from the Ledger's stream",
      environment: {
        LEDGER_TABLE: ledger.tableName,
        DIRECTORY_TABLE: directory.tableName,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      },
      memoryMb: 512,
      timeout: Duration.seconds(60),
    });
    projector.addEventSource(
      new DynamoEventSource(ledger, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        parallelizationFactor: 1,
        // Not for its windows: only with one does Lambda name the shard, by which the projector knows its place.
        tumblingWindow: Duration.minutes(15),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 100,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    ledger.grant(
      projector,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
    );
    directory.grant(projector, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem");
    deadLetters.grantSendMessages(projector);
    operatorAlarm(this, "ProjectorBehind", {
      metric: projector.metric("IteratorAge", { statistic: "max", period: Duration.minutes(5) }),
      threshold: Duration.minutes(5).toMilliseconds(),
      says: "The projector is more than five minutes behind.",
      runbook: "the-projector-is-behind",
    });
  }
}
