// The one HTTP address of the laptop cloud: every AWS endpoint, and the plain pages beside them.
// What is an AWS call and who made it: aws-endpoint.ts.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAwsEndpoint, isAwsCall, isPreflight, preflightHeaders, type AwsEndpointDeps } from "./aws-endpoint.ts";
import { createRoutes, type RouteHandler } from "./routes.ts";

export type { AwsEndpointDeps as FrontDoorDeps } from "./aws-endpoint.ts";
export type { RouteHandler } from "./routes.ts";

export interface FrontDoor {
  /** Gives the address. Port 0 takes any free one; a taken port rejects with `EADDRINUSE`. */
  listen: (port: number, host?: string) => Promise<string>;
  /**
   * Serves plain requests below a path. `/inbox` serves `/inbox` and `/inbox/…`, not `/inboxes`; the longest
   * prefix wins, and `/` takes what is left.
   */
  route: (prefix: string, handler: RouteHandler) => void;
  /** `http://127.0.0.1:4566`, without a slash at its end. @throws before `listen` is done */
  url: () => string;
  close: () => Promise<void>;
}

/** Longer than clients keep an idle connection, so that none is closed just as a call begins on it. */
const keepAliveMs = 75_000;

export function createFrontDoor(deps: AwsEndpointDeps): FrontDoor {
  const routes = createRoutes();
  const answerAwsCall = createAwsEndpoint(deps);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader("x-amzn-requestid", requestId);
    if (isPreflight(request)) {
      response.writeHead(204, preflightHeaders(request)).end();
      return;
    }
    if (isAwsCall(request)) {
      const reply = await answerAwsCall(request, requestId);
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    }
    const path = (request.url ?? "/").replace(/[?#].*$/s, "");
    const handler = routes.find(path);
    if (handler) return handler(request, response);
    response.writeHead(404, { "content-type": "text/plain" }).end("Nothing is here. AWS calls must be signed.\n");
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      deps.log(`${request.method} ${request.url} failed`, error);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end();
    });
  });

  server.keepAliveTimeout = keepAliveMs;

  const url = () => {
    const address = server.address() as AddressInfo | null;
    if (!address) throw new Error("The front door does not listen yet.");
    return `http://${address.address}:${address.port}`;
  };

  return {
    listen: (port, host = "127.0.0.1") =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve(url());
        });
      }),
    route: routes.add,
    url,
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
