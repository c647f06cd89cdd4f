// Reading what happened: events, messages, recipients, figures, suppressions.
import { Duration, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { accessToRequestCounts } from "../constructs/partitions.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export interface ReadsProps {
  ledger: TableV2;
  directory: TableV2;
  cursorSecret: Secret;
  addressSecret: Secret;
}

export function addEvents(stack: Stack, api: RestApi, { ledger, directory, cursorSecret }: ReadsProps): void {
  const events = new NodeFunction(stack, "EventsReader", {
    name: "events",
    description: "Lists events, shows a message, counts per day",
    environment: {
      LEDGER_TABLE: ledger.tableName,
      DIRECTORY_TABLE: directory.tableName,
      CURSOR_SECRET_ARN: cursorSecret.secretArn,
    },
    memoryMb: 512,
    timeout: Duration.seconds(29),
  });
  ledger.grant(events, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query");
  directory.grant(events, "dynamodb:GetItem");
  events.addToRolePolicy(accessToRequestCounts(directory));
  cursorSecret.grantRead(events);
  api.route(events, [
    [HttpMethod.GET, "/events"],
    [HttpMethod.GET, "/events/export"],
    [HttpMethod.GET, "/messages/{messageId}"],
    [HttpMethod.GET, "/recipients/{address}"],
    [HttpMethod.GET, "/recipients/{address}/messages/export"],
    [HttpMethod.GET, "/stats"],
  ]);
}

export function addSuppressions(
  stack: Stack,
  api: RestApi,
  { directory, cursorSecret, addressSecret }: ReadsProps,
): void {
  const suppressions = new NodeFunction(stack, "Suppressions", {
    name: "suppressions",
    description: "Lists and changes the addresses that must not be mailed",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      CURSOR_SECRET_ARN: cursorSecret.secretArn,
      ADDRESS_SECRET_ARN: addressSecret.secretArn,
    },
  });
  addressSecret.grantRead(suppressions);
  directory.grant(
    suppressions,
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
  );
  cursorSecret.grantRead(suppressions);
  api.route(suppressions, [
    [HttpMethod.GET, "/suppression-list"],
    [HttpMethod.GET, "/suppression-list/export"],
    [HttpMethod.POST, "/suppression-list"],
    [HttpMethod.DELETE, "/suppression-list/{address}"],
  ]);
}
