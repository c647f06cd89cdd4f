// The content of sent mail, where a tenant keeps it: read by this function, and by the one that exports a recipient.
import { Duration, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { accessToRequestCounts } from "../constructs/partitions.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export function addContents(
  stack: Stack,
  api: RestApi,
  { directory, contents }: { directory: TableV2; contents: TableV2 },
): void {
  const reader = new NodeFunction(stack, "Contents", {
    name: "contents",
    description: "Shows the content of sent mail",
    environment: { DIRECTORY_TABLE: directory.tableName, CONTENTS_TABLE: contents.tableName },
    memoryMb: 512,
    timeout: Duration.seconds(29),
  });
  directory.grant(reader, "dynamodb:GetItem");
  reader.addToRolePolicy(accessToRequestCounts(directory));
  contents.grant(reader, "dynamodb:GetItem", "dynamodb:Query");
  api.route(reader, [[HttpMethod.GET, "/messages/{messageId}/content"]]);
}
