// Where sessions are remembered beyond one process, as the deployment has chosen it: nowhere, or sealed in Momento.
// How they are sealed and what a faulty cache costs: sealed-credential-tier.ts.
import type { CredentialCacheEnv } from "../contract/env.ts";
import { createSecretsClient } from "./clients.ts";
import type { CredentialTier } from "./connection-credentials.ts";
import { createMomentoHttp } from "./momento-http.ts";
import type { RemoteCache } from "./remote-cache.ts";
import { createSeal } from "./seal.ts";
import { createSealedCredentialTier } from "./sealed-credential-tier.ts";
import { createSecretReader } from "./secret.ts";
import { patienceWith, type AwsEnv } from "./settings.ts";

export interface CredentialTierOptions {
  /** Told of every fault of the cache, by its name; never of keys or values. */
  onFault: (reason: string) => void;
  /** The cache is opened with the process and not when it is first needed: for a function that is there to send. */
  opensEarly?: boolean;
}

/** The client's own limit; a send waits less. */
const limitMs = 2000;
const patienceMs = 150;

/** @throws Error for Momento without what it needs */
export function createCredentialTiers(
  env: AwsEnv & CredentialCacheEnv,
  { onFault, opensEarly = false }: CredentialTierOptions,
): CredentialTier[] {
  if (env.SESAMI_CACHE === "memory") return [];
  const {
    MOMENTO_CACHE: cacheName,
    MOMENTO_KEY_ARN: keyArn,
    CACHE_SEAL_ARN: sealArn,
    MOMENTO_ENDPOINT: endpoint,
  } = env;
  if (!cacheName || !keyArn || !sealArn)
    throw new Error("SESAMI_CACHE=momento needs MOMENTO_CACHE, MOMENTO_KEY_ARN and CACHE_SEAL_ARN.");
  const secrets = createSecretsClient(env);

  const factor = patienceWith(env);
  const open = async () => {
    // Readers of their own at each opening: a key that was replaced is seen by the next.
    const [apiKey, sealSecret] = await Promise.all([
      createSecretReader(secrets, keyArn)(),
      createSecretReader(secrets, sealArn)(),
    ]);
    const [cache, seal] = await Promise.all([
      // As people put it there: with a line break at its end.
      openMomento({ cacheName, apiKey: apiKey.trim(), endpoint, timeoutMs: limitMs * factor }),
      createSeal(sealSecret),
    ]);
    return { cache, seal };
  };
  const patience = { patienceMs: patienceMs * factor, writePatienceMs: limitMs * factor };
  return [createSealedCredentialTier({ open, opensEarly, onFault, ...patience })];
}

/** By its HTTP API where its URL is named, else by its client. */
async function openMomento(momento: {
  cacheName: string;
  apiKey: string;
  endpoint: string | undefined;
  timeoutMs: number;
}): Promise<RemoteCache> {
  const { cacheName, apiKey, endpoint, timeoutMs } = momento;
  if (endpoint?.includes("://")) return createMomentoHttp({ endpoint, cacheName, apiKey, timeoutMs });
  const { createMomentoSdk, parseApiKey } = await import("./momento-sdk.ts");
  return createMomentoSdk({ cacheName, credentialProvider: parseApiKey(apiKey, endpoint), timeoutMs });
}
