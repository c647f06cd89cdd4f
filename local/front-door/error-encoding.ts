// An AwsError in the words of each AWS protocol: the status, headers and body that a client of the service expects.
import { AwsError, escapeXml, type AwsReply } from "../protocol.ts";

/** Smithy's `awsJson1_0` and `awsJson1_1`, `awsQuery`, `restJson1`. */
export type Protocol = "json" | "query" | "rest-json";

const queryServices = new Set(["ses", "sts"]);

/** SES has two APIs under one signing name: version 1 is a query API, version 2 has paths of its own. */
export function protocolOf(service: string, path: string): Protocol {
  if (service === "scheduler" || (service === "ses" && path.startsWith("/v2/"))) return "rest-json";
  return queryServices.has(service) ? "query" : "json";
}

/** What the query API's authentication errors are called in the JSON protocols. */
const jsonCodes: Record<string, string> = {
  InvalidClientTokenId: "UnrecognizedClientException",
  ExpiredToken: "ExpiredTokenException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  IncompleteSignature: "IncompleteSignatureException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
};

/** An error of authentication under the name and status of the protocol: JSON 1.x services answer 400, the others 403. */
export const authenticationError = (error: AwsError, protocol: Protocol): AwsError =>
  protocol === "query"
    ? error
    : new AwsError(jsonCodes[error.code] ?? error.code, error.message, {
        status: protocol === "json" ? 400 : error.status,
        extra: error.extra,
      });

function encodeQuery(error: AwsError, requestId: string): AwsReply {
  const details = Object.entries(error.extra).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return {
    status: error.status,
    headers: { "content-type": "text/xml" },
    body:
      `<ErrorResponse><Error><Type>${error.status < 500 ? "Sender" : "Receiver"}</Type>` +
      `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${details.join("")}</Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

/** `contentType` is the request's: a JSON service answers in the version it was asked in. */
export function encodeError(
  error: AwsError,
  options: { protocol: Protocol; requestId: string; contentType: string | undefined },
): AwsReply {
  const { protocol, requestId, contentType = "" } = options;
  if (protocol === "query") return encodeQuery(error, requestId);
  if (protocol === "rest-json")
    return {
      status: error.status,
      headers: { "content-type": "application/json", "x-amzn-errortype": error.code },
      body: JSON.stringify({ message: error.message, ...error.extra }),
    };
  const isJson = contentType.startsWith("application/x-amz-json-");
  return {
    status: error.status,
    headers: { "content-type": isJson ? contentType : "application/x-amz-json-1.1" },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.extra }),
  };
}
