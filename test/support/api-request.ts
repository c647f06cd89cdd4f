// API Gateway events for tests of handlers, in the form that AWS documents for payload format 2.0
// (API Gateway developer guide, "Work with AWS Lambda proxy integrations for HTTP APIs").
import type { Actor } from "../../shared/contract/actor.ts";
import type { ErrorBody } from "../../shared/contract/error.ts";
import type { HttpApiEvent, HttpApiResult, HttpHandler } from "../../lambdas/runtime/http.ts";

export const ada: Actor = { tenantId: "ten_ada", kind: "user", id: "sub-ada" };
export const adasKey: Actor = { tenantId: "ten_ada", kind: "key", id: "key_ada" };
/** Of another tenant. */
export const bob: Actor = { tenantId: "ten_bob", kind: "user", id: "sub-bob" };

export interface RequestParts {
  actor?: Actor | null;
  query?: Record<string, string>;
  path?: Record<string, string>;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a text as it is. */
  body?: unknown;
}

export function apiEvent(
  routeKey: string,
  { actor = ada, query, path, headers, body }: RequestParts = {},
): HttpApiEvent {
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  return {
    routeKey,
    rawPath: routeKey.split(" ")[1] ?? "/",
    headers: { host: "api.shop.example", "x-forwarded-proto": "https", ...headers },
    ...(query ? { queryStringParameters: query } : {}),
    ...(path ? { pathParameters: path } : {}),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
    requestContext: {
      requestId: "request-1",
      domainName: "api.shop.example",
      stage: "$default",
      ...(actor ? { authorizer: { lambda: actor } } : {}),
    },
  };
}

/** Status and parsed body of an answer. */
export interface Answer<Body> {
  status: number;
  body: Body;
  headers: HttpApiResult["headers"];
}

/** Calls a handler as API Gateway does. */
export async function call<Body = ErrorBody>(
  handler: HttpHandler,
  routeKey: string,
  parts: RequestParts = {},
): Promise<Answer<Body>> {
  const { statusCode, body, headers } = await handler(apiEvent(routeKey, parts));
  return { status: statusCode, body: (body ? JSON.parse(body) : undefined) as Body, headers };
}
