// The second tier of the credential cache: sealed sessions in a cache outside the process. It fails open: down, slow or
// wrong, it costs a send at most its patience, and STS is asked instead.
import * as v from "valibot";
import type { CredentialTier, SessionCredentials } from "./connection-credentials.ts";
import type { RemoteCache } from "./remote-cache.ts";
import type { Seal } from "./seal.ts";

export interface SealedTierOptions {
  /** Opened on first use: what it needs may have to be fetched. */
  open: () => Promise<{ cache: RemoteCache; seal: Seal }>;
  /** How long a send may wait for this tier. */
  patienceMs?: number;
  /** After a fault the tier is left alone for so long. */
  pauseMs?: number;
  /** Told of every fault, by its name; never of keys or values. */
  onFault: (reason: string) => void;
  clock?: () => number;
}

const stored = v.object({
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
  sessionToken: v.string(),
  expiresAtMs: v.number(),
}) satisfies v.GenericSchema<unknown, SessionCredentials>;

const patience = Symbol("patience");

export function createSealedCredentialTier({
  open,
  patienceMs = 150,
  pauseMs = 5000,
  onFault,
  clock = Date.now,
}: SealedTierOptions): CredentialTier {
  let opening: ReturnType<typeof open> | undefined;
  let pausedUntilMs = 0;

  const opened = () =>
    (opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));

  /** Runs it, but waits no longer than the patience; a fault is told and answered as nothing. */
  const attempt = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    if (clock() < pausedUntilMs) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const outOfPatience = new Promise<typeof patience>((resolve) => {
      timer = setTimeout(() => resolve(patience), patienceMs);
    });
    try {
      const running = work();
      // A fault after the patience has ended is nobody's to handle any more.
      running.catch(() => undefined);
      const result = await Promise.race([running, outOfPatience]);
      if (result !== patience) return result;
      throw new Error(`no answer within ${patienceMs} ms`);
    } catch (error) {
      pausedUntilMs = clock() + pauseMs;
      onFault(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    find: (key) =>
      attempt(async () => {
        const { cache, seal } = await opened();
        const name = await seal.nameOf(key);
        const sealed = await cache.get(name);
        const plain = sealed && (await seal.open(name, sealed));
        if (!plain) return undefined;
        const parsed = v.safeParse(stored, JSON.parse(new TextDecoder().decode(plain)));
        return parsed.success ? parsed.output : undefined;
      }),
    put: async (key, credentials, ttlMs) => {
      const ttlSeconds = Math.floor(ttlMs / 1000);
      if (ttlSeconds < 1) return;
      await attempt(async () => {
        const { cache, seal } = await opened();
        const name = await seal.nameOf(key);
        const sealed = await seal.seal(name, new TextEncoder().encode(JSON.stringify(credentials)));
        await cache.set(name, sealed, ttlSeconds);
      });
    },
    evict: async (key) => {
      await attempt(async () => {
        const { cache, seal } = await opened();
        await cache.delete(await seal.nameOf(key));
      });
    },
  };
}
