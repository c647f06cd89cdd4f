// The HTTP API itself: who may come in, and how a function gets its routes. What each route does: beside this file.
import { Duration, type Stack } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, type HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { nextCursorHeader } from "../../shared/contract/api/export.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { accessToPartitions } from "../constructs/partitions.ts";

export type Route = readonly [HttpMethod, path: string];

export interface RestApi {
  http: HttpApi;
  /** For whom the authorizer lets in: a signed-in user, or an API key. */
  route: (fn: IFunction, routes: readonly Route[]) => void;
  /** For anyone: the function itself finds out whom it has before it. */
  openRoute: (fn: IFunction, method: HttpMethod, path: string) => void;
}

export interface AuthorizerProps {
  directory: TableV2;
  userPool: UserPool;
  client: UserPoolClient;
  /** Where the user pool answers. */
  userPoolEndpoint: string;
}

export function addRestApi(stack: Stack, authorizer: AuthorizerProps): RestApi {
  const http = new HttpApi(stack, "Api", {
    apiName: "sesami",
    corsPreflight: {
      allowOrigins: ["*"],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
      allowHeaders: ["authorization", "content-type", "idempotency-key"],
      exposeHeaders: ["link", nextCursorHeader],
      maxAge: Duration.hours(1),
    },
    defaultAuthorizer: addAuthorizer(stack, authorizer),
  });
  const integrate = (fn: IFunction) => new HttpLambdaIntegration(`${fn.node.id}Integration`, fn);
  return {
    http,
    route: (fn, routes) => {
      const integration = integrate(fn);
      for (const [method, path] of routes) http.addRoutes({ path, methods: [method], integration });
    },
    openRoute: (fn, method, path) => {
      http.addRoutes({ path, methods: [method], integration: integrate(fn), authorizer: new HttpNoneAuthorizer() });
    },
  };
}

function addAuthorizer(stack: Stack, { directory, userPool, client, userPoolEndpoint }: AuthorizerProps) {
  const authorizer = new NodeFunction(stack, "Authorizer", {
    name: "authorizer",
    description: "Proves who is calling, by ID token or API key",
    environment: {
      DIRECTORY_TABLE: directory.tableName,
      USER_POOL_ID: userPool.userPoolId,
      USER_POOL_CLIENT_ID: client.userPoolClientId,
      JWKS_URI: `${userPoolEndpoint}/${userPool.userPoolId}/.well-known/jwks.json`,
    },
    timeout: Duration.seconds(5),
  });
  // Whatever a stranger sends reaches it: it finds keys, and nothing that they open.
  authorizer.addToRolePolicy(accessToPartitions(directory, ["KEY#*"], "dynamodb:GetItem"));
  return new HttpLambdaAuthorizer("Authorizer", authorizer, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    // A revoked key dies within a minute.
    resultsCacheTtl: Duration.seconds(60),
  });
}
