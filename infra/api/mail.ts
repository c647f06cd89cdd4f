// Sending: POST /mail, what follows it, and the same for the `resend` client.
import { CfnParameter, Duration, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { rateWindowSeconds } from "../../shared/contract/rate-limit.ts";
import { assumeConnectionRoles } from "../constructs/connection-roles.ts";
import type { CredentialCache } from "../constructs/credential-cache.ts";
import type { MailSchedules } from "../constructs/mail-schedules.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";
import { linksUrl } from "./unsubscribe.ts";

export interface MailProps {
  ledger: TableV2;
  directory: TableV2;
  contents: TableV2;
  addressSecret: Secret;
  unsubscribeSecret: Secret;
  cache: CredentialCache;
  /** Says which lines have something to send. */
  lines: Queue;
  schedules: MailSchedules;
}

export function addMail(
  stack: Stack,
  api: RestApi,
  { ledger, directory, contents, addressSecret, unsubscribeSecret, cache, lines, schedules }: MailProps,
): void {
  const mail = new NodeFunction(stack, "Mail", {
    name: "mail",
    description: "Sends mail through the customer's SES",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      LEDGER_TABLE: ledger.tableName,
      CONTENTS_TABLE: contents.tableName,
      ADDRESS_SECRET_ARN: addressSecret.secretArn,
      UNSUBSCRIBE_SECRET_ARN: unsubscribeSecret.secretArn,
      LINKS_URL: linksUrl(stack),
      ...cache.environment,
      BULK_QUEUE_URL: lines.queueUrl,
      ...schedules.environment,
      REQUESTS_PER_KEY: requestLimit(stack, "RequestsPerKey", "2000"),
      REQUESTS_PER_TENANT: requestLimit(stack, "RequestsPerTenant", "5000"),
    },
    memoryMb: 512,
    timeout: Duration.seconds(29),
  });
  addressSecret.grantRead(mail);
  unsubscribeSecret.grantRead(mail);
  cache.grantRead(mail);
  lines.grantSendMessages(mail);
  schedules.grantSchedule(mail);
  directory.grant(
    mail,
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
  );
  ledger.grant(mail, "dynamodb:BatchGetItem");
  contents.grant(mail, "dynamodb:BatchWriteItem");
  mail.addToRolePolicy(assumeConnectionRoles());
  api.route(mail, [
    [HttpMethod.POST, "/mail"],
    [HttpMethod.GET, "/mail/{mailId}"],
    [HttpMethod.POST, "/mail/{mailId}/cancel"],
    [HttpMethod.POST, "/mail/{mailId}/reschedule"],
    [HttpMethod.POST, "/templates/{templateId}/test"],
    [HttpMethod.POST, "/emails"],
    [HttpMethod.POST, "/emails/batch"],
    [HttpMethod.GET, "/emails/{emailId}"],
    [HttpMethod.PATCH, "/emails/{emailId}"],
    [HttpMethod.POST, "/emails/{emailId}/cancel"],
  ]);
}

function requestLimit(stack: Stack, id: string, usual: string): string {
  const description = `Requests to send that are taken in ${rateWindowSeconds} seconds`;
  return new CfnParameter(stack, id, { default: usual, allowedPattern: "[1-9][0-9]{0,6}", description }).valueAsString;
}
