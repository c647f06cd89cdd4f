import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SessionCredentials } from "../../../shared/aws/connection-credentials.ts";
import { CacheError, type RemoteCache } from "../../../shared/aws/remote-cache.ts";
import { createSeal, type Seal } from "../../../shared/aws/seal.ts";
import { createSealedCredentialTier } from "../../../shared/aws/sealed-credential-tier.ts";

const credentials: SessionCredentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "example-secret-access-key",
  sessionToken: "example-session-token",
  expiresAtMs: Date.UTC(2026, 0, 1, 13),
};
const key = '["arn:aws:iam::222222222222:role/sesami-connection-us-east-1","external-id"]';
const never = () => new Promise<never>(() => undefined);
const patienceMs = 150;
/** Waiting takes no time but what a test lets pass: nobody's patience ends because the machine is slow. */
const patienceEnds = () => vi.advanceTimersByTimeAsync(patienceMs);

let entries: Map<string, Uint8Array>;
let ttls: number[];
let faults: string[];
let nowMs: number;
let seal: Seal;

const memory = (): RemoteCache => ({
  get: async (name) => entries.get(name),
  set: async (name, value, ttlSeconds) => {
    ttls.push(ttlSeconds);
    entries.set(name, value);
  },
  delete: async (name) => {
    entries.delete(name);
  },
});

