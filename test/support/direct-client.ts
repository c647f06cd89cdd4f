// The real SDK client over the laptop's DynamoDB with no network between: every request and answer is still signed,
// encoded and decoded as it would be, but none waits for a socket.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../../local/dynamodb/dynamodb.ts";
import { encodeError } from "../../local/front-door/error-encoding.ts";
import { AwsError, type AwsCall, type AwsReply } from "../../local/protocol.ts";

export interface DirectClientOptions {
  region?: string;
  /** Of the SDK; 1 by default, so that every fault reaches the code under test. */
  maxAttempts?: number;
  /** Stands around every call: what it answers is the answer. */
  around?: (call: () => Promise<AwsReply>) => Promise<AwsReply>;
}

/** What of a request of the SDK's is read here. */
interface SdkRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const toCall = ({ method, path, headers, body = "" }: SdkRequest, region: string): AwsCall => ({
  service: "dynamodb",
  region,
  method,
  path,
  query: new URLSearchParams(),
  headers,
  // A view of the SDK's bytes: as an object they would be taken for their text, which it warns of.
  body: typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
});

async function answer({ handle }: Pick<DynamoDb, "handle">, call: AwsCall): Promise<AwsReply> {
  try {
    return await handle(call);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return encodeError(error, { protocol: "json", requestId: "direct", contentType: call.headers["content-type"] });
  }
}

/** The laptop's DynamoDB must have a `defaultAccountId`: nobody looks at who signed. */
export function createDirectClient(
  service: Pick<DynamoDb, "handle">,
  { region = "us-east-1", maxAttempts = 1, around = (call) => call() }: DirectClientOptions = {},
): DynamoDBDocumentClient {
  const handle = async (request: SdkRequest) => {
    const reply = await around(() => answer(service, toCall(request, region)));
    return { response: { statusCode: reply.status, headers: reply.headers, body: Buffer.from(reply.body) } };
  };
  const client = new DynamoDBClient({
    region,
    maxAttempts,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { handle },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
