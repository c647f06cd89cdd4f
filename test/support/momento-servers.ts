// Momento in this process, reached by either of its adapters, and what can go wrong with it, on demand.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMomento } from "../../local/momento/momento.ts";
import { AwsError } from "../../local/protocol.ts";
import { createMomentoHttp } from "../../shared/aws/momento-http.ts";
import { createMomentoSdk } from "../../shared/aws/momento-sdk.ts";
import type { RemoteCache } from "../../shared/aws/remote-cache.ts";
import { startMomentoGrpc } from "./momento-grpc.ts";

export interface MomentoServer {
  cache: RemoteCache;
  /** The next call is refused: too many requests. */
  failNext: () => void;
  /** From now on every call is refused: the API key is not good. */
  refuse: () => void;
  /** From now on no call is answered. */
  hang: () => void;
  /** Puts the same bytes under every key that is there. */
  spoil: (value: Uint8Array) => void;
  keys: () => string[];
  stop: () => Promise<void>;
}

const cacheName = "sesami";

async function startHttp(timeoutMs: number): Promise<MomentoServer> {
  let state: "well" | "failing" | "refusing" | "hanging" = "well";
  const momento = createMomento({
    clock: Date.now,
    cacheNames: [cacheName],
    faults: async () => {
      if (state === "hanging") await new Promise<never>(() => undefined);
      if (state === "refusing") throw new AwsError("Unauthorized", "Unauthorized", { status: 401 });
      if (state === "well") return;
      state = "well";
      throw new AwsError("TooManyRequests", "Too many requests", { status: 429 });
    },
  });
  // Without a time limit for idle connections: their end would race with a request of a slow test.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void momento.handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    cache: createMomentoHttp({ endpoint, cacheName, apiKey: "test-key", timeoutMs }),
    failNext: () => (state = "failing"),
    refuse: () => (state = "refusing"),
    hang: () => (state = "hanging"),
    spoil: momento.spoil,
    keys: () => momento.entries().map(([key]) => key),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startSdk(timeoutMs: number): Promise<MomentoServer> {
  const service = await startMomentoGrpc();
  const cache = createMomentoSdk({ cacheName, credentialProvider: service.credentialProvider, timeoutMs });
  return {
    cache,
    failNext: () => service.fail("RESOURCE_EXHAUSTED", 1),
    refuse: () => service.fail("UNAUTHENTICATED"),
    hang: service.hang,
    spoil: service.spoil,
    keys: service.keys,
    stop: async () => {
      cache.close();
      service.stop();
    },
  };
}

/** Both ways to Momento. `timeoutMs` is the adapter's own. */
export const momentoServers: [name: string, start: (timeoutMs: number) => Promise<MomentoServer>][] = [
  ["the HTTP API", startHttp],
  ["the SDK", startSdk],
];
