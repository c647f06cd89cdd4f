// Both ways to Momento behave alike: its real client against its gRPC service, and its HTTP API.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMomento } from "../../local/momento/momento.ts";
import { createMomentoHttp } from "../../shared/aws/momento-http.ts";
import { createMomentoSdk } from "../../shared/aws/momento-sdk.ts";
import type { RemoteCache } from "../../shared/aws/remote-cache.ts";
import { startMomentoGrpc } from "../support/momento-grpc.ts";

interface Subject {
  cache: RemoteCache;
  failNext: () => void;
  hang: () => void;
  stop: () => Promise<void>;
}

const timeoutMs = 300;

async function startHttp(): Promise<Subject> {
  const momento = createMomento({ clock: Date.now, cacheNames: ["sesami"] });
  let failing = false;
  let hanging = false;
  const server = createServer((request, response) => {
    if (hanging) return;
    if (failing) {
      failing = false;
      response.writeHead(429).end("Too many requests");
      return;
    }
    void momento.handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    cache: createMomentoHttp({ endpoint, cacheName: "sesami", apiKey: "test-key", timeoutMs }),
    failNext: () => (failing = true),
    hang: () => (hanging = true),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startSdk(): Promise<Subject> {
  const service = await startMomentoGrpc();
  const cache = createMomentoSdk({ cacheName: "sesami", credentialProvider: service.credentialProvider, timeoutMs });
  return {
    cache,
    failNext: () => service.failNext("PERMISSION_DENIED"),
    hang: service.hang,
    stop: async () => {
      cache.close();
      service.stop();
    },
  };
}

describe.each([
  ["the HTTP API", startHttp],
  ["the SDK", startSdk],
])("Momento by %s", (_, start) => {
  let subject: Subject;

  beforeEach(async () => {
    subject = await start();
  });

  afterEach(() => subject.stop());

  it("gives back the bytes that were put, whatever they are", async () => {
    const value = new Uint8Array([0, 255, 1, 254, 10, 13, 0]);

    await subject.cache.set("key/with ?&=ü", value, 60);

    expect(await subject.cache.get("key/with ?&=ü")).toEqual(value);
  });

  it("answers nothing for a key that is not there, was deleted or is over its time", async () => {
    await subject.cache.set("deleted", new Uint8Array([1]), 60);
    await subject.cache.set("short", new Uint8Array([1]), 1);
    await subject.cache.delete("deleted");
    await subject.cache.delete("never was");
    await new Promise((resolve) => setTimeout(resolve, 1100));

    expect(await subject.cache.get("never was")).toBeUndefined();
    expect(await subject.cache.get("deleted")).toBeUndefined();
    expect(await subject.cache.get("short")).toBeUndefined();
  });

  it("tells a fault of the cache from an absent key", async () => {
    subject.failNext();

    await expect(subject.cache.get("key")).rejects.toMatchObject({ name: "CacheError" });
  });

  it("gives up on a cache that does not answer", async () => {
    subject.hang();

    await expect(subject.cache.get("key")).rejects.toMatchObject({ name: "CacheError" });
  });

  it("tells a cache that is gone", async () => {
    await subject.stop();

    await expect(subject.cache.set("key", new Uint8Array([1]), 60)).rejects.toMatchObject({ name: "CacheError" });
  });
});

it("a cache that Momento does not know is a fault, not an absent key", async () => {
  const subject = await startHttp();
  const port = await new Promise<number>((resolve) => {
    const momento = createMomento({ clock: Date.now, cacheNames: ["another"] });
    const server = createServer((request, response) => void momento.handler(request, response));
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    server.unref();
  });
  const cache = createMomentoHttp({
    endpoint: `http://127.0.0.1:${port}`,
    cacheName: "sesami",
    apiKey: "key",
    timeoutMs,
  });

  await expect(cache.get("key")).rejects.toMatchObject({ name: "CacheError", reason: "GET answered 404" });
  await subject.stop();
});
