// What the front door and the services of the laptop cloud say to one another: an AWS call, its reply, its error.
// No service's own behaviour here.

/** Who signed a call, known from its access key. */
export interface Caller {
  accountId: string;
  /** The principal: a role's session, or an account's root. */
  arn: string;
  /** The role behind the session, when there is one. */
  roleArn?: string;
  accessKeyId: string;
}

/** One HTTP request to an AWS endpoint. */
export interface AwsCall {
  /** SigV4 service name (`ses`, `dynamodb`, `sqs`, `events`, `sts`, `secretsmanager`, `scheduler`, `cognito-idp`). */
  service: string;
  region: string;
  /** Absent where the API is public: most of a user pool's. */
  caller?: Caller;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface AwsReply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** A service's wire protocol. Throws AwsError; the front door encodes it in the protocol that the service speaks. */
export type AwsService = (call: AwsCall) => Promise<AwsReply>;

/** An error as AWS would answer it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error body, such as `CancellationReasons`. */
  readonly extra: Record<string, unknown>;

  constructor(code: string, message: string, options: { status?: number; extra?: Record<string, unknown> } = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = options.status ?? 400;
    this.extra = options.extra ?? {};
  }
}

/** What lacks here is said by name, never passed over. */
export const unsupported = (what: string): AwsError =>
  new AwsError("NotImplemented", `The laptop cloud does not have ${what}.`, { status: 501 });

export const jsonReply = (body: unknown, version: "1.0" | "1.1" | "rest" = "1.1"): AwsReply => ({
  status: 200,
  headers: { "content-type": version === "rest" ? "application/json" : `application/x-amz-json-${version}` },
  body: JSON.stringify(body),
});

export const xmlReply = (body: string, status = 200): AwsReply => ({
  status,
  headers: { "content-type": "text/xml" },
  body,
});

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The operation of a JSON 1.0/1.1 call, from its `X-Amz-Target`. */
export const targetOperation = (call: AwsCall): string => call.headers["x-amz-target"]?.split(".").at(-1) ?? "";
