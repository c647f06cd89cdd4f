// Bulks: the routes, and the workers behind them.
import { Duration, Fn, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { MailSchedules } from "../constructs/mail-schedules.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export interface BulkProps {
  directory: TableV2;
  cursorSecret: Secret;
  /** Says which lines have something to send. */
  lines: Queue;
  schedules: MailSchedules;
}

/** Apart from single mails: ten thousand recipients are a large request, and hold up no other. */
export function addBulk(stack: Stack, api: RestApi, { directory, cursorSecret, lines, schedules }: BulkProps): void {
  const bulk = new NodeFunction(stack, "Bulk", {
    name: "bulk",
    description: "Takes bulks, tells how far they are, pauses and cancels them",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      CURSOR_SECRET_ARN: cursorSecret.secretArn,
      BULK_QUEUE_URL: lines.queueUrl,
      ...schedules.environment,
      LINKS_URL: Fn.ref("LinksUrl"),
      REQUESTS_PER_KEY: Fn.ref("RequestsPerKey"),
      REQUESTS_PER_TENANT: Fn.ref("RequestsPerTenant"),
    },
    memoryMb: 1024,
    timeout: Duration.seconds(29),
  });
  directory.grant(
    bulk,
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
  );
  cursorSecret.grantRead(bulk);
  lines.grantSendMessages(bulk);
  schedules.grantSchedule(bulk);
  api.route(bulk, [
    [HttpMethod.POST, "/mail/bulk"],
    [HttpMethod.POST, "/mail/bulk/preview"],
    [HttpMethod.GET, "/mail/bulk"],
    [HttpMethod.GET, "/mail/bulk/{bulkId}"],
    [HttpMethod.GET, "/mail/bulk/{bulkId}/recipients"],
    [HttpMethod.GET, "/mail/bulk/{bulkId}/recipients/export"],
    [HttpMethod.POST, "/mail/bulk/{bulkId}/pause"],
    [HttpMethod.POST, "/mail/bulk/{bulkId}/resume"],
    [HttpMethod.POST, "/mail/bulk/{bulkId}/cancel"],
    [HttpMethod.POST, "/mail/bulk/{bulkId}/reschedule"],
  ]);
}
