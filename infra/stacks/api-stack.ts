// The REST API: one authorizer for tokens and API keys, one function a capability.
import { Aws, CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack, type StackProps } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { connectionRoleName } from "../../shared/contract/connection.ts";
import { alarmOnFailedRequests } from "../constructs/alarm.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { connectionTemplateUrl } from "../customer/template-location.ts";

export interface ApiStackProps extends StackProps {
  ledger: TableV2;
  directory: TableV2;
  cursorSecret: Secret;
  userPool: UserPool;
  client: UserPoolClient;
  bus: EventBus;
}

type Route = readonly [HttpMethod, path: string];

/** Who may assume the roles that customers give us: any account, but only that role name. */
const assumeConnectionRoles = new PolicyStatement({
  actions: ["sts:AssumeRole"],
  resources: [`arn:${Aws.PARTITION}:iam::*:role/${connectionRoleName("*")}`],
});

export class ApiStack extends Stack {
  readonly api: HttpApi;
  private readonly userPoolEndpoint: string;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    this.userPoolEndpoint = this.endpointOfUserPool();
    this.api = new HttpApi(this, "Api", {
      apiName: "sesami",
      corsPreflight: {
        allowOrigins: ["*"],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
        allowHeaders: ["authorization", "content-type", "idempotency-key"],
        maxAge: Duration.hours(1),
      },
      defaultAuthorizer: this.authorizer(props),
    });
    this.mail(props);
    this.reads(props);
    this.connections(props);
    this.apiKeys(props);
    this.config(props);
    alarmOnFailedRequests(this);
    new CfnOutput(this, "ApiUrl", { value: this.api.apiEndpoint });
  }

  /** AWS's own, unless the stack is told another: the laptop's user pool answers elsewhere. */
  private endpointOfUserPool(): string {
    const given = new CfnParameter(this, "UserPoolEndpoint", {
      default: "",
      description: "Where the user pool answers, if that is not AWS",
    });
    const isGiven = new CfnCondition(this, "HasUserPoolEndpoint", {
      expression: Fn.conditionNot(Fn.conditionEquals(given.valueAsString, "")),
    });
    return Fn.conditionIf(
      isGiven.logicalId,
      given.valueAsString,
      `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    ).toString();
  }

  private authorizer({ directory, userPool, client }: ApiStackProps): HttpLambdaAuthorizer {
    const authorizer = new NodeFunction(this, "Authorizer", {
      name: "authorizer",
      description: "Proves who is calling, by ID token or API key",
      environment: {
        DIRECTORY_TABLE: directory.tableName,
        USER_POOL_ID: userPool.userPoolId,
        USER_POOL_CLIENT_ID: client.userPoolClientId,
        JWKS_URI: `${this.userPoolEndpoint}/${userPool.userPoolId}/.well-known/jwks.json`,
      },
      timeout: Duration.seconds(5),
    });
    directory.grant(authorizer, "dynamodb:GetItem");
    return new HttpLambdaAuthorizer("Authorizer", authorizer, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // A revoked key dies within a minute.
      resultsCacheTtl: Duration.seconds(60),
    });
  }

  private mail({ directory }: ApiStackProps): void {
    const mail = new NodeFunction(this, "Mail", {
      name: "mail",
      description: "Sends mail through the customer's SES",
      environment: { DIRECTORY_TABLE: directory.tableName },
      memoryMb: 512,
      timeout: Duration.seconds(29),
    });
    directory.grant(mail, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query");
    mail.addToRolePolicy(assumeConnectionRoles);
    this.route(mail, [[HttpMethod.POST, "/mail"]]);
  }

  private reads({ ledger, directory, cursorSecret }: ApiStackProps): void {
    const events = new NodeFunction(this, "EventsReader", {
      name: "events",
      description: "Lists events, shows a message, counts per day",
      environment: { LEDGER_TABLE: ledger.tableName, CURSOR_SECRET_ARN: cursorSecret.secretArn },
      memoryMb: 512,
    });
    ledger.grant(events, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query");
    cursorSecret.grantRead(events);
    this.route(events, [
      [HttpMethod.GET, "/events"],
      [HttpMethod.GET, "/messages/{messageId}"],
      [HttpMethod.GET, "/stats"],
    ]);

    const suppressions = new NodeFunction(this, "Suppressions", {
      name: "suppressions",
      description: "Lists the addresses that must not be mailed",
      environment: { DIRECTORY_TABLE: directory.tableName, CURSOR_SECRET_ARN: cursorSecret.secretArn },
    });
    directory.grant(suppressions, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query");
    cursorSecret.grantRead(suppressions);
    this.route(suppressions, [[HttpMethod.GET, "/suppression-list"]]);
  }

  private connections({ directory, bus }: ApiStackProps): void {
    const console = new CfnParameter(this, "ConsoleUrl", {
      default: "https://{region}.console.aws.amazon.com/cloudformation/home?region={region}",
      description: "The CloudFormation console that a quick-create link opens",
    });
    const connections = new NodeFunction(this, "Connections", {
      name: "connections",
      description: "Makes connections and proves them hop by hop",
      environment: {
        DIRECTORY_TABLE: directory.tableName,
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
      "dynamodb:ConditionCheckItem",
    );
    connections.addToRolePolicy(assumeConnectionRoles);
    connections.addToRolePolicy(
      new PolicyStatement({
        actions: ["events:DescribeEventBus", "events:PutPermission", "events:RemovePermission"],
        resources: [bus.eventBusArn],
      }),
    );
    this.route(connections, [
      [HttpMethod.GET, "/connections"],
      [HttpMethod.POST, "/connections"],
      [HttpMethod.DELETE, "/connections/{connectionId}"],
      [HttpMethod.GET, "/verify-sts"],
    ]);
  }

  private apiKeys({ directory }: ApiStackProps): void {
    const apiKeys = new NodeFunction(this, "ApiKeys", {
      name: "api-keys",
      description: "Makes, lists and revokes API keys",
      environment: { DIRECTORY_TABLE: directory.tableName },
    });
    directory.grant(
      apiKeys,
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:DeleteItem",
      "dynamodb:Query",
      "dynamodb:ConditionCheckItem",
    );
    this.route(apiKeys, [
      [HttpMethod.GET, "/api-keys"],
      [HttpMethod.POST, "/api-keys"],
      [HttpMethod.DELETE, "/api-keys/{keyId}"],
    ]);
  }

  private config({ userPool, client }: ApiStackProps): void {
    const inbox = new CfnParameter(this, "InboxUrl", {
      default: "",
      description: "On a laptop: where sent mail can be read",
    });
    const config = new NodeFunction(this, "Config", {
      name: "config",
      description: "Tells the dashboard where everything is",
      environment: {
        USER_POOL_ID: userPool.userPoolId,
        USER_POOL_CLIENT_ID: client.userPoolClientId,
        USER_POOL_ENDPOINT: Fn.ref("UserPoolEndpoint"),
        INBOX_URL: inbox.valueAsString,
      },
      memoryMb: 128,
    });
    this.api.addRoutes({
      path: "/config",
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration("ConfigIntegration", config),
      authorizer: new HttpNoneAuthorizer(),
    });
  }

  private route(fn: IFunction, routes: readonly Route[]): void {
    const integration = new HttpLambdaIntegration(`${fn.node.id}Integration`, fn);
    for (const [method, path] of routes) this.api.addRoutes({ path, methods: [method], integration });
  }
}
