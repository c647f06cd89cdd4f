// The second tier of the credential cache: sealed sessions in a cache outside the process. It fails open: down, slow or
// wrong, it costs a send at most its patience, and STS is asked instead.
import * as v from "valibot";
import type { CredentialTier, SessionCredentials } from "./connection-credentials.ts";
import type { RemoteCache } from "./remote-cache.ts";
import type { Seal } from "./seal.ts";

interface Opened {
  cache: RemoteCache;
  seal: Seal;
}

export interface SealedTierOptions {
  /** Opened on first use: what it needs may have to be fetched. After a fault it may be opened anew. */
  open: () => Promise<Opened>;
  /** Opened at once, in the background. */
  opensEarly?: boolean;
  /** How long a send may wait for this tier. */
  patienceMs: number;
  /** How long putting and evicting may take, beside the send. */
  writePatienceMs: number;
  /** After a fault the tier is left alone for so long. */
  pauseMs?: number;
  /** A cache that was opened longer ago than this is opened anew after a fault: its API key may have been replaced. */
  reopenAfterMs?: number;
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

export function createSealedCredentialTier({
  open,
  opensEarly = false,
  patienceMs,
  writePatienceMs,
  pauseMs = 5000,
  reopenAfterMs = 60_000,
  onFault,
  clock = Date.now,
}: SealedTierOptions): CredentialTier {
  let opening: Promise<Opened | undefined> | undefined;
  let opened: (Opened & { atMs: number }) | undefined;
  /** A send has waited for the opening that runs, and was out of patience: no other is to wait. */
  let isLate = false;
  let pausedUntilMs = 0;

  const fail = (error: unknown): undefined => {
    pausedUntilMs = clock() + pauseMs;
    onFault(error instanceof Error ? error.message : String(error));
    if (!opened || clock() - opened.atMs < reopenAfterMs) return;
    opened.cache.close?.();
    opened = undefined;
    opening = undefined;
  };

  /** Undefined when it could not be opened, which is told. */
  const ready = (): Promise<Opened | undefined> =>
    (opening ??= open().then(
      (place) => {
        isLate = false;
        return (opened = { ...place, atMs: clock() });
      },
      (error: unknown) => {
        opening = undefined;
        isLate = false;
        return fail(error);
      },
    ));

  /** Runs it, but waits no longer than that; a fault is told and answered as nothing. */
  async function attempt<Result>(
    limitMs: number,
    work: (place: Opened) => Promise<Result>,
  ): Promise<Result | undefined> {
    if (clock() < pausedUntilMs) return undefined;
    let isOver = false;
    const run = async () => {
      const place = await ready();
      try {
        return place && (await work(place));
      } catch (error) {
        // Once nobody waits any more, the fault has been told.
        return isOver ? undefined : fail(error);
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const outOfPatience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        // That it takes long to open is no fault: what it then holds is as good.
        if (opened) fail(new Error(`no answer within ${limitMs} ms`));
        else isLate = true;
        resolve(undefined);
      }, limitMs);
    });
    return Promise.race([run(), outOfPatience]).finally(() => clearTimeout(timer));
  }

  if (opensEarly) void ready();

  return {
    find: async (key) => {
      if (isLate) return undefined;
      return attempt(patienceMs, async ({ cache, seal }) => {
        const name = await seal.nameOf(key);
        const sealed = await cache.get(name);
        const plain = sealed && (await seal.open(name, sealed));
        if (!plain) return undefined;
        const parsed = v.safeParse(stored, JSON.parse(new TextDecoder().decode(plain)));
        return parsed.success ? parsed.output : undefined;
      });
    },
    put: async (key, credentials, ttlMs) => {
      const ttlSeconds = Math.floor(ttlMs / 1000);
      if (ttlSeconds < 1) return;
      await attempt(writePatienceMs, async ({ cache, seal }) => {
        const name = await seal.nameOf(key);
        const sealed = await seal.seal(name, new TextEncoder().encode(JSON.stringify(credentials)));
        await cache.set(name, sealed, ttlSeconds);
      });
    },
    evict: async (key) => {
      await attempt(writePatienceMs, async ({ cache, seal }) => cache.delete(await seal.nameOf(key)));
    },
  };
}
