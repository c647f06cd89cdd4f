// Momento by its own client, over gRPC: for Node. The client is large, so this file is imported only where it is used.
import {
  CacheClient,
  CacheDeleteResponse,
  CacheGetResponse,
  CacheSetResponse,
  Configurations,
  CredentialProvider,
  NoopMomentoLoggerFactory,
} from "@gomomento/sdk";
import { CacheError, type RemoteCache } from "./remote-cache.ts";

export interface MomentoSdkOptions {
  cacheName: string;
  credentialProvider: CredentialProvider;
  timeoutMs: number;
}

/** Connects on the first call, not here. */
export function createMomentoSdk({
  cacheName,
  credentialProvider,
  timeoutMs,
}: MomentoSdkOptions): Required<RemoteCache> {
  const client = new CacheClient({
    // Nobody waits for a second try; and one that were still to come would throw, from a timer, once the client is closed.
    // What went wrong is told by CacheError: the client's own lines are no JSON.
    configuration: Configurations.Lambda.latest(new NoopMomentoLoggerFactory())
      .withClientTimeoutMillis(timeoutMs)
      .withRetryStrategy({ determineWhenToRetryRequest: () => null }),
    credentialProvider,
    defaultTtlSeconds: 60,
  });

  return {
    get: async (key) => {
      const response = await client.get(cacheName, key);
      switch (response.type) {
        case CacheGetResponse.Hit:
          return response.valueUint8Array();
        case CacheGetResponse.Miss:
          return undefined;
        default:
          throw new CacheError(response.errorCode());
      }
    },
    set: async (key, value, ttlSeconds) => {
      const response = await client.set(cacheName, key, value, { ttl: ttlSeconds });
      if (response.type !== CacheSetResponse.Success) throw new CacheError(response.errorCode());
    },
    delete: async (key) => {
      const response = await client.delete(cacheName, key);
      if (response.type !== CacheDeleteResponse.Success) throw new CacheError(response.errorCode());
    },
    close: () => client.close(),
  };
}

/**
 * @param cell the host of Momento's cell, `cell-….prod.a.momentohq.com`; a key of the older kind names its own
 * @throws CacheError for what is no API key
 */
export function parseApiKey(apiKey: string, cell?: string): CredentialProvider {
  try {
    return cell ? CredentialProvider.fromApiKeyV2({ apiKey, endpoint: cell }) : CredentialProvider.fromString(apiKey);
  } catch {
    // Without a cause: the client's own words could hold the key.
    throw new CacheError("the API key is malformed, or MOMENTO_ENDPOINT must name its cell");
  }
}