const tierOver = (cache: RemoteCache, over: Partial<Parameters<typeof createSealedCredentialTier>[0]> = {}) =>
  createSealedCredentialTier({
    open: async () => ({ cache, seal }),
    patienceMs,
    writePatienceMs: 2000,
    pauseMs: 5000,
    onFault: (reason) => faults.push(reason),
    clock: () => nowMs,
    ...over,
  });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  entries = new Map();
  ttls = [];
  faults = [];
  nowMs = Date.UTC(2026, 0, 1, 12);
  seal = await createSeal("a secret of the deployment");
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the sealed tier", () => {
  it("gives back what was put, and forgets what was evicted", async () => {
    const tier = tierOver(memory());

    await tier.put(key, credentials, 45 * 60_000);
    const found = await tier.find(key);
    await tier.evict(key);

    expect(found).toEqual(credentials);
    expect(ttls).toEqual([2700]);
    expect(await tier.find(key)).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it("leaves neither key nor credentials readable in the cache", async () => {
    await tierOver(memory()).put(key, credentials, 60_000);

    const kept = [...entries].map(([name, value]) => name + Buffer.from(value).toString("latin1")).join("");

    for (const secret of [
      credentials.accessKeyId,
      credentials.secretAccessKey,
      credentials.sessionToken,
      "222222222222",
      "external-id",
    ])
      expect(kept).not.toContain(secret);
  });

  it("opens no value under another connection's name, none with a flipped bit, none of another secret, no garbage", async () => {
    const tier = tierOver(memory());
    const other = '["arn:aws:iam::333333333333:role/sesami-connection-us-east-1","other-id"]';
    await tier.put(key, credentials, 60_000);
    const sealed = entries.get(await seal.nameOf(key)) ?? expect.fail("nothing was put");

    entries.set(await seal.nameOf(other), sealed);
    expect(await tier.find(other)).toBeUndefined();

    for (const position of [0, 1, 13, sealed.length - 1]) {
      const altered = Uint8Array.from(sealed);
      altered[position] = (altered[position] ?? 0) ^ 1;
      entries.set(await seal.nameOf(key), altered);
      expect(await tier.find(key), `byte ${position}`).toBeUndefined();
    }

    for (const garbage of [new Uint8Array(), new Uint8Array([1]), new Uint8Array(13)]) {
      entries.set(await seal.nameOf(key), garbage);
      expect(await tier.find(key)).toBeUndefined();
    }

    entries.set(await seal.nameOf(key), sealed);
    const stranger = await createSeal("another secret");
    expect(await stranger.nameOf(key)).not.toBe(await seal.nameOf(key));
    expect(await stranger.open(await seal.nameOf(key), sealed)).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it("never seals the same value twice alike", async () => {
    const name = await seal.nameOf(key);
    const plain = new Uint8Array([1, 2, 3]);

    expect(await seal.seal(name, plain)).not.toEqual(await seal.seal(name, plain));
  });
});

describe("a cache that fails", () => {
  const refusing = async () => {
    throw new CacheError("RESOURCE_EXHAUSTED");
  };
  const failures: [string, Partial<RemoteCache>, Partial<Parameters<typeof createSealedCredentialTier>[0]>][] = [
    ["is down", { get: async () => Promise.reject(new CacheError("UNAVAILABLE")) }, {}],
    ["is slow", { get: never }, {}],
    ["refuses", { get: refusing }, {}],
    ["cannot be opened", {}, { open: async () => Promise.reject(new Error("no secret")) }],
  ];

  it.each(failures)(
    "because it %s, costs a send no more than its patience, and is then left alone",
    async (_, cache, over) => {
      let asked = 0;
      const counted = { ...memory(), ...cache };
      const tier = tierOver({ ...counted, get: (name) => ((asked += 1), counted.get(name)) }, over);

      const finding = tier.find(key);
      if (counted.get === never) {
        await expect.poll(() => asked).toBe(1);
        expect(faults).toEqual([]);
        await patienceEnds();
      }
      expect(await finding).toBeUndefined();
      expect(faults).toHaveLength(1);
      const askedBefore = asked;
      expect(await tier.find(key)).toBeUndefined();
      await tier.put(key, credentials, 60_000);

      expect(asked).toBe(askedBefore);
      expect(entries.size).toBe(0);
      expect(faults).toHaveLength(1);
    },
  );

  it("because it takes long to open, is waited for once, and used once it is open", async () => {
    let finish: () => void = () => undefined;
    const cache = memory();
    const tier = tierOver(cache, {
      open: () =>
        new Promise((resolve) => {
          finish = () => resolve({ cache, seal });
        }),
    });

    const finding = tier.find(key);
    await patienceEnds();
    expect(await finding).toBeUndefined();
    expect(await tier.find(key)).toBeUndefined();
    const putting = tier.put(key, credentials, 60_000);
    finish();
    await putting;

    expect(await tier.find(key)).toEqual(credentials);
    expect(faults).toEqual([]);
  });

  it("is opened anew after a fault when it was opened a while ago: its API key may have been replaced", async () => {
    let opened = 0;
    let closed = 0;
    const tier = tierOver(memory(), {
      open: async () => {
        opened += 1;
        return { cache: { ...memory(), get: refusing, close: () => (closed += 1) }, seal };
      },
    });

    await tier.find(key);
    nowMs += 5001;
    await tier.find(key);
    expect([opened, closed]).toEqual([1, 0]);

    nowMs += 60_000;
    await tier.find(key);
    nowMs += 5001;
    await tier.find(key);
    expect([opened, closed]).toEqual([2, 1]);
  });

  it("is asked again after the pause", async () => {
    let isDown = true;
    const cache = memory();
    const tier = tierOver({ ...cache, get: (name) => (isDown ? refusing() : cache.get(name)) });
    entries.set(
      await seal.nameOf(key),
      await seal.seal(await seal.nameOf(key), new TextEncoder().encode(JSON.stringify(credentials))),
    );

    await tier.find(key);
    isDown = false;
    nowMs += 5001;

    expect(await tier.find(key)).toEqual(credentials);
  });

  it("because it holds something else, is no cache hit", async () => {
    const tier = tierOver(memory());
    const name = await seal.nameOf(key);
    entries.set(name, await seal.seal(name, new TextEncoder().encode('{"accessKeyId":1}')));

    expect(await tier.find(key)).toBeUndefined();
  });

  it("does not throw when it cannot put or evict", async () => {
    const tier = tierOver({ get: refusing, set: refusing, delete: refusing });

    await expect(tier.put(key, credentials, 60_000)).resolves.toBeUndefined();
    nowMs += 5001;
    await expect(tier.evict(key)).resolves.toBeUndefined();
    expect(faults).toHaveLength(2);
  });
});
