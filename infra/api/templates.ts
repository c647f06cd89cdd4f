// Templates: made, changed, read, tried. The route that sends one belongs to the mail function.
import type { Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export function addTemplates(
  stack: Stack,
  api: RestApi,
  { directory, cursorSecret }: { directory: TableV2; cursorSecret: Secret },
): void {
  const templates = new NodeFunction(stack, "Templates", {
    name: "templates",
    description: "Keeps mail templates and shows what they become",
    environment: { DIRECTORY_TABLE: directory.tableName, CURSOR_SECRET_ARN: cursorSecret.secretArn },
    memoryMb: 512,
  });
  directory.grant(
    templates,
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
  );
  cursorSecret.grantRead(templates);
  api.route(templates, [
    [HttpMethod.GET, "/templates"],
    [HttpMethod.POST, "/templates"],
    [HttpMethod.POST, "/templates/preview"],
    [HttpMethod.GET, "/templates/{templateId}"],
    [HttpMethod.PUT, "/templates/{templateId}"],
    [HttpMethod.DELETE, "/templates/{templateId}"],
    [HttpMethod.GET, "/templates/{templateId}/versions"],
    [HttpMethod.POST, "/templates/{templateId}/preview"],
  ]);
}
