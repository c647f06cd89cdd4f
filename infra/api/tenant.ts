// What a tenant decides and may ask for: API keys, settings, people's rights.
import { Duration, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { accessToRequestCounts } from "../constructs/partitions.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export interface TenantProps {
  ledger: TableV2;
  directory: TableV2;
  contents: TableV2;
  cursorSecret: Secret;
  addressSecret: Secret;
  rewrites: Queue;
}

export function addApiKeys(stack: Stack, api: RestApi, { directory }: Pick<TenantProps, "directory">): void {
  const apiKeys = new NodeFunction(stack, "ApiKeys", {
    name: "api-keys",
    description: "Makes, lists and revokes API keys",
    environment: { DIRECTORY_TABLE: directory.tableName },
  });
  directory.grant(apiKeys, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query");
  apiKeys.addToRolePolicy(accessToRequestCounts(directory));
  api.route(apiKeys, [
    [HttpMethod.GET, "/api-keys"],
    [HttpMethod.POST, "/api-keys"],
    [HttpMethod.DELETE, "/api-keys/{keyId}"],
  ]);
}

export function addSettings(stack: Stack, api: RestApi, { directory, rewrites }: TenantProps): void {
  const settings = new NodeFunction(stack, "Settings", {
    name: "settings",
    description: "Shows and changes how long a tenant keeps things",
    environment: { DIRECTORY_TABLE: directory.tableName, REWRITE_QUEUE_URL: rewrites.queueUrl },
  });
  directory.grant(settings, "dynamodb:GetItem", "dynamodb:UpdateItem");
  rewrites.grantSendMessages(settings);
  api.route(settings, [
    [HttpMethod.GET, "/settings"],
    [HttpMethod.PUT, "/settings"],
  ]);
}

export function addRecipientRights(
  stack: Stack,
  api: RestApi,
  { ledger, directory, contents, cursorSecret, addressSecret, rewrites }: TenantProps,
): void {
  const rights = new NodeFunction(stack, "RecipientRights", {
    name: "recipient-rights",
    description: "Exports and erases what is stored of a recipient",
    environment: {
      LEDGER_TABLE: ledger.tableName,
      DIRECTORY_TABLE: directory.tableName,
      CONTENTS_TABLE: contents.tableName,
      CURSOR_SECRET_ARN: cursorSecret.secretArn,
      ADDRESS_SECRET_ARN: addressSecret.secretArn,
      REWRITE_QUEUE_URL: rewrites.queueUrl,
    },
    memoryMb: 512,
    timeout: Duration.seconds(29),
  });
  ledger.grant(rights, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem");
  directory.grant(
    rights,
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
  );
  contents.grant(rights, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchWriteItem");
  cursorSecret.grantRead(rights);
  addressSecret.grantRead(rights);
  rewrites.grantSendMessages(rights);
  api.route(rights, [
    [HttpMethod.DELETE, "/recipients/{address}"],
    [HttpMethod.GET, "/recipients/{address}/erasure"],
    [HttpMethod.GET, "/recipients/{address}/export"],
  ]);
}
