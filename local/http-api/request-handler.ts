// One request to an HTTP API, from its route to its response: authorizer, integration, and AWS's own answers between.
import type { Functions } from "../lambda/functions.ts";
import { AwsError } from "../protocol.ts";
import type { Authorizer, CorsConfiguration, Integration, Route } from "./api-resources.ts";
import type { Authorization, createAuthorization } from "./authorization.ts";
import { answerPreflight, withCors } from "./cors.ts";
import { authorizerEvent, integrationEvent, type ApiPlace, type ApiRequest } from "./request-event.ts";
import { findResponse, internalServerError, messageResponse, type ApiResponse } from "./response.ts";
import { findRoute } from "./router.ts";

/** What the templates have said of one API so far. */
export interface HttpApi {
  id: string;
  name: string;
  accountId: string;
  region: string;
  cors: CorsConfiguration | undefined;
  /** Absent until a stage has been created: the API then answers nothing. */
  stage: { name: string; variables: Record<string, string> | undefined } | undefined;
  routes: Map<string, Route>;
  integrations: Map<string, Integration>;
  authorizers: Map<string, { authorizer: Authorizer; authorize: ReturnType<typeof createAuthorization> }>;
}

interface HandlerDeps {
  functions: Pick<Functions, "invoke">;
  /** Functions are given so many times as long as AWS gives them. */
  patience: number;
  /** What went wrong behind an answer that does not say so. */
  onError: (request: ApiRequest, error: unknown) => void;
}

const service = "apigateway.amazonaws.com";
/** "Authorizer timeout: 10 seconds" (quotas for HTTP APIs). */
const authorizerTimeoutMs = 10_000;

class IntegrationTimeout extends Error {}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new IntegrationTimeout(`no answer in ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const executeArn = ({ region, accountId, id }: HttpApi, path: string) =>
  `arn:aws:execute-api:${region}:${accountId}:${id}/${path}`;

/** `…/$default/GET/events/{id}`: what the route's permission names. */
const routeArnOf = (api: HttpApi, { routeKey }: Route, { stage }: ApiPlace, method: string) =>
  executeArn(
    api,
    routeKey === "$default" ? `${stage}/$default` : `${stage}/${method}${routeKey.slice(routeKey.indexOf("/"))}`,
  );

export function createRequestHandler(api: HttpApi, { functions, patience, onError }: HandlerDeps) {
  const authorize = async (request: ApiRequest, place: ApiPlace, route: Route): Promise<Authorization | undefined> => {
    if (route.authorizerId === undefined) return undefined;
    const entry = api.authorizers.get(route.authorizerId);
    if (!entry) throw new Error(`the route ${route.routeKey} has no authorizer ${route.authorizerId}`);
    const routeArn = routeArnOf(api, route, place, request.method);
    const origin = { service, sourceArn: executeArn(api, `authorizers/${entry.authorizer.id}`) };
    return entry.authorize(request, place, (identitySource) =>
      within(
        authorizerTimeoutMs * patience,
        functions.invoke(
          entry.authorizer.functionArn,
          authorizerEvent(request, place, { routeArn, identitySource }),
          origin,
        ),
      ),
    );
  };

  const integrate = async (
    request: ApiRequest,
    place: ApiPlace,
    route: Route,
    authorization: Authorization | undefined,
  ): Promise<ApiResponse> => {
    const integration = api.integrations.get(route.integrationId);
    if (!integration) throw new Error(`the route ${route.routeKey} has no integration ${route.integrationId}`);
    const context = authorization?.decision === "allowed" ? { context: authorization.context } : undefined;
    const origin = { service, sourceArn: routeArnOf(api, route, place, request.method) };
    const call = functions.invoke(integration.functionArn, integrationEvent(request, place, context), origin);
    const response = findResponse(await within(integration.timeoutMs * patience, call));
    if (!response) throw new Error("the function's response is malformed");
    return response;
  };

  const failureOf = (error: unknown): ApiResponse => {
    if (error instanceof IntegrationTimeout) return messageResponse(503, "Service Unavailable");
    if (error instanceof AwsError && error.status === 413) return messageResponse(413, "Request Entity Too Large");
    return internalServerError();
  };

  const route = async (request: ApiRequest): Promise<ApiResponse> => {
    const match = api.stage && findRoute(api.routes.values(), request.method, request.encodedPath);
    if (!api.stage || !match) return messageResponse(404, "Not Found");
    const place: ApiPlace = {
      apiId: api.id,
      accountId: api.accountId,
      stage: api.stage.name,
      stageVariables: api.stage.variables,
      routeKey: match.route.routeKey,
      pathParameters: match.pathParameters,
    };
    let authorization: Authorization | undefined;
    try {
      authorization = await authorize(request, place, match.route);
    } catch (error) {
      onError(request, error);
      return internalServerError();
    }
    if (authorization?.decision === "unauthorized") return messageResponse(401, "Unauthorized");
    if (authorization?.decision === "forbidden") return messageResponse(403, "Forbidden");
    try {
      return await integrate(request, place, match.route, authorization);
    } catch (error) {
      onError(request, error);
      return failureOf(error);
    }
  };

  return async (request: ApiRequest): Promise<ApiResponse> =>
    answerPreflight(api.cors, request) ?? withCors(api.cors, request.headers["origin"], await route(request));
}
