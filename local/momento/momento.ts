// Momento's HTTP API on a laptop: what the credential cache asks of it, in its own wire protocol.
// Source: Momento HTTP API reference, "Cache" (GET, PUT and DELETE of /cache/{name}).
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../protocol.ts";

interface Entry {
  value: Buffer;
  expiresAtMs: number;
}

export interface Momento {
  prefix: "/cache";
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** All that is in its caches, for a test to look at: key and value. */
  entries: () => [key: string, value: Buffer][];
  /** Puts the same value under every key that is there. */
  spoil: (value: Uint8Array) => void;
}

const maxItemBytes = 1_000_000;
/** Expired entries are swept when there are more than so many. */
const sweepAbove = 1000;

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxItemBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Nothing is kept over a restart: a cache may forget.
 * @param deps.faults awaited before an operation (`GET`, …); the status of an AwsError that it throws is the answer
 */
export function createMomento(deps: {
  clock: () => number;
  cacheNames: readonly string[];
  faults?: (operation: string) => Promise<void> | void;
}): Momento {
  const { clock, cacheNames, faults } = deps;
  const entries = new Map<string, Entry>();

  const put = (name: string, value: Buffer, ttlSeconds: number): void => {
    if (entries.size > sweepAbove)
      for (const [key, { expiresAtMs }] of entries) if (expiresAtMs <= clock()) entries.delete(key);
    entries.set(name, { value, expiresAtMs: clock() + ttlSeconds * 1000 });
  };

  return {
    prefix: "/cache",
    entries: () => [...entries].map(([key, { value }]) => [key, value]),
    spoil: (value) => {
      for (const entry of entries.values()) entry.value = Buffer.from(value);
    },
    handler: async (request, response) => {
      const answer = (status: number, body: string | Buffer = "") => {
        response.writeHead(status, {
          "content-type": typeof body === "string" ? "text/plain" : "application/octet-stream",
        });
        response.end(body);
      };
      const url = new URL(request.url ?? "/", "http://momento.invalid");
      const cacheName = decodeURIComponent(url.pathname.split("/")[2] ?? "");
      const key = url.searchParams.get("key");
      if (!request.headers.authorization) return answer(401, "Unauthorized");
      if (!cacheNames.includes(cacheName)) return answer(404, "Cache not found");
      if (!key) return answer(400, "The parameter key is missing");
      try {
        await faults?.(request.method ?? "");
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return answer(error.status, error.message);
      }
      const name = `${cacheName}/${key}`;
      switch (request.method) {
        case "GET": {
          const entry = entries.get(name);
          return entry && entry.expiresAtMs > clock() ? answer(200, entry.value) : answer(404, "Key not found");
        }
        case "PUT": {
          const ttlSeconds = Number(url.searchParams.get("ttl_seconds"));
          const value = await readBody(request);
          if (!(ttlSeconds > 0)) return answer(400, "ttl_seconds must be above 0");
          if (!value) return answer(400, "The item is too large");
          put(name, value, ttlSeconds);
          return answer(204);
        }
        case "DELETE":
          entries.delete(name);
          return answer(204);
        default:
          return answer(405);
      }
    },
  };
}
