// Both ways to Momento behave alike: its real client against its gRPC service, and its HTTP API.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMomento } from "../../local/momento/momento.ts";
import { createMomentoHttp } from "../../shared/aws/momento-http.ts";
import { parseApiKey } from "../../shared/aws/momento-sdk.ts";
import { momentoServers, type MomentoServer } from "../support/momento-servers.ts";

describe.each(momentoServers)("Momento by %s", (_, start) => {
  let subject: MomentoServer;

  beforeEach(async () => {
    subject = await start(60_000);
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
    await subject.stop();
    subject = await start(100);
    subject.hang();

    await expect(subject.cache.get("key")).rejects.toMatchObject({ name: "CacheError" });
  });

  it("tells a cache that is gone", async () => {
    await subject.stop();

    await expect(subject.cache.set("key", new Uint8Array([1]), 60)).rejects.toMatchObject({ name: "CacheError" });
  });
});

it("a cache that Momento does not know is a fault, not an absent key", async () => {
  const momento = createMomento({ clock: Date.now, cacheNames: ["another"] });
  const server = createServer((request, response) => void momento.handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = createMomentoHttp({ endpoint, cacheName: "sesami", apiKey: "key", timeoutMs: 60_000 });

  await expect(cache.get("key")).rejects.toMatchObject({ name: "CacheError", reason: "GET answered 404" });
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

it("what is no API key is told without a word of it", () => {
  expect(() => parseApiKey("not-a-key-of-momento")).toThrow(
    "The cache refused: the API key is malformed, or MOMENTO_ENDPOINT must name its cell",
  );
});

it("a key of the newer kind is used at the cell that is named", () => {
  const claims = Buffer.from(JSON.stringify({ t: "g" })).toString("base64url");
  const key = `eyJhbGciOiJub25lIn0.${claims}.c2lnbmF0dXJl`;

  const provider = parseApiKey(key, "cell-1.prod.a.momentohq.com");

  expect(provider.getCacheEndpoint()).toBe("cache.cell-1.prod.a.momentohq.com");
  expect(provider.getAuthToken()).toBe(key);
});
