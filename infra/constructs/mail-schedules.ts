// Mail for later: a group of one-time schedules, and the role as which EventBridge Scheduler tells the workers of the lines that
// the time of one has come.
import { ArnFormat, Aws, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal, type IGrantable } from "aws-cdk-lib/aws-iam";
import { ScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { SchedulesEnv } from "../../shared/contract/env.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";

const service = "scheduler.amazonaws.com";

export class MailSchedules extends Construct {
  /** Of whoever schedules. */
  readonly environment: SchedulesEnv;
  private readonly group: ScheduleGroup;
  private readonly role: Role;

  /** @param lines what is told there reaches the workers */
  constructor(scope: Construct, id: string, { lines }: { lines: Queue }) {
    super(scope, id);
    this.group = new ScheduleGroup(this, "Group");
    const deadLetters = new DeadLetterQueue(this, "ScheduleDeadLetters");
    this.role = new Role(this, "Role", {
      description: "Tells the workers of the lines that the time of a mail or bulk has come",
      // Of this group alone: EventBridge Scheduler user guide, "Confused deputy prevention".
      assumedBy: new ServicePrincipal(service, {
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnEquals: { "aws:SourceArn": this.group.scheduleGroupArn },
        },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [lines.queueArn, deadLetters.queueArn] }),
    );
    this.environment = {
      SCHEDULE_GROUP: this.group.scheduleGroupName,
      SCHEDULE_ROLE_ARN: this.role.roleArn,
      SCHEDULE_TARGET_ARN: lines.queueArn,
      SCHEDULE_DEAD_LETTERS_ARN: deadLetters.queueArn,
    };
  }

  /** To make and delete schedules of the group, which do what the role may do. */
  grantSchedule({ grantPrincipal }: IGrantable): void {
    const schedules = Stack.of(this).formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${this.group.scheduleGroupName}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"],
        resources: [schedules],
      }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["iam:PassRole"],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { "iam:PassedToService": service } },
      }),
    );
  }
}
