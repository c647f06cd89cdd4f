// CORS as an HTTP API does it where it is configured: preflight requests are answered by the API itself, and the
// headers of functions do not count. Source: API Gateway developer guide, "Configure CORS for HTTP APIs".
import type { CorsConfiguration } from "./api-resources.ts";
import type { ApiRequest } from "./request-event.ts";
import type { ApiResponse } from "./response.ts";

/** `https://*` stands for every origin of that scheme. */
const isAllowed = (allowed: string, origin: string) =>
  allowed === "*" || allowed === origin || (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1)));

function originHeaders(cors: CorsConfiguration, origin: string): [string, string][] | undefined {
  const allowed = cors.AllowOrigins.find((each) => isAllowed(each, origin));
  if (allowed === undefined) return undefined;
  return [
    ["access-control-allow-origin", allowed === "*" && !cors.AllowCredentials ? "*" : origin],
    ...(cors.AllowCredentials ? [["access-control-allow-credentials", "true"] as [string, string]] : []),
  ];
}

const listHeader = (name: string, values: string[]): [string, string][] =>
  values.length > 0 ? [[name, values.join(",")]] : [];

/** The answer to a preflight request; undefined for any other. */
export function answerPreflight(cors: CorsConfiguration | undefined, request: ApiRequest): ApiResponse | undefined {
  const { origin, "access-control-request-method": requestedMethod } = request.headers;
  if (!cors || request.method !== "OPTIONS" || origin === undefined || requestedMethod === undefined) return undefined;
  const allowed = originHeaders(cors, origin);
  const headers: [string, string][] = allowed
    ? [
        ...allowed,
        ...listHeader("access-control-allow-methods", cors.AllowMethods),
        ...listHeader("access-control-allow-headers", cors.AllowHeaders),
        ...(cors.MaxAge === undefined ? [] : [["access-control-max-age", String(cors.MaxAge)] as [string, string]]),
      ]
    : [];
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** The response with the API's CORS headers instead of the function's. */
export function withCors(
  cors: CorsConfiguration | undefined,
  origin: string | undefined,
  response: ApiResponse,
): ApiResponse {
  if (!cors) return response;
  const own = response.headers.filter(([name]) => !name.startsWith("access-control-"));
  const allowed = origin === undefined ? undefined : originHeaders(cors, origin);
  if (!allowed) return { ...response, headers: own };
  return {
    ...response,
    headers: [...own, ...allowed, ...listHeader("access-control-expose-headers", cors.ExposeHeaders)],
  };
}
