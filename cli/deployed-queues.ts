// The queues of a deployment, found by the names that CloudFormation made of stack and logical id:
// `SesamiIngest-EventsDeadLetters1A2B3C4D-…`, a long logical id cut.
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Logical ids of the stack SesamiIngest (infra/), without the hash that the CDK appends. */
export type QueueName =
  | "Events"
  | "EventsDeadLetters"
  | "RuleDeadLetters"
  | "ProjectorDeadLetters"
  | "RewritingSteps"
  | "RewritingRewriterDeadLetters";

const cutLength = 24;

const nameOf = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf("/") + 1);

/** @throws Error when there is not exactly one such queue */
export async function getQueueUrl(sqs: SQSClient, stackName: string, name: QueueName): Promise<string> {
  const prefix = `${stackName}-${name.slice(0, cutLength)}`;
  // The CDK's hash has eight hexadecimal digits; no other logical id goes on like that.
  const rest = name.slice(cutLength);
  const spelling = new RegExp(`^${prefix}(${rest}[0-9A-F]{4,8}${rest === "" ? "" : "|"})-`);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 1000 }));
  const found = QueueUrls.filter((queueUrl) => spelling.test(nameOf(queueUrl)));
  const [queueUrl] = found;
  if (queueUrl === undefined || found.length > 1)
    throw new Error(
      `${found.length === 0 ? "There is no queue" : "There are several queues"} ${prefix}… in this account and region: ` +
        "check credentials and region, or name queues with --from and --to.",
    );
  return queueUrl;
}

/** How many messages wait, about. */
export async function countVisible(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes["ApproximateNumberOfMessages"] ?? 0);
}
