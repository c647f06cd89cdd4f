// Hands what a schedule says to its queue, as the role that the schedule names: if the role trusts the service for this
// group of schedules, and may send there. What cannot be delivered goes to the dead-letter queue of the target.
// Source: EventBridge Scheduler user guide, "Confused deputy prevention" and "Configuring a schedule's dead-letter queue".
import type { Identity, Role } from "../identity/identity.ts";
import { evaluatePolicy, isAllowed } from "../identity/policy.ts";
import { AwsError } from "../protocol.ts";
import type { Queues } from "../sqs/queues.ts";
import { arnOf, groupArn, invalid, type Schedule } from "./schedule.ts";

const schedulerService = "scheduler.amazonaws.com";

/** AWS backs off over a day; here the first retries come soon, so that a laptop's user sees them. */
const firstRetryMs = 50;
const longestRetryMs = 60_000;
const defaultRetryAttempts = 185;
const defaultEventAgeSeconds = 86_400;

export interface DeliveryDeps {
  clock: () => number;
  queues: Pick<Queues, "send">;
  identity: Pick<Identity, "findRole" | "findManagedPolicy">;
  /** Hears of what could not be delivered. */
  log: (line: string) => void;
  /** Ends early, and is false, once the service is stopped. */
  sleep: (ms: number) => Promise<boolean>;
}

type Asked = Pick<Schedule, "accountId" | "region" | "GroupName" | "Target">;

/** @throws AwsError `ValidationException`, as CreateSchedule itself does */
export function findTrustingRole(identity: Pick<Identity, "findRole">, schedule: Asked): Role {
  const { Target, accountId, GroupName } = schedule;
  const role = identity.findRole(Target.RoleArn);
  const context = { "aws:SourceArn": groupArn(schedule, GroupName), "aws:SourceAccount": accountId };
  const request = { action: "sts:AssumeRole", principal: { service: schedulerService }, context };
  if (role?.accountId === accountId && isAllowed(role.trustPolicy, request)) return role;
  throw invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
}

export function createDelivery({ clock, queues, identity, log, sleep }: DeliveryDeps) {
  /** @throws AwsError of the queue; `AccessDeniedException` */
  async function send(schedule: Schedule, queueArn: string, attributes = {}): Promise<void> {
    const role = findTrustingRole(identity, schedule);
    const principal = {
      accountId: schedule.accountId,
      arn: `arn:aws:sts::${schedule.accountId}:assumed-role/${role.name}/${schedule.name}`,
      roleArn: role.arn,
    };
    const documents = [
      ...role.inlinePolicies.values(),
      ...[...role.managedPolicyArns].flatMap((arn) => identity.findManagedPolicy(arn) ?? []),
    ];
    const request = { action: "sqs:SendMessage", resource: queueArn, principal };
    const effects = new Set(documents.map((document) => evaluatePolicy(document, request)));
    if (effects.has("deny") || !effects.has("allow"))
      throw new AwsError(
        "AccessDeniedException",
        `${role.arn} is not authorized to perform sqs:SendMessage on ${queueArn}.`,
      );
    await queues.send(queueArn, schedule.Target.Input, { origin: principal, attributes });
  }

  async function bury(schedule: Schedule, error: AwsError, retries: number): Promise<void> {
    const { Target, dueAtMs } = schedule;
    log(`EventBridge Scheduler could not deliver ${arnOf(schedule)} to ${Target.Arn}: ${error.code}: ${error.message}`);
    const queueArn = Target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return;
    const texts = {
      SCHEDULE_ARN: arnOf(schedule),
      TARGET_ARN: Target.Arn,
      SCHEDULED_TIME: new Date(dueAtMs).toISOString(),
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(retries),
      IS_PAYLOAD_TRUNCATED: "false",
    };
    const attributes = Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, { DataType: "String", StringValue: text }]),
    );
    try {
      await send(schedule, queueArn, attributes);
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) throw refusal;
      log(`EventBridge Scheduler could not bury ${arnOf(schedule)} in ${queueArn}: ${refusal.message}`);
    }
  }

  /** Resolves once the queue, or the dead-letter queue, has it, or nothing more can be done; false when stopped before. */
  return async (schedule: Schedule): Promise<boolean> => {
    const { MaximumRetryAttempts = defaultRetryAttempts, MaximumEventAgeInSeconds = defaultEventAgeSeconds } =
      schedule.Target.RetryPolicy ?? {};
    const endsAtMs = clock() + MaximumEventAgeInSeconds * 1000;
    for (let retries = 0; ; retries++)
      try {
        await send(schedule, schedule.Target.Arn);
        return true;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // Missing permissions and queues are final; throttling and the queue's own faults pass.
        const isRetriable = error.status >= 500 || error.code.startsWith("Throttling");
        if (!isRetriable || retries >= MaximumRetryAttempts || clock() >= endsAtMs) {
          await bury(schedule, error, retries);
          return true;
        }
        if (!(await sleep(Math.min(firstRetryMs * 2 ** retries, longestRetryMs)))) return false;
      }
  };
}
