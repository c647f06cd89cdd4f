// Momento by its HTTP API, with nothing but fetch: for LLRT, where gRPC does not run, and for the laptop.
// Source: Momento HTTP API reference, "Cache".
import { CacheError, type RemoteCache } from "./remote-cache.ts";

export interface MomentoHttpOptions {
  /** `https://api.cache.<cell>.prod.a.momentohq.com`, without a slash at its end. */
  endpoint: string;
  cacheName: string;
  apiKey: string;
  timeoutMs: number;
}

/** A 404 says "no such key" or "no such cache"; only the body tells which. */
const isMissingKey = (body: string): boolean => !/cache/i.test(body);

export function createMomentoHttp({ endpoint, cacheName, apiKey, timeoutMs }: MomentoHttpOptions): RemoteCache {
  const ask = async (
    method: "GET" | "PUT" | "DELETE",
    key: string,
    more: { ttlSeconds?: number; body?: Uint8Array } = {},
  ) => {
    const query = new URLSearchParams({ key });
    if (more.ttlSeconds !== undefined) query.set("ttl_seconds", String(more.ttlSeconds));
    // The token goes into the header: in the address it would stand in logs.
    const response = await fetch(`${endpoint}/cache/${encodeURIComponent(cacheName)}?${query}`, {
      method,
      headers: { authorization: apiKey, ...(more.body ? { "content-type": "application/octet-stream" } : {}) },
      ...(more.body ? { body: more.body as BodyInit } : {}),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new CacheError(cause instanceof Error ? cause.name : "unreachable", { cause });
    });
    if (response.ok) return response;
    const text = await response.text();
    if (response.status === 404 && isMissingKey(text)) return undefined;
    throw new CacheError(`${method} answered ${response.status}`);
  };

  return {
    get: async (key) => {
      const response = await ask("GET", key);
      return response && new Uint8Array(await response.arrayBuffer());
    },
    set: async (key, value, ttlSeconds) => {
      const response = await ask("PUT", key, { ttlSeconds, body: value });
      await response?.arrayBuffer();
    },
    delete: async (key) => {
      const response = await ask("DELETE", key);
      await response?.arrayBuffer();
    },
  };
}
