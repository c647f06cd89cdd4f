// One AWS call from HTTP request to reply: who signed it, which service it is for, how its error is worded.
import type { IncomingMessage } from "node:http";
import type { Identity } from "../identity/identity.ts";
import { AwsError, unsupported, type AwsCall, type AwsReply, type AwsService } from "../protocol.ts";
import { authenticationError, encodeError, protocolOf } from "./error-encoding.ts";
import { assertSignature, findAuthorization, isSigned, type SignedRequest } from "./signature.ts";

export interface AwsEndpointDeps {
  identity: Pick<Identity, "getSession">;
  /** By SigV4 service name. */
  services: Record<string, AwsService>;
  /** Called for each error that nobody meant. */
  log: (line: string, error: unknown) => void;
}

/** The service that browsers call, most of it without a signature. */
const userPoolService = "cognito-idp";
const userPoolTarget = "AWSCognitoIdentityProviderService.";

/** SES v2 takes mails of 40 MB; base64 adds a third. */
const maxBodyBytes = 60 * 1024 * 1024;

const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
};

const targetOf = (request: IncomingMessage) => String(request.headers["x-amz-target"] ?? "");

/** Whether it is a call of an AWS API and not of a plain page. */
export const isAwsCall = (request: IncomingMessage): boolean =>
  isSigned(request.headers.authorization) || targetOf(request) !== "";

/** Whether a browser asks if it may call an AWS API from another origin's page. */
export const isPreflight = (request: IncomingMessage): boolean =>
  request.method === "OPTIONS" && /x-amz-target/i.test(request.headers["access-control-request-headers"] ?? "");

export const preflightHeaders = (request: IncomingMessage): Record<string, string> => ({
  ...corsHeaders,
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
  "access-control-max-age": "86400",
});

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes)
      throw new AwsError("RequestEntityTooLarge", `A request has at most ${maxBodyBytes} bytes.`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );

/** The service in the signature's scope, before anything is verified: it decides the wording of errors. */
function unverifiedServiceOf(request: IncomingMessage): string {
  const scope = /Credential=[^/]*\/[^/]*\/[^/]*\/([^/,]*)\//.exec(request.headers.authorization ?? "");
  return scope?.[1] ?? userPoolService;
}

export function createAwsEndpoint({ identity, services, log }: AwsEndpointDeps) {
  const authenticate = (signed: SignedRequest): AwsCall => {
    const authorization = findAuthorization(signed.headers["authorization"]);
    if (authorization) {
      const { accessKeyId, service, region } = authorization;
      const session = identity.getSession(accessKeyId, signed.headers["x-amz-security-token"]);
      assertSignature(signed, authorization, session.secretAccessKey);
      return { ...signed, service, region, caller: session.caller };
    }
    if (signed.headers["x-amz-target"]?.startsWith(userPoolTarget) !== true)
      throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
    // No signature, no region: the pool or its client, whose ids are in the body, says the rest.
    return { ...signed, service: userPoolService, region: "" };
  };

  return async (request: IncomingMessage, requestId: string): Promise<AwsReply> => {
    const [path = "/", search = ""] = (request.url ?? "/").split(/\?(.*)/s);
    const headers = headersOf(request);
    const service = unverifiedServiceOf(request);
    const protocol = protocolOf(service, path);
    const cors = service === userPoolService ? corsHeaders : {};

    const reply = async (): Promise<AwsReply> => {
      const body = await readBody(request);
      const signed = { method: request.method ?? "GET", path, query: new URLSearchParams(search), headers, body };
      let call: AwsCall;
      try {
        call = authenticate(signed);
      } catch (error) {
        throw error instanceof AwsError ? authenticationError(error, protocol) : error;
      }
      const handle = services[call.service];
      if (!handle) throw unsupported(`the service ${call.service}`);
      return handle(call);
    };

    const encode = (error: AwsError) => {
      const contentType = headers["content-type"];
      return encodeError(error, { protocol, requestId, contentType });
    };

    try {
      const answer = await reply();
      return { ...answer, headers: { ...cors, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof AwsError))
        log(`${service} ${targetOf(request) || path} failed, request ${requestId}`, error);
      const known =
        error instanceof AwsError
          ? error
          : new AwsError("InternalFailure", "The laptop cloud failed; its log says why.", { status: 500 });
      const answer = encode(known);
      return { ...answer, headers: { ...cors, ...answer.headers } };
    }
  };
}
