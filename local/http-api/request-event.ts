// What functions behind an HTTP API receive: payload format 2.0, for integrations and for authorizers.
// Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" and
// "Control access to HTTP APIs with AWS Lambda authorizers".
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The request and where it arrived, read once. */
export interface ApiRequest {
  method: string;
  /** As it was sent. */
  encodedPath: string;
  /** Decoded: HTTP APIs hand on the decoded path, other than REST APIs. */
  path: string;
  rawQueryString: string;
  query: Record<string, string> | undefined;
  /** Lower-case names; several values joined by commas. */
  headers: Record<string, string>;
  cookies: string[] | undefined;
  sourceIp: string;
  protocol: string;
  requestId: string;
  timeMs: number;
  body: Buffer;
}

/** What the API itself says of a request. */
export interface ApiPlace {
  apiId: string;
  accountId: string;
  stage: string;
  stageVariables: Record<string, string> | undefined;
  routeKey: string;
  pathParameters: Record<string, string> | undefined;
}

/** Not handed on: they belong to one connection, and cookies have their own member. */
const withheldHeaders = new Set(["connection", "keep-alive", "transfer-encoding", "cookie"]);

const joinValues = (entries: Iterable<[string, string]>): Record<string, string> | undefined => {
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  return values.size === 0
    ? undefined
    : Object.fromEntries([...values].map(([name, several]) => [name, several.join(",")]));
};

const traceId = (timeMs: number) =>
  `Root=1-${Math.floor(timeMs / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;

function headersOf(message: IncomingMessage, sourceIp: string, timeMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(message.headersDistinct))
    if (!withheldHeaders.has(name)) headers[name] = values.join(",");
  return {
    "x-amzn-trace-id": traceId(timeMs),
    ...headers,
    "x-forwarded-for": [headers["x-forwarded-for"], sourceIp].filter(Boolean).join(", "),
    "x-forwarded-port": String(message.socket.localPort ?? ""),
    "x-forwarded-proto": "http",
  };
}

/** @throws URIError when the path has an encoded character that is not one */
export function readRequest(message: IncomingMessage, body: Buffer, timeMs: number): ApiRequest {
  const [encodedPath = "/", ...queryParts] = (message.url ?? "/").split("?");
  const rawQueryString = queryParts.join("?");
  const sourceIp = (message.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return {
    method: message.method ?? "GET",
    encodedPath,
    path: decodeURIComponent(encodedPath),
    rawQueryString,
    query: joinValues(new URLSearchParams(rawQueryString)),
    headers: headersOf(message, sourceIp, timeMs),
    cookies: message.headers.cookie?.split(/; */),
    sourceIp,
    protocol: `HTTP/${message.httpVersion}`,
    requestId: randomBytes(11).toString("base64"),
    timeMs,
    body,
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `12/Mar/2020:19:03:58 +0000` */
function logTime(timeMs: number): string {
  const date = new Date(timeMs);
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

function commonEvent(request: ApiRequest, place: ApiPlace) {
  const host = request.headers["host"] ?? "";
  return {
    version: "2.0",
    routeKey: place.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQueryString,
    ...(request.cookies && { cookies: request.cookies }),
    headers: request.headers,
    ...(request.query && { queryStringParameters: request.query }),
    ...(place.pathParameters && { pathParameters: place.pathParameters }),
    ...(place.stageVariables && { stageVariables: place.stageVariables }),
    requestContext: {
      accountId: place.accountId,
      apiId: place.apiId,
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? "",
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: request.requestId,
      routeKey: place.routeKey,
      stage: place.stage,
      time: logTime(request.timeMs),
      timeEpoch: request.timeMs,
    },
  };
}

/** Found by calling HTTP APIs, as AWS documents no list (github.com/ministackorg/ministack/pull/766). */
const isText = (contentType: string | undefined) =>
  /^(text\/.*|application\/(json|xml|javascript))$/i.test(contentType?.split(";")[0]?.trim() ?? "");

/** The event of a Lambda proxy integration. `authorizer`: the context that the authorizer returned, if there is one. */
export function integrationEvent(
  request: ApiRequest,
  place: ApiPlace,
  authorizer: { context: Record<string, unknown> | null } | undefined,
): Record<string, unknown> {
  const event = commonEvent(request, place);
  const text = isText(request.headers["content-type"]);
  return {
    ...event,
    requestContext: { ...event.requestContext, ...(authorizer && { authorizer: { lambda: authorizer.context } }) },
    ...(request.body.length > 0 && { body: request.body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

/** The event of a REQUEST authorizer. It has no body. */
export const authorizerEvent = (
  request: ApiRequest,
  place: ApiPlace,
  asked: { routeArn: string; identitySource: string[] | undefined },
): Record<string, unknown> => ({
  ...commonEvent(request, place),
  type: "REQUEST",
  routeArn: asked.routeArn,
  identitySource: asked.identitySource ?? null,
});
