// How events come in: our bus, its archive, a rule to a queue, the categorizer, and the projector on the Ledger's stream.
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, Match, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction, SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { ArnPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { FilterCriteria, FilterRule, type IFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { archiveDays } from "../../shared/contract/api/recipient-rights.ts";
import { projectedKeyPrefixes, queueBatches, streamBatches } from "../../shared/contract/event-batches.ts";
import { countedMetric, operatorAlarm } from "../constructs/alarm.ts";
import { assumeConnectionRoles } from "../constructs/connection-roles.ts";
import { DeadLetterQueue } from "../constructs/dead-letter-queue.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { accessToPartitions } from "../constructs/partitions.ts";
import { Rewriter } from "../constructs/rewriter.ts";

export interface IngestStackProps extends StackProps {
  ledger: TableV2;
  directory: TableV2;
  contents: TableV2;
  addressSecret: Secret;
  /** How long the projector waits for a batch to fill. */
  projectorWindow?: Duration;
}

/** @param given as text, or absent @throws Error when it is no number of seconds that Lambda takes */
export function parseProjectorWindow(given: unknown): Duration {
  const seconds = given === undefined ? streamBatches.windowSeconds : Number(given);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 300)
    throw new Error(`projectorWindowSeconds is ${String(given)}: give a whole number from 0 to 300.`);
  return Duration.seconds(seconds);
}

const categorizerTimeout = Duration.seconds(30);

export class IngestStack extends Stack {
  /** Its resource policy names the proven accounts; the connections function keeps it. */
  readonly bus: EventBus;
  /** Takes SES events over SNS; the API gives it a route. */
  readonly snsDoor: IFunction;
  /** The steps of rewriting what is stored. */
  readonly rewrites: Queue;

  constructor(scope: Construct, id: string, props: IngestStackProps) {
    super(scope, id, props);
    const bus = new EventBus(this, "Bus", { eventBusName: "sesami", description: "SES events of connected accounts" });
    this.bus = bus;
    bus.archive("Archive", {
      description: "SES events, for replay",
      eventPattern: { source: ["aws.ses"] },
      retention: Duration.days(archiveDays),
    });
    this.snsDoor = this.openSnsDoor(props, this.categorize(props));
    this.project(props);
    this.reconcile(props);
    this.rewrites = new Rewriter(this, "Rewriting", props).queue;
  }

  /** The queue that events come in by. */
  private categorize({ ledger, directory, addressSecret }: IngestStackProps): Queue {
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
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
      },
      memoryMb: 512,
      timeout: categorizerTimeout,
    });
    categorizer.addEventSource(
      new SqsEventSource(events, {
        batchSize: queueBatches.maxMessages,
        maxBatchingWindow: Duration.seconds(queueBatches.windowSeconds),
        maxConcurrency: queueBatches.maxConcurrency,
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
    directory.grant(
      categorizer,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:PutItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:UpdateItem",
    );
    addressSecret.grantRead(categorizer);
    deadLetters.grantSendMessages(categorizer);
    return events;
  }

  /** Beside the rule the only one that the queue's policy admits. On Node whatever the other functions run on. */
  private openSnsDoor({ directory }: IngestStackProps, events: Queue): IFunction {
    const door = new NodeFunction(this, "SnsDoor", {
      name: "sns-door",
      description: "Takes SES events that SNS posts, once it has verified who signed them",
      environment: { DIRECTORY_TABLE: directory.tableName, EVENTS_QUEUE_URL: events.queueUrl },
    });
    // Anyone can post to it: it finds connections, by the key in the path.
    door.addToRolePolicy(accessToPartitions(directory, ["SNS#*", "TENANT#*"], "dynamodb:GetItem"));
    events.addToResourcePolicy(
      new PolicyStatement({
        sid: "SnsDoor",
        principals: [new ArnPrincipal(door.role!.roleArn)],
        actions: ["sqs:SendMessage"],
        resources: [events.queueArn],
      }),
    );
    operatorAlarm(this, "SnsDoorRefuses", {
      metric: countedMetric("snsRefused", Duration.hours(1)),
      threshold: 20,
      says: "The SNS door refused more than 20 posts in an hour that had a connection's key.",
      runbook: "the-sns-door-refuses-posts",
    });
    return door;
  }

  private project({ ledger, directory, addressSecret, projectorWindow }: IngestStackProps): void {
    const deadLetters = new DeadLetterQueue(this, "ProjectorDeadLetters");
    const projector = new NodeFunction(this, "Projector", {
      name: "projector",
      description: "Derives list rows, counters and suppressions from the Ledger's stream",
      environment: {
        LEDGER_TABLE: ledger.tableName,
        DIRECTORY_TABLE: directory.tableName,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
      },
      memoryMb: 512,
      timeout: Duration.seconds(60),
    });
    projector.addEventSource(
      new DynamoEventSource(ledger, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: streamBatches.maxRecords,
        maxBatchingWindow: projectorWindow ?? parseProjectorWindow(undefined),
        filters: projectedKeyPrefixes.map((prefix) =>
          FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(prefix) } } } }),
        ),
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
    addressSecret.grantRead(projector);
    deadLetters.grantSendMessages(projector);
    operatorAlarm(this, "ProjectorBehind", {
      metric: projector.metric("IteratorAge", { statistic: "max", period: Duration.minutes(5) }),
      threshold: Duration.minutes(5).toMilliseconds(),
      says: "The projector is more than five minutes behind.",
      runbook: "the-projector-is-behind",
    });
  }

  /** Looks for the events that did not come. */
  private reconcile({ ledger, directory }: IngestStackProps): void {
    const reconciliation = new NodeFunction(this, "Reconciliation", {
      name: "reconciliation",
      description: "Compares the mails that SES accepted from us with the events that came",
      environment: { LEDGER_TABLE: ledger.tableName, DIRECTORY_TABLE: directory.tableName },
      timeout: Duration.minutes(15),
    });
    ledger.grant(reconciliation, "dynamodb:BatchGetItem");
    directory.grant(reconciliation, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem");
    reconciliation.addToRolePolicy(assumeConnectionRoles());
    new Rule(this, "EveryHour", {
      description: "Reconciles accepted mails with their events",
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(reconciliation)],
    });
    operatorAlarm(this, "SendsWithoutEvents", {
      metric: countedMetric("sendsWithoutEvent", Duration.hours(1), "max"),
      threshold: 100,
      says: "SES accepted more than 100 mails in a day whose Send events have not come.",
      runbook: "events-are-missing",
    });
  }
}
