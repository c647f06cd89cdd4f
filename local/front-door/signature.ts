// AWS Signature Version 4, the verifying side: reads the Authorization header and computes the signature again.
// Source: IAM user guide, "Create a signed AWS API request". S3's variants and presigned addresses are left out.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../protocol.ts";

export interface Authorization {
  accessKeyId: string;
  /** `20261123` */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

const algorithm = "AWS4-HMAC-SHA256";

const incomplete = (message: string) => new AwsError("IncompleteSignature", message);

export const isSigned = (header: string | undefined): boolean => header?.startsWith(`${algorithm} `) ?? false;

/** Undefined where a request is not signed this way. @throws AwsError `IncompleteSignature` */
export function findAuthorization(header: string | undefined): Authorization | undefined {
  if (header === undefined || !isSigned(header)) return undefined;
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(",")
      .map((part) => part.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  const [accessKeyId, date, region, service, terminator] = parts.get("Credential")?.split("/") ?? [];
  const signedHeaders = parts.get("SignedHeaders")?.split(";");
  const signature = parts.get("Signature");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request")
    throw incomplete("Credential must be <access key>/<date>/<region>/<service>/aws4_request.");
  if (!signedHeaders || !signature) throw incomplete("Authorization header requires SignedHeaders and Signature.");
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** RFC 3986: everything but the unreserved characters. */
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.codePointAt(0)?.toString(16).toUpperCase()}`);

/** Every service but S3 signs the path of the wire encoded once more. */
const canonicalPath = (path: string) => encode(path).replaceAll("%2F", "/") || "/";

/** Code unit order: the specification sorts bytes. */
const byText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

const canonicalQuery = (query: URLSearchParams) =>
  [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort((left, right) => byText(left[0], right[0]) || byText(left[1], right[1]))
    .map((pair) => pair.join("="))
    .join("&");

function canonicalRequest(request: SignedRequest, signedHeaders: string[], payloadHash: string): string {
  const headers = signedHeaders.map((name) => {
    const value = request.headers[name];
    if (value === undefined) throw incomplete(`The signed header ${name} is not in the request.`);
    return `${name}:${value.trim().replaceAll(/ +/g, " ")}\n`;
  });
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

const mismatch = () =>
  new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    { status: 403 },
  );

/**
 * Checks that the request was signed with this secret and not changed since. Its age is not judged, because the
 * laptop cloud may run by another clock than its callers.
 * @throws AwsError `SignatureDoesNotMatch` or `IncompleteSignature`
 */
export function assertSignature(request: SignedRequest, authorization: Authorization, secretAccessKey: string): void {
  const { date, region, service, signedHeaders, signature } = authorization;
  const time = request.headers["x-amz-date"];
  if (!time) throw incomplete("Authorization header requires existence of a 'X-Amz-Date' header.");
  if (!signedHeaders.includes("host")) throw incomplete("'Host' must be a signed header.");

  const payloadHash = sha256(request.body);
  if ((request.headers["x-amz-content-sha256"] ?? payloadHash) !== payloadHash) throw mismatch();

  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [algorithm, time, scope, sha256(canonicalRequest(request, signedHeaders, payloadHash))].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, toSign);
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch();
}
