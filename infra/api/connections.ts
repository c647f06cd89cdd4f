// Connecting customers' accounts, and checking that they still are.
import { Aws, CfnParameter, Duration, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { type EventBus, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { assumeConnectionRoles } from "../constructs/connection-roles.ts";
import type { CredentialCache } from "../constructs/credential-cache.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { connectionTemplateUrl } from "../customer/template-location.ts";
import type { RestApi } from "./rest-api.ts";

export interface ConnectionsProps {
  directory: TableV2;
  bus: EventBus;
  cache: CredentialCache;
}

export function addConnections(stack: Stack, api: RestApi, { directory, bus, cache }: ConnectionsProps): void {
  const console = new CfnParameter(stack, "ConsoleUrl", {
    default: "https://{region}.console.aws.amazon.com/cloudformation/home?region={region}",
    description: "The CloudFormation console that a quick-create link opens; may hold {region} and {account}",
  });
  const connections = new NodeFunction(stack, "Connections", {
    name: "connections",
    description: "Makes connections and proves them hop by hop",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      ...cache.environment,
      OPERATOR_ACCOUNT_ID: Aws.ACCOUNT_ID,
      EVENT_BUS_ARN: bus.eventBusArn,
      CONNECTION_TEMPLATE_URL: connectionTemplateUrl(),
      CONSOLE_URL: console.valueAsString,
    },
    timeout: Duration.seconds(29),
  });
  directory.grant(
    connections,
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
  );
  connections.addToRolePolicy(assumeConnectionRoles());
  cache.grantRead(connections);
  connections.addToRolePolicy(
    new PolicyStatement({
      actions: ["events:DescribeEventBus", "events:PutPermission", "events:RemovePermission"],
      resources: [bus.eventBusArn],
    }),
  );
  api.route(connections, [
    [HttpMethod.GET, "/connections"],
    [HttpMethod.POST, "/connections"],
    [HttpMethod.DELETE, "/connections/{connectionId}"],
    [HttpMethod.GET, "/verify-sts"],
  ]);
  new Rule(stack, "RecheckConnections", {
    description: "Checks connections again, each once a day",
    schedule: Schedule.rate(Duration.hours(1)),
    targets: [new LambdaFunction(connections)],
  });
}
