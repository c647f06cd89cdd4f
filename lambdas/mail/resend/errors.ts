// Our errors in the form that the `resend` client hands to its caller.
import type { ResendError } from "../../../shared/contract/api/resend.ts";
import type { ErrorBody, ErrorCode } from "../../../shared/contract/error.ts";
import type { HttpHandler, HttpApiResult } from "../../runtime/http.ts";

const nameByCode: Record<ErrorCode, ResendError["name"]> = {
  invalid_request: "validation_error",
  unauthenticated: "missing_api_key",
  forbidden: "restricted_api_key",
  not_found: "not_found",
  conflict: "concurrent_idempotent_requests",
  too_large: "validation_error",
  unprocessable: "validation_error",
  rate_limited: "rate_limit_exceeded",
  internal: "internal_server_error",
  connection_broken: "application_error",
  unavailable: "application_error",
};

const isEmailRoute = (routeKey: string): boolean => /^[A-Z]+ \/emails(\/|$)/.test(routeKey);

/** The same handler, whose errors on the client's routes are the client's. */
export const withResendErrors =
  (handler: HttpHandler): HttpHandler =>
  async (event) => {
    const result = await handler(event);
    return isEmailRoute(event.routeKey) && result.statusCode >= 400 ? toResendResult(result) : result;
  };

function toResendResult(result: HttpApiResult): HttpApiResult {
  const { error } = JSON.parse(result.body) as ErrorBody;
  const { name, statusCode } = kindOf(error, result.statusCode);
  const body: ResendError = { statusCode, name, message: resendMessageOf(error) };
  return { ...result, statusCode, body: JSON.stringify(body) };
}

/** Of idempotency keys the client knows three errors, where we have the general ones. */
function kindOf({ code, message, details = [] }: ErrorBody["error"], status: number) {
  if (code === "invalid_request" && details.some(({ path }) => path.includes("Idempotency-Key")))
    return { name: "invalid_idempotency_key", statusCode: status } as const;
  if (code === "unprocessable" && message.startsWith("This Idempotency-Key was used"))
    return { name: "invalid_idempotent_request", statusCode: 409 } as const;
  return { name: nameByCode[code], statusCode: status };
}

/** The client shows nothing but the message: what the details say goes into it. */
export function resendMessageOf({ code, message, details = [] }: ErrorBody["error"]): string {
  if (code === "invalid_request" || details.length === 0) return message;
  return `${message} ${details.map((detail) => `${detail.path} ${detail.message}`).join("; ")}`;
}
