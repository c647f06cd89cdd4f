// Reading an error of an AWS client: was it a refusal, or could AWS not answer?

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number };
}

const denials = new Set(["AccessDenied", "AccessDeniedException"]);
const throttles = new Set([
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "LimitExceededException",
]);

export const isAccessDenied = (error: unknown): boolean => error instanceof Error && denials.has(error.name);

/** The same call may succeed in a while: no answer, an answer of a server in trouble, or too many calls. */
export const isTransient = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const status = (error as SdkError).$metadata?.httpStatusCode;
  return status === undefined || status >= 500 || throttles.has(error.name);
};

/** `AccessDenied: User … is not authorized …`, for a person to read. */
export const describeAwsError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
