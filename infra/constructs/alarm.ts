// Alarms: each links the heading of the runbook that says what to do, and goes to the operator's topic if there is one.
import { Duration, Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type Metric as MetricName, metricNamespace } from "../../shared/contract/metrics.ts";

const topicId = "AlarmTopic";

/** One topic a stack, made when the operator gave `-c alarmEmail=…`. */
function alarmTopic(stack: Stack): Topic | undefined {
  const email = stack.node.tryGetContext("alarmEmail") as string | undefined;
  if (!email) return undefined;
  const existing = stack.node.tryFindChild(topicId);
  if (existing) return existing as Topic;
  const topic = new Topic(stack, topicId, { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}

export interface OperatorAlarmProps {
  metric: IMetric;
  /** The alarm rings above it. */
  threshold: number;
  /** What is wrong, in a sentence. */
  says: string;
  /** Heading of docs/runbook.md, as GitHub slugs it. */
  runbook: string;
}

export function operatorAlarm(scope: Construct, id: string, props: OperatorAlarmProps): Alarm {
  const alarm = new Alarm(scope, id, {
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${props.says} What to do: docs/runbook.md#${props.runbook}`,
  });
  const topic = alarmTopic(Stack.of(scope));
  if (topic) alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}

export const alarmOnErrors = (scope: Construct, id: string, fn: IFunction): Alarm =>
  operatorAlarm(scope, `${id}Errors`, {
    metric: fn.metricErrors({ period: Duration.minutes(5) }),
    threshold: 0,
    says: `${id} ended with errors.`,
    runbook: "a-function-ends-with-errors",
  });

export const alarmOnMessages = (scope: Construct, id: string, queue: IQueue): Alarm =>
  operatorAlarm(scope, `${id}NotEmpty`, {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    threshold: 0,
    says: `${id} holds messages that could not be processed.`,
    runbook: "a-dead-letter-queue-is-not-empty",
  });

/** What our functions count (shared/contract/metrics.ts), added up over a period; or, of a level, the highest. */
export const countedMetric = (metricName: MetricName, period: Duration, statistic: "sum" | "max" = "sum"): Metric =>
  new Metric({ namespace: metricNamespace, metricName, statistic, period });

/** A fault of ours is answered 500 and counted; Lambda itself sees a function that ended well. */
export const alarmOnFailedRequests = (scope: Construct): Alarm =>
  operatorAlarm(scope, "RequestsFailed", {
    metric: countedMetric("requestFailed", Duration.minutes(5)),
    threshold: 0,
    says: "The API answered requests with 500.",
    runbook: "the-api-answers-500",
  });
