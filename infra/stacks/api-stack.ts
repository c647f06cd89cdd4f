// The REST API: one authorizer for tokens and API keys, one function a capability.
import { Aws, CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack, type StackProps } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod, HttpNoneAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { UserPool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { type EventBus, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { nextCursorHeader } from "../../shared/contract/api/export.ts";
import { rateWindowSeconds } from "../../shared/contract/rate-limit.ts";
import { alarmOnFailedRequests } from "../constructs/alarm.ts";
import { assumeConnectionRoles } from "../constructs/connection-roles.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { connectionTemplateUrl } from "../customer/template-location.ts";

export interface ApiStackProps extends StackProps {
  ledger: TableV2;
  directory: TableV2;
  cursorSecret: Secret;
  addressSecret: Secret;
  userPool: UserPool;
  client: UserPoolClient;
  bus: EventBus;
  snsDoor: IFunction;
  rewrites: Queue;
}

type Route = readonly [HttpMethod, path: string];

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
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ["authorization", "content-type", "idempotency-key"],
        exposeHeaders: ["link", nextCursorHeader],
        maxAge: Duration.hours(1),
      },
      defaultAuthorizer: this.authorizer(props),
    });
    this.mail(props);
    this.reads(props);
    this.connections(props);
    this.apiKeys(props);
    this.settings(props);
    this.recipientRights(props);
    this.config(props);
    this.openApi();
    this.openRoute(props.snsDoor, HttpMethod.POST, "/sns/{connectionKey}");
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

  private mail({ ledger, directory, addressSecret }: ApiStackProps): void {
    const mail = new NodeFunction(this, "Mail", {
      name: "mail",
      description: "Sends mail through the customer's SES",
      environment: {
        DIRECTORY_TABLE: directory.tableName,
        LEDGER_TABLE: ledger.tableName,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
        REQUESTS_PER_KEY: this.requestLimit("RequestsPerKey", "2000"),
        REQUESTS_PER_TENANT: this.requestLimit("RequestsPerTenant", "5000"),
      },
      memoryMb: 512,
      timeout: Duration.seconds(29),
    });
    addressSecret.grantRead(mail);
    directory.grant(
      mail,
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
    );
    ledger.grant(mail, "dynamodb:BatchGetItem");
    mail.addToRolePolicy(assumeConnectionRoles());
    this.route(mail, [
      [HttpMethod.POST, "/mail"],
      [HttpMethod.GET, "/mail/{mailId}"],
      [HttpMethod.POST, "/emails"],
      [HttpMethod.POST, "/emails/batch"],
      [HttpMethod.GET, "/emails/{emailId}"],
    ]);
  }

  private requestLimit(id: string, usual: string): string {
    const description = `Requests to send that are taken in ${rateWindowSeconds} seconds`;
    return new CfnParameter(this, id, { default: usual, allowedPattern: "[1-9][0-9]{0,6}", description }).valueAsString;
  }

  private reads({ ledger, directory, cursorSecret, addressSecret }: ApiStackProps): void {
    const events = new NodeFunction(this, "EventsReader", {
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
    cursorSecret.grantRead(events);
    this.route(events, [
      [HttpMethod.GET, "/events"],
      [HttpMethod.GET, "/events/export"],
      [HttpMethod.GET, "/messages/{messageId}"],
      [HttpMethod.GET, "/recipients/{address}"],
      [HttpMethod.GET, "/stats"],
    ]);

    const suppressions = new NodeFunction(this, "Suppressions", {
      name: "suppressions",
      description: "Lists the addresses that must not be mailed",
      environment: {
        DIRECTORY_TABLE: directory.tableName,
        CURSOR_SECRET_ARN: cursorSecret.secretArn,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
      },
    });
    addressSecret.grantRead(suppressions);
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
    connections.addToRolePolicy(assumeConnectionRoles());
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
    new Rule(this, "RecheckConnections", {
      description: "Checks connections again, each once a day",
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(connections)],
    });
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

  private settings({ directory, rewrites }: ApiStackProps): void {
    const settings = new NodeFunction(this, "Settings", {
      name: "settings",
      description: "Shows and changes how long a tenant keeps things",
      environment: { DIRECTORY_TABLE: directory.tableName, REWRITE_QUEUE_URL: rewrites.queueUrl },
    });
    directory.grant(settings, "dynamodb:GetItem", "dynamodb:UpdateItem");
    rewrites.grantSendMessages(settings);
    this.route(settings, [
      [HttpMethod.GET, "/settings"],
      [HttpMethod.PUT, "/settings"],
    ]);
  }

  private recipientRights({ ledger, directory, cursorSecret, addressSecret, rewrites }: ApiStackProps): void {
    const rights = new NodeFunction(this, "RecipientRights", {
      name: "recipient-rights",
      description: "Exports and erases what is stored of a recipient",
      environment: {
        LEDGER_TABLE: ledger.tableName,
        DIRECTORY_TABLE: directory.tableName,
        CURSOR_SECRET_ARN: cursorSecret.secretArn,
        ADDRESS_SECRET_ARN: addressSecret.secretArn,
        REWRITE_QUEUE_URL: rewrites.queueUrl,
      },
      memoryMb: 512,
      timeout: Duration.seconds(29),
    });
    ledger.grant(rights, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem");
    directory.grant(rights, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem");
    cursorSecret.grantRead(rights);
    addressSecret.grantRead(rights);
    rewrites.grantSendMessages(rights);
    this.route(rights, [
      [HttpMethod.DELETE, "/recipients/{address}"],
      [HttpMethod.GET, "/recipients/{address}/erasure"],
      [HttpMethod.GET, "/recipients/{address}/export"],
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
    this.openRoute(config, HttpMethod.GET, "/config");
  }

  /** Apart from the configuration, which every visit to the dashboard waits for: this one carries all schemas. */
  private openApi(): void {
    const openApi = new NodeFunction(this, "OpenApi", {
      name: "openapi",
      description: "Describes the API in OpenAPI",
      environment: {},
    });
    this.openRoute(openApi, HttpMethod.GET, "/openapi.json");
  }

  /** For anyone: the function itself finds out whom it has before it. */
  private openRoute(fn: IFunction, method: HttpMethod, path: string): void {
    this.api.addRoutes({
      path,
      methods: [method],
      integration: new HttpLambdaIntegration(`${fn.node.id}Integration`, fn),
      authorizer: new HttpNoneAuthorizer(),
    });
  }

  private route(fn: IFunction, routes: readonly Route[]): void {
    const integration = new HttpLambdaIntegration(`${fn.node.id}Integration`, fn);
    for (const [method, path] of routes) this.api.addRoutes({ path, methods: [method], integration });
  }
}
