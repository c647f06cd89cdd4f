// The listener of one HTTP API: reads a request off the wire within AWS's limits, and writes the response.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readRequest, type ApiRequest } from "./request-event.ts";
import { internalServerError, messageResponse, type ApiResponse } from "./response.ts";

export interface ApiServer {
  /** `http://127.0.0.1:1234` */
  url: string;
  close: () => Promise<void>;
}

interface ServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  clock: () => number;
  handle: (request: ApiRequest) => Promise<ApiResponse>;
  /** An error of ours, answered as 500. */
  onError: (error: unknown) => void;
}

/** "Payload size: 10 MB" and "Total combined size of request line and header values: 10,240 bytes" (HTTP API quotas). */
const maximumBodyBytes = 10 * 1024 * 1024;
const maximumHeaderBytes = 10_240;
/** Longer than browsers and fetch keep a connection, so that none is closed under a request. */
const keepAliveMs = 75_000;

/** The body, or undefined above the limit. Reads on either way, as many clients do not hear an answer before that. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= maximumBodyBytes) chunks.push(chunk);
  }
  return sizeBytes > maximumBodyBytes ? undefined : Buffer.concat(chunks);
}

async function answer(message: IncomingMessage, { clock, handle }: ServerOptions): Promise<ApiResponse> {
  const timeMs = clock();
  const body = await readBody(message);
  if (!body) return messageResponse(413, "Request Entity Too Large");
  let request: ApiRequest;
  try {
    request = readRequest(message, body, timeMs);
  } catch (error) {
    if (error instanceof URIError) return messageResponse(400, "Bad Request");
    throw error;
  }
  const response = await handle(request);
  return { ...response, headers: [...response.headers, ["apigw-requestid", request.requestId]] };
}

function write(reply: ServerResponse, { status, headers, body }: ApiResponse): void {
  for (const [name, value] of headers) reply.appendHeader(name, value);
  if (status !== 204 && !reply.hasHeader("content-length")) reply.setHeader("content-length", body.length);
  reply.writeHead(status).end(body);
}

/** @throws Error `EADDRINUSE` when the port is taken */
export async function openApiServer(options: ServerOptions): Promise<ApiServer> {
  const serve = async (message: IncomingMessage, reply: ServerResponse) => {
    try {
      write(reply, await answer(message, options));
    } catch (error) {
      if (message.destroyed && !message.complete) return;
      options.onError(error);
      if (!reply.headersSent) write(reply, internalServerError());
    }
  };
  const server = createServer(
    { maxHeaderSize: maximumHeaderBytes, keepAliveTimeout: keepAliveMs },
    (message, reply) => {
      void serve(message, reply);
    },
  );
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(options.port, options.host, listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
