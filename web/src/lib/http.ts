// One request to our API: the token, the JSON, and an error that a person can read.
import type { ErrorBody, ErrorCode, ErrorDetail } from "../../../shared/contract/error.ts";
import { getConfig } from "./config.ts";
import { reportSessionEnd } from "./session-end.ts";
import { findIdToken } from "./session.ts";

/** What the API, or the way to it, answered instead of a result. */
export class RequestError extends Error {
  readonly code: ErrorCode | "offline";
  /** Which fields are wrong, for who can show them one by one; the message says all of it, too. */
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode | "offline", message: string, details: readonly ErrorDetail[] = []) {
    super(message);
    this.name = "RequestError";
    this.code = code;
    this.details = details;
  }
}

/** For `catch`: whatever was thrown, in words for a person. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The details say which field is wrong; without them the message alone. `message` alone is API Gateway's own. */
export function readableError(status: number, body: Partial<ErrorBody> & { message?: string }): RequestError {
  if (status === 401) return new RequestError("unauthenticated", "Your session has ended. Sign in again.");
  if (!body.error && status === 413) return new RequestError("too_large", "This is too large. Send less at once.");
  if (!body.error) return new RequestError("internal", body.message ?? `The API answered ${status}. Try again.`);
  const { code, message, details = [] } = body.error;
  const fields = details.map((detail) => `${detail.path} ${detail.message}`).join("; ");
  // For input that is wrong the message says all of them itself.
  return new RequestError(code, message.startsWith(fields) ? message : `${message} ${fields}`, details);
}

/** Tells the listener of session-end.ts, too, that nobody is signed in any more. */
function refuse(error: RequestError): never {
  if (error.code === "unauthenticated") reportSessionEnd();
  throw error;
}

/** A path with those of the parameters that are given. */
export const withQuery = (path: string, parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
  /** What is asked again with the same key is done once. */
  idempotencyKey?: string;
}

/**
 * The answer as it comes, to be read by who asked: for what is no JSON.
 * @throws RequestError
 */
export async function requestRaw(
  method: Method,
  path: string,
  { body, signal, idempotencyKey }: RequestOptions = {},
): Promise<Response> {
  const [{ apiUrl }, token] = await Promise.all([getConfig(), findIdToken()]);
  if (token === undefined) return refuse(readableError(401, {}));
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new RequestError("offline", "The API cannot be reached. Check your network and try again.");
  });
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => ({}));
  return refuse(readableError(response.status, answer as Partial<ErrorBody>));
}

export async function request<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  options: Omit<RequestOptions, "body"> = {},
): Promise<Answer> {
  const response = await requestRaw(method, path, { ...options, body });
  if (response.status === 204) return undefined as Answer;
  return (await response.json().catch(() => ({}))) as Answer;
}
