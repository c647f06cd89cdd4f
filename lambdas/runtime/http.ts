// API Gateway's HTTP API (payload format 2.0) ↔ our operations: routing, body, actor, errors, headers.
// What a route does: the function's own folder.
import type { Actor } from "../../shared/contract/actor.ts";
import { AppError, httpStatusByCode, type ErrorBody } from "../../shared/contract/error.ts";
import { maxRequestBytes } from "../../shared/contract/api/mail.ts";
import { isBusy, unavailable } from "../../shared/store/dynamo-retry.ts";
import { parseJson } from "./json.ts";
import { count, log } from "./log.ts";

/** What our operations see of a request that needs no caller. */
export interface PublicRequest {
  requestId: string;
  /** Header names in lower case. */
  headers: Record<string, string | undefined>;
  /** Values of `{name}` in the route, percent-decoded. */
  pathParameters: Record<string, string | undefined>;
  /** A parameter given twice has its values joined by commas, as API Gateway joins them. */
  query: Record<string, string | undefined>;
  /** The parsed JSON body, or the text of a route that takes one; undefined when there is none. */
  body: unknown;
  /** The API's own address as this caller reached it, without a slash at the end. */
  baseUrl: string;
}

/** A request of a proven caller. */
export interface ApiRequest extends PublicRequest {
  actor: Actor;
}

export interface ApiResponse {
  status: number;
  /** Answered as JSON. */
  body?: unknown;
  /** Answered as it is, in place of a body; `headers` must say what it is. */
  text?: string;
  headers?: Record<string, string>;
}

export type Route<Request> = (request: Request) => Promise<ApiResponse>;

/** The part of API Gateway's event that we read. */
export interface HttpApiEvent {
  routeKey: string;
  rawPath: string;
  headers?: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
  pathParameters?: Record<string, string | undefined>;
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: {
    requestId: string;
    domainName: string;
    stage: string;
    authorizer?: { lambda?: unknown };
  };
}

/** API Gateway's proxy result, payload format 2.0. */
export interface HttpApiResult {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export type HttpHandler = (event: HttpApiEvent) => Promise<HttpApiResult>;

export const ok = (body: unknown): ApiResponse => ({ status: 200, body });
export const created = (body: unknown): ApiResponse => ({ status: 201, body });
export const noContent = (): ApiResponse => ({ status: 204 });

/** The Lambda handler of routes that the authorizer guards, by route key (`GET /events`). */
export const httpHandler = (routes: Record<string, Route<ApiRequest>>): HttpHandler =>
  answering(routes, (event) => ({ actor: actorOf(event), ...requestOf(event) }));

/**
 * The Lambda handler of routes that anyone may call.
 * @param options.maxBodyBytes of a request; default: as of a mail
 * @param options.bodyAs default: JSON
 */
export const publicHttpHandler = (
  routes: Record<string, Route<PublicRequest>>,
  options: Partial<BodyOptions> = {},
): HttpHandler => answering(routes, (event) => requestOf(event, options));

interface BodyOptions {
  maxBodyBytes: number;
  bodyAs: "json" | "text";
}

const answering =
  <Request>(routes: Record<string, Route<Request>>, toRequest: (event: HttpApiEvent) => Request): HttpHandler =>
  async (event) => {
    try {
      const route = routes[event.routeKey];
      if (!route) throw new AppError("not_found", `There is no route ${event.routeKey}.`);
      const result = resultOf(await route(toRequest(event)));
      assertFits(result);
      return result;
    } catch (error) {
      return errorResult(error, event);
    }
  };

function requestOf(event: HttpApiEvent, options: Partial<BodyOptions> = {}): PublicRequest {
  const headers = event.headers ?? {};
  return {
    requestId: event.requestContext.requestId,
    headers,
    pathParameters: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: bodyOf(event, options),
    baseUrl: baseUrlOf(event),
  };
}

function bodyOf(
  { body, isBase64Encoded = false }: HttpApiEvent,
  { maxBodyBytes = maxRequestBytes, bodyAs = "json" }: Partial<BodyOptions>,
): unknown {
  if (!body) return undefined;
  const bytes = isBase64Encoded
    ? Uint8Array.from(atob(body), (char) => char.codePointAt(0) ?? 0)
    : new TextEncoder().encode(body);
  if (bytes.length > maxBodyBytes)
    throw new AppError("too_large", `The request is larger than ${maxBodyBytes} bytes: send less at once.`);
  const text = new TextDecoder().decode(bytes);
  return bodyAs === "json" ? parseJson(text) : text;
}

/**
 * From the Host header, which API Gateway routes by and so can only be its own name, and from `x-forwarded-proto`, which
 * it sets itself. It cannot be a variable: a function that an API needs cannot also need the API's address.
 */
function baseUrlOf({ headers, requestContext: { domainName, stage } }: HttpApiEvent): string {
  const host = headers?.["host"] ?? domainName;
  const origin = `${headers?.["x-forwarded-proto"] ?? "https"}://${host}`;
  return stage === "$default" ? origin : `${origin}/${stage}`;
}

/** What the authorizer put into the context (lambdas/authorizer); API Gateway lets no caller write there. */
function actorOf({ requestContext }: HttpApiEvent): Actor {
  const context = requestContext.authorizer?.lambda as Partial<Actor> | null | undefined;
  const { tenantId, kind, id } = context ?? {};
  if (!tenantId || !id || (kind !== "user" && kind !== "key"))
    throw new AppError("unauthenticated", "Sign in, or send an API key as `Authorization: Bearer sk_…`.");
  return { tenantId, kind, id };
}

function resultOf({ status, body, text = "", headers = {} }: ApiResponse): HttpApiResult {
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
    body: body === undefined ? text : JSON.stringify(body),
  };
}

/** Lambda hands on 6 MB (Lambda quotas): the answer as JSON, in which the body is a string. */
const maxAnswerBytes = 6_000_000;
/** Of a UTF-16 unit, in such a string. */
const maxUnitBytes = 6;

/** @throws AppError `too_large`, where Lambda would have the function fail */
function assertFits({ body }: HttpApiResult): void {
  if (body.length * maxUnitBytes <= maxAnswerBytes) return;
  if (new TextEncoder().encode(JSON.stringify(body)).length <= maxAnswerBytes) return;
  throw new AppError("too_large", `The answer is larger than ${maxAnswerBytes} bytes: ask for less at once.`);
}

function errorResult(thrown: unknown, event: HttpApiEvent): HttpApiResult {
  const { requestId } = event.requestContext;
  const error = isBusy(thrown) ? unavailable(thrown) : thrown;
  if (!(error instanceof AppError)) {
    log.error("A request failed for a reason nobody foresaw.", { requestId, route: event.routeKey, error });
    count("requestFailed", 1, { requestId });
    return errorResultOf(new AppError("internal", "Something went wrong on our side."), requestId);
  }
  const status = httpStatusByCode[error.code];
  const fields = { requestId, route: event.routeKey, code: error.code };
  if (status < 500) log.info("A request was refused.", fields);
  else log.warn("A request could not be answered.", { ...fields, error });
  return errorResultOf(error, requestId);
}

function errorResultOf({ code, message, details }: AppError, requestId: string): HttpApiResult {
  const body: ErrorBody = { error: { code, message, ...(details ? { details } : {}), requestId } };
  return resultOf({ status: httpStatusByCode[code], body });
}
