// What unsubscribe links open: a page for anyone who has the link.
import { CfnParameter, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { NodeFunction } from "../constructs/node-function.ts";
import { accessToPartitions } from "../constructs/partitions.ts";
import type { RestApi } from "./rest-api.ts";

/** Partition keys of shared/store/suppressions.ts and erasure-keys.ts. */
const suppressionPartitions = ["S#*", "SE#*", "ERASED#*"];

export interface UnsubscribeProps {
  directory: TableV2;
  addressSecret: Secret;
  unsubscribeSecret: Secret;
}

export function addUnsubscribe(
  stack: Stack,
  api: RestApi,
  { directory, addressSecret, unsubscribeSecret }: UnsubscribeProps,
): void {
  const unsubscribe = new NodeFunction(stack, "Unsubscribe", {
    name: "unsubscribe",
    description: "Takes recipients off lists, by the link in their mail",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      ADDRESS_SECRET_ARN: addressSecret.secretArn,
      UNSUBSCRIBE_SECRET_ARN: unsubscribeSecret.secretArn,
    },
  });
  // Anyone can call it: of the Directory it reaches suppressions alone, and no key, connection or tenant.
  unsubscribe.addToRolePolicy(
    accessToPartitions(
      directory,
      suppressionPartitions,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
    ),
  );
  addressSecret.grantRead(unsubscribe);
  unsubscribeSecret.grantRead(unsubscribe);
  api.openRoute(unsubscribe, HttpMethod.GET, "/unsubscribe/{token}");
  api.openRoute(unsubscribe, HttpMethod.POST, "/unsubscribe/{token}");
}

/** Links in mail are followed for years: a domain of one's own before the API lets it move. */
export const linksUrl = (stack: Stack): string =>
  new CfnParameter(stack, "LinksUrl", {
    default: "",
    allowedPattern: "(https://[^/]+(/[^/]+)*)?",
    description: "Where links in mail lead: a domain of yours before this API. Empty: the API's own address",
  }).valueAsString;
