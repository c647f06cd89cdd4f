// One request to our API: the token, the JSON, and an error that a person can read.
import type { ErrorBody, ErrorCode } from "../../../shared/contract/error.ts";
import { getConfig } from "./config.ts";
import { findIdToken } from "./session.ts";

/** What the API, or the way to it, answered instead of a result. */
export class RequestError extends Error {
  readonly code: ErrorCode | "offline";

  constructor(code: ErrorCode | "offline", message: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }
}

/** The details say which field is wrong; without them the message alone. */
export function readableError(status: number, body: Partial<ErrorBody> & { message?: string }): RequestError {
  if (status === 401) return new RequestError("unauthenticated", "Your session has ended. Sign in again.");
  if (!body.error) return new RequestError("internal", body.message ?? `The API answered ${status}. Try again.`);
  const { code, message, details = [] } = body.error;
  const fields = details.map((detail) => `${detail.path} ${detail.message}`).join("; ");
  return new RequestError(code, fields ? `${message} ${fields}` : message);
}

export async function request<Answer>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Answer> {
  const [{ apiUrl }, token] = await Promise.all([getConfig(), findIdToken()]);
  if (token === undefined) throw new RequestError("unauthenticated", "You are signed out. Sign in again.");
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new RequestError("offline", "The API cannot be reached. Check your connection and try again.");
  });
  if (response.status === 204) return undefined as Answer;
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw readableError(response.status, answer as Partial<ErrorBody>);
  return answer as Answer;
}
