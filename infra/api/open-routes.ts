// For anyone, signed in or not: what the dashboard must know at first, and the description of the API.
import { CfnParameter, type Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import type { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { NodeFunction } from "../constructs/node-function.ts";
import type { RestApi } from "./rest-api.ts";

export interface ConfigProps {
  userPool: UserPool;
  client: UserPoolClient;
  /** As given by whoever deploys; empty for AWS's own. */
  userPoolEndpoint: string;
}

export function addConfig(stack: Stack, api: RestApi, { userPool, client, userPoolEndpoint }: ConfigProps): void {
  const inbox = new CfnParameter(stack, "InboxUrl", {
    default: "",
    description: "On a laptop: where sent mail can be read",
  });
  const config = new NodeFunction(stack, "Config", {
    name: "config",
    description: "Tells the dashboard where everything is",
    environment: {
      USER_POOL_ID: userPool.userPoolId,
      USER_POOL_CLIENT_ID: client.userPoolClientId,
      USER_POOL_ENDPOINT: userPoolEndpoint,
      INBOX_URL: inbox.valueAsString,
    },
    memoryMb: 128,
  });
  api.openRoute(config, HttpMethod.GET, "/config");
}

/** Apart from the configuration, which every visit to the dashboard waits for: this one carries all schemas. */
export function addOpenApi(stack: Stack, api: RestApi): void {
  const openApi = new NodeFunction(stack, "OpenApi", {
    name: "openapi",
    description: "Describes the API in OpenAPI",
    environment: {},
  });
  api.openRoute(openApi, HttpMethod.GET, "/openapi.json");
}
