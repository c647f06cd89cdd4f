// The resource types of an HTTP API: what a template may say of them, and what we make of it. Nothing runs here.
import * as v from "valibot";
import { parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { unsupported } from "../protocol.ts";

/** Means nothing on a laptop. Named, so that a property which is not listed is refused. */
const ignored = v.optional(v.unknown());
const texts = v.optional(v.array(v.string()), []);

const corsSchema = v.strictObject({
  AllowCredentials: v.optional(templateBoolean, false),
  AllowHeaders: texts,
  AllowMethods: texts,
  AllowOrigins: texts,
  ExposeHeaders: texts,
  MaxAge: v.optional(templateNumber),
});

export type CorsConfiguration = v.InferOutput<typeof corsSchema>;

const apiSchema = v.strictObject({
  Name: v.string(),
  ProtocolType: v.literal("HTTP"),
  CorsConfiguration: v.optional(corsSchema),
  DisableExecuteApiEndpoint: v.optional(v.pipe(templateBoolean, v.literal(false))),
  Description: ignored,
  IpAddressType: ignored,
  RouteSelectionExpression: ignored,
  Tags: ignored,
  Version: ignored,
});

const stageSchema = v.strictObject({
  ApiId: v.string(),
  StageName: v.literal("$default"),
  AutoDeploy: v.pipe(templateBoolean, v.literal(true)),
  StageVariables: v.optional(v.record(v.string(), v.string())),
  AccessLogSettings: ignored,
  DefaultRouteSettings: ignored,
  Description: ignored,
  RouteSettings: ignored,
  Tags: ignored,
});

const integrationSchema = v.strictObject({
  ApiId: v.string(),
  IntegrationType: v.literal("AWS_PROXY"),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal("2.0"),
  TimeoutInMillis: v.optional(v.pipe(templateNumber, v.minValue(50), v.maxValue(30_000)), 30_000),
  ConnectionType: v.optional(v.literal("INTERNET")),
  Description: ignored,
  IntegrationMethod: ignored,
});

const routeSchema = v.strictObject({
  ApiId: v.string(),
  RouteKey: v.string(),
  Target: v.string(),
  AuthorizationType: v.optional(v.picklist(["NONE", "CUSTOM"]), "NONE"),
  AuthorizerId: v.optional(v.string()),
  OperationName: ignored,
});

const authorizerSchema = v.strictObject({
  ApiId: v.string(),
  Name: v.string(),
  AuthorizerType: v.literal("REQUEST"),
  AuthorizerUri: v.string(),
  AuthorizerPayloadFormatVersion: v.literal("2.0"),
  EnableSimpleResponses: v.pipe(templateBoolean, v.literal(true)),
  IdentitySource: texts,
  AuthorizerResultTtlInSeconds: v.optional(v.pipe(templateNumber, v.minValue(0), v.maxValue(3600)), 300),
});

export interface Integration {
  apiId: string;
  functionArn: string;
  timeoutMs: number;
}

export interface Route {
  id: string;
  apiId: string;
  /** `GET /events/{id}`, or `$default` for what nothing else matches. */
  routeKey: string;
  integrationId: string;
  authorizerId: string | undefined;
}

export interface Authorizer {
  id: string;
  apiId: string;
  functionArn: string;
  /** `$request.header.Authorization`: all must be present, and together they are the cache's key. */
  identitySources: string[];
  /** How long a result counts for the same identity; 0 asks each time. */
  resultTtlMs: number;
}

const parse = <const Schema extends v.GenericSchema>(schema: Schema, type: string, properties: unknown) =>
  parseInput(schema, properties, { what: `AWS::ApiGatewayV2::${type}`, code: "BadRequestException" });

/** A function's ARN, bare or within API Gateway's invocation URI. */
function parseFunctionUri(uri: string): string {
  const functionArn =
    /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
  if (!/^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+$/.test(functionArn))
    throw unsupported(`the integration ${uri} of an HTTP API: only Lambda functions`);
  return functionArn;
}

export function parseApi(properties: unknown): { name: string; cors: CorsConfiguration | undefined } {
  const parsed = parse(apiSchema, "Api", properties);
  return { name: parsed.Name, cors: parsed.CorsConfiguration };
}

export function parseStage(properties: unknown): {
  apiId: string;
  name: string;
  variables: Record<string, string> | undefined;
} {
  const parsed = parse(stageSchema, "Stage", properties);
  return { apiId: parsed.ApiId, name: parsed.StageName, variables: parsed.StageVariables };
}

export function parseIntegration(properties: unknown): Integration {
  const parsed = parse(integrationSchema, "Integration", properties);
  return {
    apiId: parsed.ApiId,
    functionArn: parseFunctionUri(parsed.IntegrationUri),
    timeoutMs: parsed.TimeoutInMillis,
  };
}

const routeKeyForm = /^(\$default|(ANY|GET|HEAD|OPTIONS|PATCH|POST|PUT|DELETE) \/\S*)$/;

export function parseRoute(properties: unknown, id: string): Route {
  const parsed = parse(routeSchema, "Route", properties);
  const integrationId = /^integrations\/(.+)$/.exec(parsed.Target)?.[1];
  if (integrationId === undefined) throw unsupported(`the route target ${parsed.Target}`);
  if (!routeKeyForm.test(parsed.RouteKey)) throw unsupported(`the route key ${parsed.RouteKey}`);
  const isAuthorized = parsed.AuthorizationType === "CUSTOM";
  if (isAuthorized && parsed.AuthorizerId === undefined)
    throw unsupported(`a route of AuthorizationType CUSTOM without an AuthorizerId (${parsed.RouteKey})`);
  return {
    id,
    apiId: parsed.ApiId,
    routeKey: parsed.RouteKey,
    integrationId,
    authorizerId: isAuthorized ? parsed.AuthorizerId : undefined,
  };
}

export function parseAuthorizer(properties: unknown, id: string): Authorizer {
  const parsed = parse(authorizerSchema, "Authorizer", properties);
  return {
    id,
    apiId: parsed.ApiId,
    functionArn: parseFunctionUri(parsed.AuthorizerUri),
    identitySources: parsed.IdentitySource,
    resultTtlMs: parsed.AuthorizerResultTtlInSeconds * 1000,
  };
}
